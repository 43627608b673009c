"""Comments that silence findings."""

from __future__ import annotations

import pytest

from isolint.frontends.typescript import lower
from isolint.model.code import Suppression

WRITTEN = [
    ("f() // isolint: ignore[ISO102] shared table", Suppression(1, 1, ("ISO102",), "shared table")),
    ("// isolint: ignore[ISO102, ISO103] why not\nf()", Suppression(1, 2, ("ISO102", "ISO103"), "why not")),
    ("// isolint: ignore[ISO102] why\n\n// more\n/* and\n * more */\nf()", Suppression(1, 6, ("ISO102",), "why")),
    ("f() // isolint:ignore[x]", Suppression(1, 1, ("x",), "")),
    ("f() // isolint: ignore - all of it", Suppression(1, 1, (), "all of it")),
    ("f() // note // isolint: ignore[A] why", Suppression(1, 1, ("A",), "why")),
    ("f() // isolint: ignore[A] until=2027-01-31 why", Suppression(1, 1, ("A",), "why", "2027-01-31")),
    ("/* isolint: ignore[A] why */\nf()", Suppression(1, 2, ("A",), "why")),
    ("/* isolint: ignore[A] why */ f()", Suppression(1, 1, ("A",), "why")),
    ("f() /* isolint: ignore[A] why */", Suppression(1, 1, ("A",), "why")),
    ("/**\n * Finds all.\n * isolint: ignore[A] why\n */\nf()", Suppression(3, 5, ("A",), "why")),
    ("f(\n  // isolint: ignore[A] why\n  a,\n)", Suppression(2, 3, ("A",), "why")),
    ("f('é') // isolint: ignore[A] why", Suppression(1, 1, ("A",), "why")),
    ("// isolint: ignore[A] why", Suppression(1, 1, ("A",), "why")),
    ("f( // isolint: ignore[A] why\n", Suppression(1, 1, ("A",), "why")),
]


@pytest.mark.parametrize(("source", "expected"), WRITTEN)
def test_suppressions(source: str, expected: Suppression) -> None:
    assert lower(source, "a.ts").suppressions == (expected,)


def test_suppressions_in_markup() -> None:
    source = "x = <A>\n  {/* isolint: ignore[A] why */}\n  {f(a)}\n  {/* isolint: ignore[B] why */ g(b)}\n</A>"
    assert lower(source, "a.tsx").suppressions == (
        Suppression(2, 3, ("A",), "why"),
        Suppression(4, 4, ("B",), "why"),
    )


@pytest.mark.parametrize(
    "source",
    [
        "x = '// isolint: ignore[A] why'",
        "x = `\n// isolint: ignore[A] why\n`",
        "// isolint: ignored[A] why",
        "// isolint: ignore-file",
        "// an isolint: ignore[A]",
        "// plain",
    ],
)
def test_other_texts_suppress_nothing(source: str) -> None:
    assert lower(source, "a.ts").suppressions == ()
