"""`isolint cache`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def test_cache_is_cleared(isolint: Command, project: Path) -> None:
    isolint("scan")
    cache = project.parent / "cache"
    done = isolint("cache", "clear")
    assert done.code == 0
    assert done.out.startswith("removed 0.")
    assert list(cache.iterdir()) == []
    assert isolint("cache", "clear").out == f"nothing to remove in {cache}\n"
