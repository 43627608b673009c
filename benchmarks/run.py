"""Measures isolint beside other tools, all in one run, and writes benchmarks/speed.md.

    python benchmarks/run.py /path/to/corpus /path/to/another --peer semgrep=/opt/peers/bin/semgrep

What is measured is CPU time, user and system, of a command and all that it starts: wall time says more about what else
the machine does. Each round runs every command once, so that all of them meet the same machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
RULES = HERE / "peers"
SUFFIXES = {".py": "# ", ".ts": "// ", ".tsx": "// ", ".js": "// ", ".jsx": "// "}
"""Of the files that are measured, with what a line of comment begins with."""

PEERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "semgrep, one rule": ("semgrep", ("scan", "--config", str(RULES / "semgrep-1.yaml"))),
    "semgrep, four rules": ("semgrep", ("scan", "--config", str(RULES / "semgrep-4.yaml"))),
    "ast-grep, one pattern": ("ast-grep", ("run", "--pattern", "$DB.query($$$)", "--lang", "{language}")),
    "ruff, its default rules": ("ruff", ("check", "--no-cache", "--isolated")),
    "fixit, its default rules": ("fixit", ("lint",)),
    "mcp-tenant-isolation": ("mti", ("scan",)),
}
"""What a peer is called in the table: its program, and its arguments but for the folder."""

COLD = "isolint, cold, one process"
"""The case that all others are compared with: what peers do is cold, and counted in CPU seconds of all processes."""

QUIET = {"semgrep": ("--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore")}
PYTHON_ONLY = ("ruff", "fixit")
LINTED = frozenset({0, 1})
"""Exit codes of linters that did their work."""
SCANNED = frozenset({0, 3})
"""Those of isolint when findings do not count: 3 tells that some file could not be read."""
END = "<!-- end -->"
"""What stands behind this in the page is written by hand, and stays."""
SETTLED = 2.5
"""Seconds after a change in which isolint reads files again to be sure."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a process tree, and the peak memory in MB of the largest process in it."""

    seconds: float
    memory: float


@dataclass
class Case:
    """A command with what comes before each of its runs, and what it has cost so far."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    accepted: frozenset[int] = LINTED
    costs: list[Cost] = field(default_factory=list)

    def run(self, folder: Path, environment: dict[str, str]) -> None:
        """Run it once more. Raises RuntimeError when it could not do what it was asked."""
        self.before()
        self.costs.append(cost(self.command, folder, environment, self.accepted))

    @property
    def seconds(self) -> list[float]:
        """CPU seconds of all runs."""
        return [item.seconds for item in self.costs]


def cost(command: Sequence[str], folder: Path, environment: dict[str, str], accepted: frozenset[int]) -> Cost:
    """Run a command. Raises RuntimeError when it ends with another exit code than those that tell of work done."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - it is what is to be measured
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            said.seek(0)
            told = said.read().decode("utf-8", "replace").strip()[-500:]
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {told}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Corpus:
    """A folder of code: its name in the tables, how many files and lines it holds, and its main suffix."""

    name: str
    folder: Path
    files: int
    lines: int
    suffix: str

    @property
    def python(self) -> bool:
        """Whether most of it is Python."""
        return self.suffix == ".py"


def corpus_of(folder: Path, name: str) -> Corpus:
    """Count a folder. Raises SystemExit when there is nothing to measure."""
    sources = list(sources_in(folder))
    if not sources:
        raise SystemExit(f"{folder} holds no {', '.join(SUFFIXES)} file")
    lines = sum(path.read_bytes().count(b"\n") for path in sources)
    (suffix, _), *_ = Counter(path.suffix for path in sources).most_common(1)
    return Corpus(name, folder, len(sources), lines, suffix)


def sources_in(folder: Path) -> Iterator[Path]:
    """The files of code in a folder, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file())


@dataclass(frozen=True)
class Bench:
    """How to measure: the program of isolint, peers by name with their programs, and how often."""

    isolint: Sequence[str]
    peers: dict[str, str]
    repeat: int
    copies: Sequence[int]

    def measure(self, corpus: Corpus, changed: str) -> tuple[list[Case], list[Case]]:
        """The cases on a corpus: all that is done on it once, and isolint on several copies of it."""
        with tempfile.TemporaryDirectory(prefix="isolint-bench-") as place:
            root = copied(corpus.folder, Path(place, "project"))
            file = root / changed if changed else max(sources_in(root), key=_middling(corpus.suffix))
            cache = Path(place, "cache")
            environment = {**os.environ, "ISOLINT_CACHE_DIR": str(cache)}
            cases = [*self._own(file, cache), *self._peers(corpus)]
            for _ in range(self.repeat):
                for case in cases:
                    case.run(root, environment)
            scaled = [self._scaled(corpus, Path(place), count, environment) for count in self.copies]
        return cases, scaled

    def _own(self, file: Path, cache: Path) -> list[Case]:
        scan = (*self.isolint, "scan", "--fail-on", "never", "--quiet")

        def emptied() -> None:
            shutil.rmtree(cache, ignore_errors=True)
            time.sleep(SETTLED)

        def edited() -> None:
            with file.open("a", encoding="utf-8") as text:
                text.write(f"{SUFFIXES[file.suffix]}{time.monotonic_ns()}\n")

        return [
            Case("isolint --version", (*self.isolint, "--version")),
            Case(COLD, (*scan, "--jobs", "1"), emptied, SCANNED),
            Case("isolint, cold", scan, emptied, SCANNED),
            Case("isolint, nothing changed", scan, accepted=SCANNED),
            Case(f"isolint, {file.name} changed", scan, edited, SCANNED),
        ]

    def _peers(self, corpus: Corpus) -> list[Case]:
        found = []
        for name, (program, arguments) in PEERS.items():
            if program in self.peers and (corpus.python or program not in PYTHON_ONLY):
                language = {".py": "python", ".ts": "ts", ".tsx": "tsx"}.get(corpus.suffix, "js")
                given = [argument.format(language=language) for argument in arguments]
                found.append(Case(name, (self.peers[program], *given, *QUIET.get(program, ()), ".")))
        return found

    def _scaled(self, corpus: Corpus, place: Path, count: int, environment: dict[str, str]) -> Case:
        """Several copies side by side in one project, scanned once, cold."""
        root = place / f"copies-{count}"
        for number in range(count):
            copied(corpus.folder, root / f"copy{number}")
        scan = (*self.isolint, "scan", "--no-cache", "--fail-on", "never", "--quiet", "--jobs", "1")
        case = Case(f"{count} ×", scan, accepted=SCANNED)
        case.run(root, environment)
        shutil.rmtree(root)
        return case


def copied(folder: Path, target: Path) -> Path:
    """A copy of a corpus, which may be changed."""
    return shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".git", "node_modules"), symlinks=True)


def _middling(suffix: str) -> Callable[[Path], tuple[bool, int]]:
    """Prefers files of the main language, of at most 20 kB, and the largest of them."""

    def weight(path: Path) -> tuple[bool, int]:
        size = path.stat().st_size
        return path.suffix == suffix and size <= 20_000, size if size <= 20_000 else -size

    return weight


def report(bench: Bench, results: Sequence[tuple[Corpus, list[Case], list[Case]]], missing: Sequence[str]) -> str:
    """The page with all figures."""
    day = datetime.now(UTC).date().isoformat()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [
        "# Speed, measured",
        "",
        f"`{' '.join(['python', 'benchmarks/run.py', *map(_shown, sys.argv[1:])])}` on {day}: {os.cpu_count()} cores, "
        f"load {load} at the end, Python {sys.version.split()[0]}, {_said(bench.isolint)}; "
        + (", ".join(f"{name} {_said((program,))}" for name, program in bench.peers.items()) or "no peers")
        + ".",
        "",
        f"CPU seconds, user and system, of a command and all that it starts; {bench.repeat} rounds, in each of which "
        f"every command runs once. The ratio is to *{COLD}*, minimum to minimum and median to median: above 1 is more "
        "CPU. Memory is the peak of the largest process.",
        *([f"Not installed, so not measured: {', '.join(missing)}."] if missing else []),
    ]
    for corpus, cases, scaled in results:
        lines += ["", f"## {corpus.name}: {corpus.files:,} files, {corpus.lines:,} lines", ""]
        lines += ["| command | CPU s, least | median | ratio of least | of medians | MB |", "|---|---|---|---|---|---|"]
        lines += _rows(cases)
        if scaled:
            lines += ["", "| copies, cold, one process | CPU s | beside the first | MB |", "|---|---|---|---|"]
            lines += [
                f"| {case.name} | {case.seconds[0]:.2f} | {case.seconds[0] / scaled[0].seconds[0]:.2f} "
                f"| {case.costs[0].memory:.0f} |"
                for case in scaled
            ]
    return "\n".join(lines) + "\n"


def _rows(cases: Sequence[Case]) -> Iterator[str]:
    cold = next(case.seconds for case in cases if case.name == COLD)
    for case in cases:
        least, middle = min(case.seconds), median(case.seconds)
        memory = max(item.memory for item in case.costs)
        ratios = f"{least / min(cold):.2f} | {middle / median(cold):.2f}"
        yield f"| {case.name} | {least:.2f} | {middle:.2f} | {ratios} | {memory:.0f} |"


def _shown(argument: str) -> str:
    """An argument without the folders of this machine."""
    return "=".join(Path(part).name or part for part in argument.split("="))


def _said(command: Sequence[str]) -> str:
    """What a program says of its version, '' if nothing."""
    asked = [*command, "--version"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - as above
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else ""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("corpora", nargs="+", type=Path, metavar="FOLDER[=NAME]")
    parser.add_argument("--repeat", type=int, default=5, help="rounds, at least five for figures that are published")
    parser.add_argument("--copies", default="1,2,4,8", help="copies of each corpus for the scaling, '' for none")
    parser.add_argument("--changed", default="", help="the file that is changed, relative to each corpus")
    parser.add_argument("--isolint", default="", help="the program; default: this Python's isolint")
    parser.add_argument("--peer", action="append", default=[], metavar="PROGRAM=PATH", help="where a peer is")
    parser.add_argument("--output", type=Path, default=HERE / "speed.md")
    given = parser.parse_args()
    programs = dict.fromkeys(program for program, _ in PEERS.values())
    told = dict(item.partition("=")[::2] for item in given.peer)
    peers = {program: path for program in programs if (path := told.get(program) or shutil.which(program))}
    bench = Bench(
        isolint=(given.isolint,) if given.isolint else (sys.executable, "-P", "-m", "isolint"),
        peers=peers,
        repeat=given.repeat,
        copies=[int(count) for count in given.copies.split(",") if count],
    )
    results = []
    for folder in given.corpora:
        path, _, name = str(folder).partition("=")
        corpus = corpus_of(Path(path).resolve(), name or Path(path).resolve().name)
        results.append((corpus, *bench.measure(corpus, given.changed)))
    text = report(bench, results, [name for name in programs if name not in peers])
    before = given.output.read_text(encoding="utf-8") if given.output.exists() else ""
    given.output.write_text(f"{text}\n{END}{before.partition(END)[2] or chr(10)}", encoding="utf-8")


if __name__ == "__main__":
    main()
