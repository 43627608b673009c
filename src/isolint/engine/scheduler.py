"""A Dask cluster as an executor."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

import isolint
from isolint.engine.remote import Carried
from isolint.errors import UsageError

PATIENCE = 15
"""Seconds in which a scheduler and its first worker have to answer."""

_FORM = re.compile(r"(?:tcp|tls|ws|wss)://.+:[0-9]{1,5}")


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The cluster of a scheduler, such as `tcp://host:8786`.

    Raises UsageError where it cannot be reached, has no workers, or has workers with another isolint.
    """
    if not _FORM.fullmatch(address):
        raise UsageError(f"--scheduler {address}: give the address of a Dask scheduler, such as tcp://host:8786")
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UsageError("--scheduler needs Dask: pip install 'isolint[dask]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it cannot do is done here
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        said = f"the scheduler {address} does not answer: {error}"
        raise UsageError(f"{said}; start one with `dask scheduler`, or leave --scheduler out") from error
    try:
        _check(client, address)
        yield _Cluster(client)
    finally:
        client.close()


def _check(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise UsageError(f"the scheduler {address} has no workers; start some with `dask worker {address}`") from error
    found = client.run(version, "isolint", on_error="return")
    for worker, answer in found.items():
        if answer != isolint.__version__:
            said = f"isolint {answer}" if isinstance(answer, str) else "no isolint"
            raise UsageError(f"the worker {worker} has {said}; install isolint {isolint.__version__} on all workers")


class _Cluster(Executor):
    """Sends a program once to every worker, and not with each piece of work on it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False, retries=2)
        self._sent: dict[str, Any] = {}

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """As any executor's."""
        given = tuple(self._scattered(item) if isinstance(item, Carried) else item for item in given)
        future: Future[Any] = self._executor.submit(function, *given, **named)
        return future

    def _scattered(self, carried: Carried) -> object:
        if carried.digest not in self._sent:
            self._sent[carried.digest] = self._client.scatter(carried, broadcast=True, hash=False)
        return self._sent[carried.digest]
