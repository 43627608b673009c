from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from isolint.schema.lexer import literal, quote, string_value, tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(t.kind, t.text) for t in tokens(text) if t.significant]


def test_dollar_quotes_end_at_their_own_tag() -> None:
    assert kinds("$a$ x $b$ ; $a$ y") == [("dollar", "$a$ x $b$ ; $a$"), ("word", "y")]


def test_quotes_inside_strings_and_names_are_doubled() -> None:
    assert kinds("'it''s' \"a\"\"b\"") == [("string", "'it''s'"), ("quoted", '"a""b"')]
    assert [t.name for t in tokens('"a""b"')] == ['a"b']


def test_escapes_count_only_in_escape_strings() -> None:
    assert kinds(r"E'\'' 'a\'") == [("string", r"E'\''"), ("string", r"'a\'")]


def test_comments_nest_once() -> None:
    assert kinds("/* a /* b */ c */ x -- y\nz") == [("word", "x"), ("word", "z")]


@given(st.text())
def test_tokens_add_up_to_the_text(text: str) -> None:
    assert "".join(t.text for t in tokens(text)) == text


@given(st.text(alphabet=st.characters(blacklist_characters="\\\0")))
def test_literals_keep_their_value(value: str) -> None:
    assert string_value(literal(value)) == value


def test_reserved_words_and_capitals_are_quoted() -> None:
    assert [quote(n) for n in ("name", "order", "Order", "a b", "1a")] == [
        "name",
        '"order"',
        '"Order"',
        '"a b"',
        '"1a"',
    ]
