from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from isolint.errors import SchemaError
from isolint.schema.throwaway.binaries import VARIABLE, choose, find
from isolint.schema.throwaway.server import LOADER, Server, start

HOLD = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from isolint.schema.throwaway.binaries import choose
from isolint.schema.throwaway.server import start
server = start(choose())
print(server.folder, server.connect("postgres").execute("select pg_backend_pid() as p").fetchone()["p"], flush=True)
sys.stdin.read()
"""


def test_the_folder_is_private(server: Server) -> None:
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert (server.folder.stat().st_uid == 0) is False or os.geteuid() != 0


def test_given_sql_runs_without_rights(server: Server) -> None:
    with server.database() as name, server.connect(name, LOADER) as connection:
        row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == {"rolsuper": False, "rolcreaterole": False}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'cat'")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_after(number: signal.Signals) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    folder, pid = holder.stdout.readline().split()
    assert Path(folder).exists()
    holder.send_signal(number)
    holder.wait(60)
    deadline = time.monotonic() + 10
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run PostgreSQL in place")
@pytest.mark.skipif(not any(b.embedded for b in find()), reason="no embedded PostgreSQL")
def test_root_runs_programs_that_stand_under_a_closed_folder(tmp_path: Path) -> None:
    embedded = next(b for b in find() if b.embedded)
    closed = tmp_path / "closed"
    for part in embedded.parts:
        shutil.copytree(part, closed / part.relative_to(embedded.folder.parents[2]), symlinks=True)
    closed.chmod(0o700)
    moved = replace(embedded, folder=closed / embedded.folder.relative_to(embedded.folder.parents[2]))
    accounts = Path("/etc/passwd").read_bytes()
    server = start(moved)
    try:
        with server.database() as name, server.connect(name) as connection:
            assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}
        assert server.folder.stat().st_uid != 0
    finally:
        server.close()
    assert not server.folder.exists()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert Path("/etc/passwd").read_bytes() == accounts


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for wanted in ("/nowhere/bin", "7"):
        monkeypatch.setenv(VARIABLE, wanted)
        with pytest.raises(SchemaError, match=f"{VARIABLE}={wanted}"):
            choose()


def test_there_is_a_server_for_the_live_tests() -> None:
    assert find(), "without one the live tests are skipped: pip install -e '.[dev]' brings one"
