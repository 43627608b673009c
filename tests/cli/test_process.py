"""The command line as a process: what it imports, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"libcst", "sqlglot", "yaml", "tree_sitter", "msgspec", "tomllib", "concurrent.futures", "sqlite3"}


def python(code: str, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment, **more)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_simple_answers_import_nothing_heavy(argument: str) -> None:
    code = "import sys; from isolint.cli import run; run(sys.argv[1:]); print(*sys.modules)"
    modules = set(python(code, argument).stdout.split())
    assert "isolint.cli" in modules
    assert modules & HEAVY == set()


def test_warm_scan_parses_nothing(project: Path) -> None:
    code = (
        "import sys; from isolint.cli import run; code = run(['scan', '-q']);"
        "print(code, *(sys.modules.keys() & {'libcst', 'sqlglot', 'tree_sitter'}))"
    )
    assert python(code, cwd=project).stdout.splitlines()[-1].startswith("1 ")
    assert python(code, cwd=project).stdout.splitlines()[-1] == "1"


def test_reader_that_leaves_early_is_no_error(project: Path) -> None:
    scan = f"{sys.executable} -m isolint scan --format html"
    command = f"{scan} | true; echo codes ${{PIPESTATUS[@]}}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False, cwd=project, env=environment
    )
    assert done.stdout == "codes 1 0\n"
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_interruption_is_quiet(project: Path) -> None:
    code = (
        "import os, signal, sys, time, isolint.engine.prepare as engine\n"
        "engine.read_tree = lambda *_: (os.kill(os.getpid(), signal.SIGINT), time.sleep(10))\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it\n"
        "from isolint.cli import main; sys.argv = ['isolint', 'scan']; main()"
    )
    done = python(code, cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, "", "")


def test_fault_of_isolint_does_not_look_like_findings(project: Path) -> None:
    code = (
        "import sys, isolint.engine.prepare as engine\n"
        "engine.read_tree = None\n"
        "from isolint.cli import main; sys.argv = ['isolint', 'scan']; main()"
    )
    done = python(code, cwd=project)
    assert done.returncode == 2
    assert "TypeError" in done.stderr
    assert done.stderr.endswith("this is a fault in isolint; please report it with the lines above\n")
