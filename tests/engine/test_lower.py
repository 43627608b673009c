"""From sources to facts, with and without a cache, on one core and on several."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from isolint.engine import lower as lowering
from isolint.engine import parallel
from isolint.engine.cache import Cache
from isolint.engine.facts import ContextFacts
from isolint.engine.lower import lower
from isolint.model.code import FileFacts
from isolint.model.source import Language, Source

Make = Callable[..., Source]

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the sources that a frontend was asked to read, in this process."""
    paths: list[str] = []
    real = lowering.encoded

    def counting(source: Source) -> bytes:
        paths.append(source.path)
        return real(source)

    monkeypatch.setattr(lowering, "encoded", counting)
    return paths


def test_facts_come_by_path_in_the_order_of_the_sources(source: Make) -> None:
    facts = lower(
        [source("b.py", "leak(1)"), source("a.py", "\n\n"), source("t.sql", "A B", Language.SQL)], Cache(None)
    )
    assert list(facts) == ["b.py", "a.py", "t.sql"]
    assert isinstance(facts["a.py"], FileFacts)
    assert facts["a.py"].lines == 3
    assert isinstance(facts["t.sql"], ContextFacts)
    assert [table.name for table in facts["t.sql"].tables] == ["A", "B"]


def test_second_run_reads_nothing(tmp_path: Path, source: Make, reads: list[str]) -> None:
    sources = [source("a.py", "leak(1)"), source("t.sql", "A", Language.SQL)]
    first = lower(sources, Cache(tmp_path))
    reads.clear()
    assert lower(sources, Cache(tmp_path)) == first
    assert reads == []


def test_only_the_changed_file_is_read_again(tmp_path: Path, source: Make, reads: list[str]) -> None:
    lower([source("a.py", "1"), source("b.py", "2")], Cache(tmp_path))
    reads.clear()
    lower([source("a.py", "1"), source("b.py", "3")], Cache(tmp_path))
    assert reads == ["b.py"]


def test_equal_texts_are_read_once_but_not_across_languages(source: Make, reads: list[str]) -> None:
    facts = lower([source("a.py", ""), source("b.py", ""), source("c.sql", "", Language.SQL)], Cache(None))
    assert reads == ["b.py", "c.sql"]
    assert facts["a.py"] == facts["b.py"] != facts["c.sql"]


def test_change_of_the_frontends_own_files_makes_old_facts_unknown(
    tmp_path: Path, source: Make, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lower([source("a.py", "1")], Cache(tmp_path))
    reads.clear()
    monkeypatch.setattr(lowering, "_version", lambda: b"another")
    lower([source("a.py", "1")], Cache(tmp_path))
    assert reads == ["a.py"]


def test_what_was_read_before_an_interruption_is_kept(
    tmp_path: Path, source: Make, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    sources = [source(f"{number}.py", f"{number}") for number in range(4)]
    with pytest.raises(KeyboardInterrupt):
        lower(sources, Cache(tmp_path), progress=interrupted)
    reads.clear()
    lower(sources, Cache(tmp_path))
    assert reads == ["2.py", "3.py"]


def test_progress_counts_what_the_cache_held(tmp_path: Path, source: Make) -> None:
    seen: list[tuple[int, int]] = []
    lower([source("a.py", "1")], Cache(tmp_path))
    lower([source("a.py", "1"), source("b.py", "2")], Cache(tmp_path), progress=lambda *counts: seen.append(counts))
    assert seen == [(2, 2)]


def test_too_deep_a_text_is_a_trouble_of_its_file(source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(text: str) -> FileFacts:
        return endless(text)

    monkeypatch.setattr("isolint.engine.facts.reader", lambda _: endless)
    facts = lower([source("a.py", "a"), source("a.sql", "a", Language.SQL)], Cache(None))
    assert [[trouble.kind for trouble in item.troubles] for item in facts.values()] == [["too-deep"], ["too-deep"]]


def test_error_of_a_frontend_names_the_file(source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: str) -> FileFacts:
        raise KeyError("oops")

    monkeypatch.setattr("isolint.engine.facts.reader", lambda _: failing)
    with pytest.raises(KeyError) as caught:
        lower([source("src/a.py", "a")], Cache(None))
    assert caught.value.__notes__ == ["while reading src/a.py"]


needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="the toy frontend reaches workers by forking")


@needs_fork
def test_workers_give_the_same_facts_in_the_same_order(source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [source(f"{number}.py", f"leak({number})\n" * number) for number in range(40)]
    alone = lower(sources, Cache(None), jobs=1)
    monkeypatch.setattr(lowering, "PARALLEL_FROM", 0)
    monkeypatch.setattr(parallel, "CHUNK", 500)
    monkeypatch.setattr(parallel, "reader", lambda _: None)
    together = lower(sources, Cache(None), jobs=2)
    assert together == alone
    assert list(together) == list(alone)


@needs_fork
def test_crash_of_a_parser_costs_one_file(source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(text: str) -> FileFacts:
        if "crash" in text:
            os._exit(139)
        return FileFacts(Language.PYTHON, 1)

    monkeypatch.setattr("isolint.engine.facts.reader", lambda _: crashing)
    monkeypatch.setattr(parallel, "reader", lambda _: None)
    monkeypatch.setattr(lowering, "PARALLEL_FROM", 0)
    monkeypatch.setattr(parallel, "CHUNK", 10)
    sources = [source(f"{number}.py", "crash" if number in {3, 7} else f"number {number}") for number in range(10)]
    sources[7] = source("7.py", "crash again")
    facts = lower(sources, Cache(None), jobs=2)
    assert {path: [t.message for t in item.troubles] for path, item in facts.items() if item.troubles} == {
        "3.py": ["the parser crashed on this file"],
        "7.py": ["the parser crashed on this file"],
    }
