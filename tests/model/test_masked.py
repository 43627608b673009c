"""Passwords in addresses, code and messages."""

from __future__ import annotations

import time

import pytest

from isolint.model.masked import masked, masked_line, masked_sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://app:hush@db/x", "postgresql://app:***@db/x"),
        ("postgresql+asyncpg://app:hu%2Fsh@db/x", "postgresql+asyncpg://app:***@db/x"),
        ("postgres//app:hush@db", "postgres//app:***@db"),
        ("redis://:hush@cache:6379", "redis://:***@cache:6379"),
        ("https://app:hu@sh@db/x", "https://app:***@db/x"),
        ('a = "amqp://a:hush@b"; c = "amqp://d:hush@e"', 'a = "amqp://a:***@b"; c = "amqp://d:***@e"'),
    ],
)
def test_addresses_lose_their_password(text: str, shown: str) -> None:
    assert masked(text) == masked_line(text) == masked_sentence(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://app@db:5432/x?schema=a",
        "http://localhost:8080/users/@me",
        "// see: someone@example.org",
        "a: b@c",
        "session.scalar(select(User).where(User.password == password))",
        "verify(password=user.password, token=request.token)",
    ],
)
def test_what_holds_no_password_stays(text: str) -> None:
    assert masked(text) == masked_line(text) == masked_sentence(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('connect(host="db", password="hush")', "connect(host=\"db\", password='***')"),
        ("const API_KEY = 'hush';", "const API_KEY = '***';"),
        ('{"token": "hush", "id": 1}', '{"token": \'***\', "id": 1}'),
    ],
)
def test_texts_that_are_given_as_a_password_are_not_shown(text: str, shown: str) -> None:
    assert masked_line(text) == shown


def test_connection_strings_lose_their_password_in_messages() -> None:
    assert masked_sentence("host=db password=hush dbname=x: not found") == "host=db password=*** dbname=x: not found"


@pytest.mark.parametrize("piece", ["//a:", "//a:b@", "password='", "password=", "//:@"])
def test_long_lines_take_no_longer_than_they_are_long(piece: str) -> None:
    started = time.process_time()
    masked_sentence(piece * (400_000 // len(piece)) + "@")
    assert time.process_time() - started < 2
