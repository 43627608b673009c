"""The process that holds a throwaway server: it makes the cluster, starts it, and removes it when its input ends.

It runs on its own (`python -I keeper.py SETTINGS`), in a session of its own, so that neither Ctrl-C nor a kill of
isolint reaches it before its input, a pipe that isolint holds, has ended. It answers one line: `ready`, or what failed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_wal_senders=0")
SMALL = ("shared_buffers=32MB", "max_connections=20", "max_locks_per_transaction=1024", "wal_level=minimal")
CLUSTER = ("-U", "isolint_admin", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
PATIENCE = 60


def main() -> None:
    """Hold the server that the settings describe until standard input ends."""
    settings = json.loads(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    server = None
    try:
        server = _started(settings)
        sys.stdin.read()
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        _say(" ".join(str(error).split()) or type(error).__name__)
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(settings["folder"], ignore_errors=True)


def _say(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        pass


def _started(settings: dict[str, Any]) -> subprocess.Popen[bytes]:
    folder, programs = settings["folder"], settings["programs"]
    data, log = os.path.join(folder, "data"), os.path.join(folder, "log")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": folder}
    as_user = {"user": settings["uid"], "group": settings["gid"], "extra_groups": []} if settings["uid"] else {}
    common: dict[str, Any] = {"cwd": folder, "env": environment, "stdin": subprocess.DEVNULL, **as_user}
    made = subprocess.run(  # noqa: S603 - programs that were found, not given
        [os.path.join(programs, "initdb"), "-D", data, *CLUSTER],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        **common,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr.strip()[-400:]}")
    options = (*FAST, *SMALL, "listen_addresses=", f"unix_socket_directories={folder}", "unix_socket_permissions=0700")
    with open(log, "wb") as output:
        server = subprocess.Popen(  # noqa: S603 - the same
            [os.path.join(programs, "postgres"), "-D", data, *(word for o in options for word in ("-c", o))],
            stdout=output,
            stderr=output,
            **common,
        )
    _wait(server, data, log)
    return server


def _wait(server: subprocess.Popen[bytes], data: str, log: str) -> None:
    """Return when the server takes connections: it says so in the last line of its pid file."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            with open(log, encoding="utf-8", errors="replace") as text:
                raise RuntimeError(f"the server did not start: {text.read()[-400:]}")
        try:
            with open(os.path.join(data, "postmaster.pid"), encoding="utf-8") as text:
                lines = text.read().splitlines()
        except OSError:
            lines = []
        if len(lines) > 7 and lines[7].strip() == "ready":
            _say("ready")
            return
        time.sleep(0.02)
    _stop(server)
    raise RuntimeError("the server did not become ready")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """At once: nothing in it is kept."""
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
