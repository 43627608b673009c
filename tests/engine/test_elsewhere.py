"""Work on executors: the same results, in order, whatever becomes of whoever does it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from isolint.engine import elsewhere as module
from isolint.engine import lower, remote
from isolint.engine.elsewhere import elsewhere
from isolint.engine.request import ScanRequest
from isolint.engine.scan import scan


def squared(number: int, shift: int = 0) -> int:
    return number * number + shift


def refused(number: int) -> int:
    raise AssertionError(f"{number} was done here")


def dying(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number * number


def failing(number: int) -> int:
    raise KeyError(number)


@pytest.fixture
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2) as pool:
        yield pool


def test_results_come_in_order_from_elsewhere_with_what_is_shared(processes: Executor) -> None:
    assert list(elsewhere(processes, squared, refused, range(20), 5)) == [n * n + 5 for n in range(20)]


@pytest.mark.parametrize("far", [dying, failing])
def test_what_is_not_done_elsewhere_is_done_here(processes: Executor, far: Callable[[int], int]) -> None:
    assert list(elsewhere(processes, far, squared, range(8))) == [n * n for n in range(8)]


def test_an_executor_that_was_shut_down_costs_nothing_but_time(processes: Executor) -> None:
    processes.shutdown()
    assert list(elsewhere(processes, refused, squared, range(3))) == [0, 1, 4]


def test_what_takes_too_long_is_not_waited_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    late = threading.Event()

    def waiting(number: int) -> int:
        late.wait(30)
        return -1

    with ThreadPoolExecutor(1) as pool:
        try:
            assert list(elsewhere(pool, waiting, squared, range(4))) == [0, 1, 4, 9]
        finally:
            late.set()


def test_what_was_cancelled_is_done_here() -> None:
    class Cancelling(Executor):
        def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            return future

    assert list(elsewhere(Cancelling(), refused, squared, range(3))) == [0, 1, 4]


def test_what_is_not_asked_for_any_more_is_cancelled() -> None:
    begun = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        results = elsewhere(pool, lambda number: begun.wait(0.2), refused, range(1000))
        next(results)
        results.close()  # type: ignore[attr-defined]
    assert not begun.is_set()


@pytest.mark.parametrize("kind", [ProcessPoolExecutor, ThreadPoolExecutor])
def test_an_application_is_judged_alike_on_any_executor(
    kind: Callable[[int], Executor], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lower, "PARALLEL_FROM", 0)
    monkeypatch.setattr(remote, "PATIENCE", 0.0)
    monkeypatch.chdir(repository / "fixtures" / "apps" / "trpc_prisma_rows")

    def judged(executor: Executor | None) -> tuple[object, ...]:
        report = scan(ScanRequest(cached=False, jobs=1, executor=executor))
        return report.findings, report.evidence, report.problems, report.statements

    with kind(2) as executor:
        assert judged(executor) == judged(None)
