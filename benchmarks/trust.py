"""Gives isolint hostile input of all kinds and counts what goes wrong: writes benchmarks/trust.md.

    python benchmarks/trust.py --each 200 --seed 7            (all kinds, prints the table)
    python benchmarks/trust.py --each 3 --kind settings       (one kind, a few)
    python benchmarks/trust.py --corpus FOLDER                (changes the files of a folder as well)
    python benchmarks/trust.py --write                        (writes the table)

Each input gets a process of its own with a time limit, and a secret in its environment that must not be in anything it
writes. The exit code is 1 if anything went wrong. Inputs that went wrong are kept in the folder that is printed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hostile import data, mutated, places, secrets, shapes
from hostile.given import PROJECT, Input

import isolint
from isolint.cli import run

KINDS: dict[str, tuple[str, Callable[[Random, int], Iterator[Input]], float]] = {
    "mutations": ("files of the fixture apps, bytes changed", mutated.mutations, 10),
    "truncations": ("files of the fixture apps, cut off anywhere", mutated.truncations, 4),
    "nesting": ("nested up to 50,000 deep", shapes.nesting, 0.5),
    "lengths": ("long lines, literals, lists, files up to 54 MB", shapes.lengths, 0.25),
    "circles": ("imports, bases, calls, relations, CTEs that go round or fan out", shapes.circles, 0.7),
    "encodings": ("other encodings, invalid ones, null bytes", places.encodings, 0.5),
    "places": ("links, pipes, devices, names, nothing at all", places.places, 0.25),
    "settings": ("isolint.yaml: YAML bombs, tags, wrong kinds", data.settings, 1),
    "records": ("baselines and manifests", data.records, 0.5),
    "schemas": ("scripts, Prisma schemas and snapshots, changed or cut", data.schemas, 1),
    "arguments": ("options, revisions and references", data.arguments, 0.4),
    "secrets": ("passwords in addresses, settings, code and errors", secrets.secrets, 0.2),
}
"""What each kind is, what makes its inputs, and how many there are for each that is asked for."""

LIMIT = 5.0
"""CPU seconds that an input may take. Wall time is limited to four times as much."""
MEMORY = 1_000_000_000
"""Bytes that a process may have in use."""
HONEST = {0, 1, 2, 3}
OWNED = "owned"
"""The file that inputs make when they are run."""


@dataclass
class Count:
    """What came of a kind."""

    inputs: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: int = 0


def main() -> None:
    """Run what is asked for; exit with 1 if anything went wrong."""
    options = _options()
    mutated.CORPUS.extend(options.corpus)
    _warm()
    counts: dict[str, Count] = {}
    kept = Path(tempfile.mkdtemp(prefix="trust-"))
    for kind in options.kind or KINDS:
        make, share = KINDS[kind][1:]
        counts[kind] = count = Count()
        for given in make(Random(f"{options.seed} {kind}"), max(1, round(options.each * share))):  # noqa: S311
            _count(count, kind, given, kept)
    sys.stdout.write("\n".join(_table(counts)) + "\n")
    if options.write:
        _write(options, counts)
    wrong = any(count.wrong.total() for count in counts.values())
    if not wrong:
        shutil.rmtree(kept)
    sys.exit(wrong)


def _warm() -> None:
    """Import what the processes of the inputs would each import again."""
    for module in pkgutil.walk_packages(isolint.__path__, "isolint."):
        if module.name.split(".")[1] not in {"__main__", "lsp", "testing"}:
            importlib.import_module(module.name)
    for name in ("libcst.metadata", "psycopg", "yaml", "tree_sitter_typescript", "sqlglot"):
        importlib.import_module(name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=200, help="how many inputs of a kind, times the kind's share")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--corpus", action="append", type=Path, default=[], help="a folder with files to change")
    parser.add_argument("--write", action="store_true", help="write benchmarks/trust.md")
    return parser.parse_args()


def _count(count: Count, kind: str, given: Input, kept: Path) -> None:
    folder = kept / f"{kind}-{count.inputs}"
    count.inputs += 1
    code, seconds, memory = _tried(given, folder)
    count.slowest, count.largest = max(count.slowest, seconds), max(count.largest, memory)
    count.codes[code] += 1
    found = list(_faults(given, folder, code, seconds, memory))
    for fault in found:
        count.wrong[fault] += 1
        sys.stderr.write(
            f"{fault}: {folder.name}: {given.name!r}: exit {code}, {seconds:.1f} s, {memory / 1e6:.0f} MB\n"
        )
    if not found:
        shutil.rmtree(folder, ignore_errors=True)


def _tried(given: Input, folder: Path) -> tuple[int, float, int]:
    """The exit code, CPU seconds and bytes of isolint in a folder with the input."""
    work = folder / "work"
    for path, text in {**(PROJECT if given.project else {}), **given.files}.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(text)
    work.mkdir(parents=True, exist_ok=True)
    given.prepare(work)
    child = os.fork()
    if not child:
        _isolint(given, folder)
    ends = time.monotonic() + 4 * LIMIT
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            seconds = usage.ru_utime + usage.ru_stime
            return os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss * 1024
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)


def _isolint(given: Input, folder: Path) -> None:
    """The child: never returns."""
    code = 70
    try:
        os.chdir(folder / "work")
        os.environ.update(secrets.ENVIRONMENT, ISOLINT_CACHE_DIR=str(folder / "cache"))
        for number, name in ((1, "stdout"), (2, "stderr")):
            target = os.open(folder / name, os.O_WRONLY | os.O_CREAT)
            os.dup2(target, number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
        code = run(list(given.arguments))
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _faults(given: Input, folder: Path, code: int, seconds: float, memory: int) -> Iterator[str]:
    written = {path: path.read_bytes() for path in _written(given, folder)}
    written |= {path / "unpacked": _unpacked(path) for path in written if path.suffix == ".sqlite"}
    told = written[folder / "stdout"] + written[folder / "stderr"]
    if seconds > LIMIT or code == -signal.SIGKILL:
        yield "hang"
    elif code not in HONEST or b"Traceback (most recent" in told:
        yield "crash"
    elif code not in given.allowed:
        yield "wrong verdict"
    if memory > MEMORY:
        yield "memory"
    if any(secret in text for text in written.values() for secret in secrets.SECRETS):
        yield "secret"
    if (folder / "work" / OWNED).exists():
        yield "ran what it read"
    if b"\x1b]" in told or b"\x1b[2J" in told:
        yield "escape"


def _written(given: Input, folder: Path) -> Iterator[Path]:
    """What isolint has written: its streams, its cache, and what is new in the folder."""
    mine = {folder / "work" / path for path in given.files}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path not in mine and "/many/" not in str(path):
            yield path


def _unpacked(cache: Path) -> bytes:
    """All that the cache of facts and reports holds."""
    with closing(sqlite3.connect(cache)) as connection:
        return b"".join(zlib.decompress(body) for (body,) in connection.execute("SELECT body FROM facts"))


COLUMNS = ("crash", "hang", "wrong verdict", "secret")


def _table(counts: dict[str, Count]) -> list[str]:
    lines = [
        "| inputs | tried | exit 0, 1, 2, 3 | crashes | hangs | wrong verdicts | secrets leaked | other | CPU s | MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, count in counts.items():
        other = {fault: number for fault, number in count.wrong.items() if fault not in COLUMNS}
        cells = [f"{kind}: {KINDS[kind][0]}", count.inputs, ", ".join(str(count.codes[code]) for code in range(4))]
        cells += [count.wrong[fault] for fault in COLUMNS]
        rest = ", ".join(f"{number} {fault}" for fault, number in other.items()) or 0
        cells += [rest, f"{count.slowest:.1f}", round(count.largest / 1e6)]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def _write(options: argparse.Namespace, counts: dict[str, Count]) -> None:
    """The table between the marks of the page; what stands around it stays."""
    page = Path(__file__).with_name("trust.md")
    before, mark, rest = page.read_text("utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    when = datetime.now(UTC).date().isoformat()
    said = f"{when}, `python benchmarks/trust.py --each {options.each} --seed {options.seed} --write`\n"
    page.write_text(f"{before}{mark}{said}\n" + "\n".join(_table(counts)) + f"\n\n<!-- end -->{after}", "utf-8")


if __name__ == "__main__":
    main()
