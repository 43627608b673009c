"""The commands of the runbooks do what the runbooks say, on a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Database

FOLDER = Path(__file__).parents[2] / "docs" / "runbooks"
BLOCK = re.compile(r"^( *)```(\w+)(?: exit=(\d+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
TENANT = """
CREATE TABLE client (id serial PRIMARY KEY, name text NOT NULL UNIQUE, org text);
CREATE TABLE invoice (
    id serial PRIMARY KEY, client int REFERENCES client, type text NOT NULL DEFAULT 'in' CHECK (type IN ('in', 'out'))
);
CREATE INDEX ON invoice (client);
"""
SEEDS = "client: {key: [name], rows: [{name: House, org: $slug}, {name: Other, org: $slug}]}\n"
SHARED = "CREATE TABLE public.organization (slug text PRIMARY KEY); INSERT INTO organization VALUES ('acme')"
OLD = """
INSERT INTO public.organization VALUES ('old');
CREATE SCHEMA org_old; SET search_path = org_old;
CREATE TABLE client (id serial PRIMARY KEY, name text NOT NULL UNIQUE, org text);
CREATE TABLE invoice (id serial PRIMARY KEY, client int REFERENCES client);
INSERT INTO client (name) VALUES ('kept');
"""
GONE = f"CREATE SCHEMA org_gone; SET search_path = org_gone; {TENANT}"
FLEET = "".join(
    f"INSERT INTO public.organization VALUES ('{slug}') ON CONFLICT DO NOTHING;"
    f"CREATE SCHEMA org_{slug}; SET search_path = org_{slug}; {TENANT}"
    for slug in ("acme", "bell", "corp")
)
BEFORE = {"provision": "", "repair": OLD, "migrate": FLEET, "resume": FLEET, "rollback": FLEET, "drop": GONE}
"""What is in the database besides the list of organisations."""

CUT_OFF = """
echo 'ALTER TABLE invoice ADD COLUMN note text;' > db/0008_note.sql
isolint tenants migrate db/0008_note.sql --tenant acme
"""
CODE = """
from fastapi import APIRouter

router = APIRouter()


@router.get("/invoices")
def invoices(org: str, cursor):
    cursor.execute(f'SELECT id, kind FROM "org_{org}".invoice')
"""
FILLED = "INSERT INTO org_acme.invoice (note) VALUES ('kept')"
NEEDS = {"drop": "pg_dump", "rollback": "pg_dump"}
"""Programs that runbooks use besides isolint."""


def blocks(name: str) -> Iterator[tuple[str, int, str]]:
    """(language, exit code, text) of the fenced blocks of a runbook."""
    for match in BLOCK.finditer((FOLDER / f"{name}.md").read_text(encoding="utf-8")):
        yield match[2], int(match[3] or 0), dedent(match[4])


def printed(expected: str, output: str) -> bool:
    """Whether the output has these lines, one after the other; `…` stands for anything."""
    parts = (re.escape(part) for part in expected.strip().split("…"))
    return re.search(".*?".join(parts), output, re.DOTALL) is not None


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a script in a folder that is laid out as the runbooks say."""
    database.run(f"DROP SCHEMA IF EXISTS isolint CASCADE; SET search_path = public; {SHARED}")
    (configuration,) = (text for language, _, text in blocks("index") if language == "yaml")
    (tmp_path / "isolint.yaml").write_text(configuration, encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "billing.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "tenant.sql").write_text(TENANT, encoding="utf-8")
    (tmp_path / "db" / "seeds.yaml").write_text(SEEDS, encoding="utf-8")
    program = tmp_path / "bin" / "isolint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m isolint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(program.parent), str(database.server.binaries.folder), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DATABASE_URL": database.url,
    }

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-eu", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )

    return run


def test_all_runbooks_are_listed_and_run() -> None:
    names = {path.stem for path in FOLDER.glob("*.md")} - {"index"}
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert names == set(re.findall(r"\((\w+)\.md\)", index)) == set(BEFORE)


@pytest.mark.parametrize("name", BEFORE)
def test_the_commands_do_what_the_runbook_says(
    name: str, database: Database, shell: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    if name in NEEDS and not shutil.which(NEEDS[name], path=str(database.server.binaries.folder)):
        pytest.skip(f"no {NEEDS[name]} here")
    if name != "provision":
        assert shell("isolint schema snapshot db/tenant.sql --output db/tenant.json").returncode == 0
        database.run(BEFORE[name])
    if name == "resume":
        assert shell(CUT_OFF).returncode == 0
    if name == "rollback":
        assert shell(CUT_OFF.replace("--tenant acme", "--all")).returncode == 0
        database.run(FILLED)
    output, ran = "", 0
    for language, code, text in blocks(name):
        if language == "sh":
            done = shell(text)
            output, ran = done.stdout, ran + 1
            assert (done.returncode, done.stderr if code == 0 else "") == (code, ""), text + done.stdout + done.stderr
        elif language == "text":
            assert printed(text, output), f"expected:\n{text}\nprinted:\n{output}"
    assert ran
