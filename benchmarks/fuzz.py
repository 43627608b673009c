"""Feeds what a coverage-guided fuzzer makes up to whatever reads texts of others. Needs `pip install atheris` (Linux).

    python benchmarks/fuzz.py python -max_total_time=600
    python benchmarks/fuzz.py settings -runs=100000 corpus/

Names of what can be fed are those of `TARGETS`; what follows is libFuzzer's own. Errors that are the user's to mend are
fine. Anything else is a crash, more than 5 seconds for one input a hang, and more than 1 GB too much: the input is then
written to a file that libFuzzer names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["isolint"]):
    from isolint.engine.baseline import read_baseline
    from isolint.engine.facts import encoded
    from isolint.engine.read import source_of
    from isolint.engine.runtime import deep_recursion
    from isolint.engine.settings import parse_settings
    from isolint.errors import IsolintError
    from isolint.model.source import Language
    from isolint.rules.read import read_rule
    from isolint.rules.yamlfile import parse
    from isolint.schema.load import load

Target = Callable[[str], object]
FOLDER = TemporaryDirectory(prefix="isolint-fuzz-")
LIMITS = ("-timeout=5", "-rss_limit_mb=1024")


def source(path: str, language: Language) -> Target:
    """The frontend of a language."""
    return lambda text: encoded(source_of(path, language, text))


def read(name: str, reader: Callable[[str], object]) -> Target:
    """What reads a file rather than a text."""
    file = Path(FOLDER.name, name)

    def feed(text: str) -> object:
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        return reader(str(file))

    return feed


TARGETS: dict[str, Target] = {
    "python": source("a.py", Language.PYTHON),
    "typescript": source("a.ts", Language.TYPESCRIPT),
    "markup": source("a.tsx", Language.TYPESCRIPT),
    "sql": source("a.sql", Language.SQL),
    "prisma": source("schema.prisma", Language.PRISMA),
    "manifest": source("tsconfig.json", Language.MANIFEST),
    "ddl": read("a.sql", lambda path: load(f"{path}?offline")),
    "function": read("f.sql", lambda path: load(f"function:{path}#make_tenant?offline")),
    "snapshot": read("a.json", lambda path: load(f"snapshot:{path}")),
    "settings": parse_settings,
    "rules": lambda text: read_rule(parse("rule.yaml", text)),
    "baseline": read("b.json", lambda path: read_baseline(Path(path))),
}


def main() -> None:
    """Fuzz what the command line names."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        raise SystemExit(f"usage: fuzz.py {{{','.join(TARGETS)}}} [OPTION OF LIBFUZZER]... [CORPUS]...")
    target = TARGETS[sys.argv[1]]

    def feed(data: bytes) -> None:
        try:
            with deep_recursion():
                target(data.decode("utf-8", "replace"))
        except IsolintError:
            return

    with atheris.instrument_imports(include=["isolint"]):
        feed(b"x")  # what reads it is imported when it is needed
    atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[2:]], feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
