"""The progress line."""

from __future__ import annotations

import io
import sys

import pytest

from isolint.cli import _progress
from isolint.cli._progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(_progress, "monotonic", lambda: now[0])
    return now


def test_line_shows_after_a_second_and_not_too_often(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    for second, done in ((0.5, 1), (1.0, 2), (1.05, 3), (1.2, 4)):
        clock[0] = second
        progress(done, 9)
    progress.clear()
    assert stream.getvalue() == "\r\x1b[Kreading 2 of 9 files\r\x1b[Kreading 4 of 9 files\r\x1b[K"


def test_judging_follows_the_last_file(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    clock[0] = 2.0
    for done in (8, 9):
        progress(done, 9)
    assert stream.getvalue().endswith("\r\x1b[Kjudging")


def test_nothing_shows_without_a_terminal(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    clock[0] = 5.0
    progress(1, 2)
    progress.clear()
    assert stream.getvalue() == ""
