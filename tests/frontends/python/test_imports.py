"""Imports of a file, wherever they stand."""

from __future__ import annotations

import pytest

from isolint.frontends.python import lower
from isolint.model.code import Import

CASES = [
    ("import a", [Import("a", "a")]),
    ("import a.b.c", [Import("a", "a"), Import("a.b.c", "a.b.c")]),
    ("import a.b as c, d", [Import("c", "a.b"), Import("d", "d")]),
    ("from a.b import c, d as e", [Import("c", "a.b", "c"), Import("e", "a.b", "d")]),
    ("from a import (\n    b,\n    c,\n)", [Import("b", "a", "b"), Import("c", "a", "c")]),
    ("from a import *", [Import("*", "a", "*")]),
    ("from . import a", [Import("a", ".", "a")]),
    ("from ..a.b import c", [Import("c", "..a.b", "c")]),
    ("from ... import *", [Import("*", "...", "*")]),
    ("if TYPE_CHECKING:\n    from a import b", [Import("b", "a", "b")]),
    ("try:\n    import a\nexcept ImportError:\n    a = None", [Import("a", "a")]),
    ("def f():\n    from a import b", [Import("b", "a", "b")]),
    ("class A:\n    import a", [Import("a", "a")]),
    ("import a\nimport a", [Import("a", "a")]),
    ("lazy import a\nlazy from b import c", [Import("a", "a"), Import("c", "b", "c")]),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_imports(source: str, expected: list[Import]) -> None:
    assert list(lower(source + "\n").imports) == expected
