"""What strings and numbers lower to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.python import lower

Lowered = Callable[[str], str]

STRINGS = [
    ("'a'", "'a'"),
    ('"""a"b"""', repr('a"b')),
    ("''", "''"),
    (r"'\n\t\\\'\"\a\b\f\r\v'", repr("\n\t\\'\"\a\b\f\r\v")),
    (r"'\x41\101\u0041\U00000041\N{LATIN SMALL LETTER A}'", "'AAAAa'"),
    (r"'\d\N{NO SUCH NAME}'", repr(r"\d\N{NO SUCH NAME}")),
    (r"'\ud800'", repr("\ufffd")),
    (r"'\U99999999'", repr("\ufffd")),
    ("'a\\\nb'", "'ab'"),
    (r"r'\n'", repr(r"\n")),
    (r"R'''\n'''", repr(r"\n")),
    ("u'a'", "'a'"),
    (r"b'\xff\u0041'", repr("ÿ\\u0041")),
    (r"Rb'\n'", repr(r"\n")),
    ("'a' 'b'", "'ab'"),
    ("('a'\n    'b' # no\n   'c')", "'abc'"),
    ("b'a' b'b'", "'ab'"),
]


@pytest.mark.parametrize(("source", "expected"), STRINGS)
def test_strings(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


TEMPLATES = [
    ("f'a'", "'a'"),
    ("f''", "''"),
    ("f'{a}'", "τ(a)"),
    ("f'a{b}c{d.e(1)}'", "τ('a', b, 'c', d.e(1))"),
    ("f'{{{a}}}'", "τ('{', a, '}')"),
    (r"f'\n{a}'", r"τ('\n', a)"),
    (r"rf'\n{a}'", r"τ('\\n', a)"),
    ("f'{a!r:>10}'", "τ(a)"),
    ("f'{a:{width}.{f(b)}}'", "τ(a, ?(width, f(b)))"),
    ("f'{a=}'", "τ(a)"),
    ("'a' f'b{c}' 'd' f'e'", "τ('ab', c, 'de')"),
    ("f'a' 'b'", "'ab'"),
    ("f'a{'b'}c'", "'abc'"),
    ("f'{d[\"k\"]}'", "τ(d['k'])"),
    ('f"{d["k"]}"', "τ(d['k'])"),
    ("t'a{b}'", "τ('a', b)"),
    ("f'''a\n{b}\nc'''", r"τ('a\n', b, '\nc')"),
]


@pytest.mark.parametrize(("source", "expected"), TEMPLATES)
def test_strings_with_holes(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


NUMBERS = [
    ("0", "0"),
    ("1_000", "1000"),
    ("0xfF", "255"),
    ("0o17", "15"),
    ("0b11", "3"),
    ("-1", "-1"),
    ("+1", "1"),
    ("1.5", "1.5"),
    ("-1_0.5e1", "-105.0"),
    ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "'9223372036854775808'"),
    ("9" * 5000, repr("9" * 5000)),
    ("1e999", "'1e999'"),
    ("True", "True"),
    ("False", "False"),
    ("None", "None"),
    ("-True", "(-True)"),
]


@pytest.mark.parametrize(("source", "expected"), NUMBERS)
def test_numbers_and_singletons(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


def test_a_very_long_string_is_cut(expression: Lowered) -> None:
    assert expression(repr("x" * 20_001)) == repr("x" * 200 + "…")
    assert expression(repr("x" * 20_000)) == repr("x" * 20_000)


@pytest.mark.parametrize("start", ["SELECT ", "\n  with x as (", "-- why\n /* c */ insert into"])
def test_a_very_long_string_that_begins_like_sql_is_kept(expression: Lowered, start: str) -> None:
    text = start + " x" * 20_000
    assert expression(repr(text)) == repr(text)


def test_the_parts_of_a_very_long_template_are_cut_unless_it_is_sql(expression: Lowered) -> None:
    long = "x" * 20_000
    assert expression(f"f'ab{{c}}{long}'") == f"τ('ab', c, '{'x' * 200}…')"
    assert expression(f"f'select {{c}}{long}'") == f"τ('select ', c, '{long}')"


def test_hundreds_of_adjacent_strings_are_one(expression: Lowered) -> None:
    assert expression("(" + "\n'a'" * 900 + ")") == repr("a" * 900)


def test_constant_parts_of_a_template_take_the_place_of_the_whole() -> None:
    template = lower("x = f'a{b}'\n").functions[0].body[0].value
    assert template.at == (1, 5, 1, 12)
    assert [part.at for part in template.parts] == [(1, 5, 1, 12), (1, 9, 1, 10)]
