"""Globs of `exclude:`."""

from __future__ import annotations

import pytest

from isolint.engine.globs import compile_globs


@pytest.mark.parametrize(
    ("glob", "matching", "other"),
    [
        ("legacy", ["legacy", "a/legacy", "a/legacy/b.py"], ["legacy2", "a/legacy.py"]),
        ("*_old.py", ["a_old.py", "x/y/_old.py"], ["a_old.pyi", "a_old.py.txt"]),
        ("scripts/", ["scripts/a.py", "x/scripts/a.py"], ["scripts.py"]),
        ("/scripts", ["scripts/a.py"], ["x/scripts/a.py"]),
        ("src/*/gen", ["src/a/gen/x.py"], ["src/a/b/gen/x.py", "lib/src/a/gen"]),
        ("src/**/gen", ["src/gen/x.py", "src/a/b/gen/x.py"], ["src/a/b/generate.py"]),
        ("**/fixtures/**", ["fixtures/a.py", "a/b/fixtures/c/d.py"], ["a/fixtures.py"]),
        ("./src/a?.py", ["src/ab.py"], ["src/a/.py", "src/abc.py"]),
        ("app/[id]/route.ts", ["app/[id]/route.ts"], ["app/i/route.ts"]),
        ("a+b", ["a+b/c.py"], ["aab"]),
    ],
)
def test_glob_matches_paths_as_gitignore_does(glob: str, matching: list[str], other: list[str]) -> None:
    compiled = compile_globs([glob])
    assert compiled is not None
    assert [path for path in matching if not compiled.fullmatch(path)] == []
    assert [path for path in other if compiled.fullmatch(path)] == []


def test_no_globs_and_empty_globs_exclude_nothing() -> None:
    assert compile_globs([]) is None
    assert compile_globs(["", "  ", "/"]) is None
