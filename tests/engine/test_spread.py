"""Pieces of work in several processes: the same results in the same order as one after the other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isolint.engine import spread as spreading
from isolint.engine.request import ScanRequest
from isolint.engine.scan import scan
from isolint.engine.spread import spread

forks = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "PATIENCE", 0.0)


def with_process(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


@forks
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 200])
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    assert [square for square, _ in spread(3)(with_process, range(count))] == [n * n for n in range(count)]


@forks
def test_other_processes_do_the_work() -> None:
    assert os.getpid() not in {process for _, process in spread(2)(with_process, range(50))}


@forks
def test_work_need_not_be_picklable() -> None:
    def held() -> Iterator[int]:
        yield 1

    values = held()
    assert list(spread(2)(lambda item: (item, values is not None), range(9))) == [(n, True) for n in range(9)]


@forks
def test_a_process_that_is_killed_costs_time_and_no_result() -> None:
    parent = os.getpid()

    def dying(number: int) -> int:
        if number == 7 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(spread(2)(dying, range(40))) == list(range(40))


@forks
def test_what_the_work_raises_is_raised_here() -> None:
    def failing(number: int) -> int:
        raise KeyError(number)

    with pytest.raises(KeyError):
        list(spread(2)(failing, range(10)))


@pytest.mark.parametrize("jobs", [1, 2])
def test_few_items_and_one_job_stay_in_this_process(jobs: int) -> None:
    count = 100 if jobs == 1 else spreading.LEAST - 1
    assert {process for _, process in spread(jobs)(with_process, range(count))} == {os.getpid()}


def test_where_nothing_can_be_forked_the_work_is_done_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert {process for _, process in spread(4)(with_process, range(50))} == {os.getpid()}


def test_an_application_is_judged_alike_by_any_number_of_processes(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "fixtures" / "apps" / "flask_rows")

    def judged(jobs: int) -> tuple[object, ...]:
        report = scan(ScanRequest(cached=False, jobs=jobs))
        return report.findings, report.evidence, report.problems, report.statements

    assert judged(1) == judged(2) == judged(3)
