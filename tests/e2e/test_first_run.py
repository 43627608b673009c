"""The page of the first run: its commands, typed into a shell, do what it says, with the real git and pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

BLOCK = re.compile(r"^( *)```(\w+)(?: exit=(\d+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.py)\n")
APP = re.compile(r"^\$ cp -r (\S+) ", re.MULTILINE)
PROGRAMS = {"isolint": "isolint", "pre-commit": "pre_commit"}
"""What the page's environment has by name, and the module that it is."""


@pytest.fixture
def page(repository: Path) -> str:
    """The part of the page that shows findings."""
    text = (repository / "docs" / "first-run.md").read_text(encoding="utf-8")
    return text.partition("\n## By the clock")[0]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of somebody who has just installed isolint and pre-commit, and uses git."""
    for name, module in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    told = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    return {
        **kept,
        **told,
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "ISOLINT_CACHE_DIR": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "COLUMNS": "100",
    }


def printed(expected: str, output: str) -> bool:
    """Whether the output has these lines, one after the other; `…` stands for anything."""
    parts = (re.escape(part) for part in expected.strip().split("…"))
    return re.search(".*?".join(parts), output, re.DOTALL) is not None


def test_the_commands_do_what_the_page_says(
    page: str, environment: dict[str, str], repository: Path, tmp_path: Path
) -> None:
    (app,) = APP.findall(page)
    root = shutil.copytree(repository / app, tmp_path / "trial")

    def shell(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-eu", "-c", script], cwd=root, env=environment, capture_output=True, text=True, timeout=120
        )

    assert shell("git init --quiet && git add --all && git commit --quiet --message start").returncode == 0
    output, ran = "", 0
    for _, language, code, text in BLOCK.findall(page):
        named = FILE.match(dedent(text))
        if language == "python" and named:
            (root / named[1]).write_text(text, encoding="utf-8")
        elif language == "sh":
            done = shell(text)
            output, ran = done.stdout + done.stderr, ran + 1
            assert done.returncode == int(code or 0), text + output
        elif language == "text":
            assert printed(text, output), f"expected:\n{text}\nprinted:\n{output}"
    assert ran >= 8
