"""A real Dask cluster: a scheduler and two workers, each a process, one of which is killed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from isolint.cli import run
from isolint.engine import lower, parallel, remote, scheduler
from isolint.engine.request import ScanRequest
from isolint.engine.scan import scan
from isolint.engine.scheduler import cluster
from isolint.errors import UsageError
from isolint.prove import visits

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed: pip install 'isolint[dask]'"
)


@dataclass
class Running:
    """A cluster: where its scheduler is, and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    log = (folder / "log").open("wb")

    def start(command: str, *options: str) -> subprocess.Popen[bytes]:
        call = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{command}",
            "--scheduler-file",
            str(file),
            "--no-dashboard",
        ]
        return subprocess.Popen([*call, *options], stdout=log, stderr=log, cwd=folder)

    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    processes += [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
    try:
        due = time.monotonic() + 60
        while not file.exists() or not file.stat().st_size:
            assert time.monotonic() < due, (folder / "log").read_text()
            time.sleep(0.05)
        yield Running(json.loads(file.read_text())["address"], processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()
        log.close()


@pytest.fixture(autouse=True)
def app(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small application, of which all is sent; machines that do other things as well start workers slowly."""
    monkeypatch.setattr(scheduler, "PATIENCE", 60)
    monkeypatch.setattr(lower, "PARALLEL_FROM", 0)
    monkeypatch.setattr(remote, "PATIENCE", 0.0)
    monkeypatch.chdir(repository / "fixtures" / "apps" / "trpc_prisma_rows")


def judged(executor: Executor | None) -> tuple[object, ...]:
    report = scan(ScanRequest(cached=False, jobs=1, executor=executor))
    return report.findings, report.evidence, report.problems, report.statements


def test_a_cluster_does_all_of_the_work_and_the_report_is_the_same(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    assert run(["scan", "--no-cache", "--format", "json", "-o", str(here)]) == 1

    def refused(*_: object) -> None:
        raise AssertionError("done here")

    monkeypatch.setattr(remote, "LEAST", 1)
    monkeypatch.setattr(parallel, "encoded_in_parallel", refused)
    monkeypatch.setattr(visits, "visited", refused)
    options = ["--scheduler", running.address, "--format", "json", "-o", str(there)]
    assert run(["scan", "--no-cache", *options]) == 1
    assert there.read_text() == here.read_text()


@pytest.mark.parametrize("address", ["here", "tcp://here", "ftp://127.0.0.1:1", "tcp://127.0.0.1:x"])
def test_what_is_no_address_is_refused(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--scheduler", address]) == 2
    assert "such as tcp://host:8786" in capfd.readouterr().err


def test_a_scheduler_that_cannot_be_reached_is_an_error(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "PATIENCE", 1)
    assert run(["scan", "--scheduler", "tcp://127.0.0.1:1"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("isolint: error: the scheduler tcp://127.0.0.1:1 does not answer: ")


def test_workers_with_another_isolint_are_refused(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isolint.__version__", "9.9")
    with pytest.raises(UsageError, match=r"install isolint 9\.9 on all workers"), cluster(running.address):
        pass


class Killing(Executor):
    """Hands work on, and after some pieces kills a worker that has begun."""

    def __init__(self, executor: Executor, worker: subprocess.Popen[bytes], after: int) -> None:
        self.executor, self.worker, self.left = executor, worker, after

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        self.left -= 1
        if not self.left:
            self.worker.kill()
        return self.executor.submit(function, *given, **named)


def test_a_worker_that_is_killed_changes_nothing_and_without_any_there_is_an_error(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = running.workers
    with cluster(running.address) as executor:
        assert judged(Killing(executor, first, 12)) == judged(None)
    assert first.wait() == -9
    second.kill()
    second.wait()
    monkeypatch.setattr(scheduler, "PATIENCE", 1)
    with pytest.raises(UsageError, match="has no workers"), cluster(running.address):
        pass
