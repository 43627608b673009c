from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from isolint.schema.throwaway.server import LOADER, Server

HOLD = """
import sys
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
    holder.wait(10)
    deadline = time.monotonic() + 10
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run PostgreSQL in place")
def test_binaries_under_a_closed_folder_are_copied_and_the_folder_stays_closed(tmp_path: Path) -> None:
    from isolint.schema.throwaway.account import account, private_folder, reachable_installation

    closed = tmp_path / "closed"
    programs = closed / "pg" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").write_text("x")
    closed.chmod(0o700)
    who = account()
    folder = private_folder(who)
    found = reachable_installation(programs, folder, who)
    assert found == folder / "install" / "bin"
    assert (found / "postgres").read_text() == "x"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    subprocess.run(["rm", "-r", str(folder)], check=True)
