"""Comments that silence findings."""

from __future__ import annotations

import pytest

from isolint.frontends.python import lower
from isolint.model.code import Suppression

CASES = [
    ("f()  # isolint: ignore[ISO102] platform report", Suppression(1, 1, ("ISO102",), "platform report")),
    ("# isolint: ignore[ISO102] above\nf()", Suppression(1, 2, ("ISO102",), "above")),
    ("# isolint: ignore[ISO102] above\n\n# more\n  # words\nf()", Suppression(1, 5, ("ISO102",), "above")),
    ("f()  # isolint: ignore[ISO102,ISO103 , x-y] why", Suppression(1, 1, ("ISO102", "ISO103", "x-y"), "why")),
    ("f()  # isolint: ignore", Suppression(1, 1, (), "")),
    ("f()  # isolint: ignore all is well", Suppression(1, 1, (), "all is well")),
    ("f()  # isolint: ignore[]", Suppression(1, 1, (), "")),
    ("f()  #isolint:ignore[ISO102]: because", Suppression(1, 1, ("ISO102",), "because")),
    ("f()  # isolint: ignore[ISO102] a until=2027-01-31 b", Suppression(1, 1, ("ISO102",), "a b", "2027-01-31")),
    ("f()  # isolint: ignore[ISO102] until=2027-01-31", Suppression(1, 1, ("ISO102",), "", "2027-01-31")),
    ("f()  # type: ignore  # isolint: ignore[ISO102] why", Suppression(1, 1, ("ISO102",), "why")),
    ("f(\n    # isolint: ignore[ISO102] why\n    a,\n)", Suppression(2, 3, ("ISO102",), "why")),
    ("f('é')  # isolint: ignore[ISO102] é", Suppression(1, 1, ("ISO102",), "é")),
    ("f()\n# isolint: ignore[ISO102] at the end", Suppression(2, 2, ("ISO102",), "at the end")),
    ("def f(:\n    # isolint: ignore[ISO102] why\n    a(", Suppression(2, 3, ("ISO102",), "why")),
    ("if a:  # isolint: ignore[ISO102] why\n    b()", Suppression(1, 1, ("ISO102",), "why")),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_suppressions(source: str, expected: Suppression) -> None:
    assert lower(source + "\n").suppressions == (expected,)


@pytest.mark.parametrize(
    "source",
    [
        "x = '# isolint: ignore[ISO102] why'",
        'x = """\n# isolint: ignore[ISO102] why\n"""',
        "f()  # isolint: ignored",
        "f()  # isolint: ignore-me",
        "f()  # isolint ignore",
        "f()  # isolint: expect ISO102",
    ],
)
def test_what_is_no_suppression(source: str) -> None:
    assert lower(source + "\n").suppressions == ()


def test_a_comment_behind_a_string_that_looks_like_one() -> None:
    source = "f('# isolint: ignore[ISO101] no')  # isolint: ignore[ISO102] yes\n"
    assert lower(source).suppressions == (Suppression(1, 1, ("ISO102",), "yes"),)
