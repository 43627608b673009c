"""The facts cache: a help, never a hindrance."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isolint.engine import cache
from isolint.engine.cache import Cache, cache_folder, clear

BODIES = {bytes([number]): b"body %d" % number * 100 for number in range(50)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path)
    yield opened
    opened.close()


def file_of(folder: Path) -> Path:
    return folder / "facts.sqlite"


def test_bodies_come_back_in_another_run(tmp_path: Path, store: Cache) -> None:
    store.put_many(BODIES)
    store.close()
    again = Cache(tmp_path)
    assert again.get_many([*BODIES, b"unknown"]) == BODIES
    again.close()


def test_more_keys_than_one_statement_takes(store: Cache) -> None:
    many = {number.to_bytes(4, "big"): b"x" for number in range(40_000)}
    store.put_many(many)
    assert len(store.get_many(many)) == len(many)


def test_cache_without_a_folder_holds_nothing() -> None:
    store = Cache(None)
    store.put_many(BODIES)
    assert store.get_many(BODIES) == {}


@pytest.mark.parametrize("damage", [b"not a database at all" * 500, b""], ids=["garbage", "empty"])
def test_damaged_file_is_replaced(tmp_path: Path, damage: bytes) -> None:
    file_of(tmp_path).write_bytes(damage)
    store = Cache(tmp_path)
    store.put_many(BODIES)
    assert store.get_many(BODIES) == BODIES
    store.close()


def test_file_damaged_behind_its_head_is_replaced_in_the_next_run(tmp_path: Path, store: Cache) -> None:
    store.put_many({bytes([number, 1]): os.urandom(5000) for number in range(200)})
    store.close()
    data = bytearray(file_of(tmp_path).read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file_of(tmp_path).write_bytes(data)
    for _ in range(2):
        damaged = Cache(tmp_path)
        damaged.get_many(BODIES)
        damaged.put_many(BODIES)
        damaged.close()
    again = Cache(tmp_path)
    assert again.get_many(BODIES) == BODIES
    again.close()


def test_table_of_another_shape_is_replaced(tmp_path: Path) -> None:
    with sqlite3.connect(file_of(tmp_path)) as other:
        other.execute("CREATE TABLE facts (name TEXT)")
    store = Cache(tmp_path)
    store.put_many(BODIES)
    assert store.get_many(BODIES) == BODIES
    store.close()


def test_damaged_body_is_as_good_as_none(tmp_path: Path, store: Cache) -> None:
    store.put_many(BODIES)
    with sqlite3.connect(file_of(tmp_path)) as other:
        other.execute("UPDATE facts SET body = x'00ff' WHERE key = ?", (bytes([3]),))
    assert store.get_many(BODIES) == {key: body for key, body in BODIES.items() if key != bytes([3])}


def test_locked_file_is_done_without(tmp_path: Path, store: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    monkeypatch.setattr(cache, "_WAIT", 0.01)
    waiting = Cache(tmp_path)
    holder = sqlite3.connect(file_of(tmp_path), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting.put_many(BODIES)
    holder.execute("ROLLBACK")
    assert waiting.get_many(BODIES) == {}
    assert Cache(tmp_path).get_many(BODIES) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="file modes of POSIX")
def test_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Cache(tmp_path / "file" / "cache")
    store.put_many(BODIES)
    assert store.get_many(BODIES) == {}


def test_oldest_entries_go_when_the_file_grows_too_large(
    tmp_path: Path, store: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "LARGEST", 2_000_000)
    bodies = {bytes([number]): os.urandom(20_000) for number in range(90)}
    monkeypatch.setattr(cache, "_today", lambda: 1)
    store.put_many(bodies)
    monkeypatch.setattr(cache, "_today", lambda: 2)
    read_today = dict(list(bodies.items())[:10])
    assert store.get_many(read_today) == read_today
    store.put_many({b"new": os.urandom(200_000)})
    left = store.get_many([*bodies, b"new"])
    assert set(read_today) | {b"new"} <= set(left)
    assert len(left) == 91 - 91 // 4
    store.close()
    assert file_of(tmp_path).stat().st_size < 2_000_000


def put_from_another_process(folder: Path, start: int) -> None:
    store = Cache(folder)
    for number in range(start, start + 50):
        store.put_many({number.to_bytes(2, "big"): b"x" * 1000})
    store.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_from_another_process, args=(tmp_path, start)) for start in (0, 1000)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    store = Cache(tmp_path)
    keys = [number.to_bytes(2, "big") for start in (0, 1000) for number in range(start, start + 50)]
    assert len(store.get_many(keys)) == 100
    store.close()


def test_clearing_removes_the_file(tmp_path: Path, store: Cache) -> None:
    store.put_many(BODIES)
    store.close()
    assert clear(tmp_path) > 0
    assert list(tmp_path.iterdir()) == []
    assert clear(tmp_path) == 0


def test_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    monkeypatch.delenv("ISOLINT_CACHE_DIR", raising=False)
    assert cache_folder() == Path("/caches/isolint")
    monkeypatch.setenv("ISOLINT_CACHE_DIR", "/mine")
    assert cache_folder() == Path("/mine")


def test_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for variable in ("ISOLINT_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache_folder() is None
    assert clear(None) == 0
