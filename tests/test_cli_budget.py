"""What commands may import and parse. Counts, not seconds: they do not depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = {"libcst", "sqlglot", "yaml", "tree_sitter", "msgspec"}
PARSERS = {"libcst", "tree_sitter", "isolint.frontends.python", "isolint.frontends.typescript"}
STEPS = PARSERS | {"sqlglot", "yaml", "isolint.rules", "isolint.link", "isolint.prove"}
OWN_MODULES = 5
"""Modules of isolint that `--version` may import; help of commands needs the commands and little more."""

PROBE = """
import collections, contextlib, io, json, sys
from isolint.cli import run

texts = collections.Counter()
if "scan" in sys.argv:
    import isolint.frontends.sql.reader as reader
    facts_of = reader.facts_of
    def counted(text):
        texts[text] += 1
        return facts_of(text)
    reader.facts_of = counted
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
    code = run(sys.argv[1:])
most = max(texts.values(), default=0)
print(json.dumps({"code": code, "modules": sorted(sys.modules), "parsed": len(texts), "most": most}))
"""


def probe(*arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    """Run the command line in a process of its own: exit code, modules, SQL texts parsed and how often the most."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=cwd, env=environment)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["cache", "--help"]], ids=" ".join)
def test_answer_without_a_scan_imports_nothing_heavy(arguments: list[str]) -> None:
    assert not HEAVY & set(probe(*arguments)["modules"])


def test_version_imports_next_to_nothing() -> None:
    own = [name for name in probe("--version")["modules"] if name.split(".")[0] == "isolint"]
    assert len(own) <= OWN_MODULES


@pytest.fixture
def app(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An app whose data layer is an ORM, with some SQL in its code; the cache is cold."""
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path))
    return repository / "fixtures" / "apps" / "flask_rows"


def test_warm_scan_parses_no_file(app: Path) -> None:
    cold = probe("scan", "--quiet", "--jobs", "1", cwd=app)
    assert set(cold["modules"]) >= {"libcst", "isolint.frontends.python"}
    warm = probe("scan", "--quiet", "--jobs", "1", "--statistics", "--min-severity", "medium", cwd=app)
    assert warm["code"] == cold["code"]
    assert not PARSERS & set(warm["modules"])


def test_scan_in_which_nothing_changed_imports_no_step_of_a_scan(app: Path) -> None:
    cold = probe("scan", "--quiet", "--jobs", "1", cwd=app)
    warm = probe("scan", "--quiet", "--jobs", "1", cwd=app)
    assert warm["code"] == cold["code"]
    assert not STEPS & set(warm["modules"])
    assert warm["parsed"] == 0


def test_sql_text_in_code_is_parsed_once_a_scan(app: Path) -> None:
    scanned = probe("scan", "--quiet", "--jobs", "1", cwd=app)
    assert scanned["parsed"] > 0
    assert scanned["most"] == 1


def test_warm_scan_of_code_without_sql_imports_no_sql_parser(app: Path) -> None:
    without = app.parent / "peewee_rows"
    probe("scan", "--quiet", "--jobs", "1", cwd=without)
    warm = probe("scan", "--quiet", "--jobs", "1", "--min-severity", "medium", cwd=without)
    assert warm["parsed"] == 0
    assert "sqlglot" not in warm["modules"]
