"""Passwords are taken out of what isolint shows and keeps, wherever they were read."""

from __future__ import annotations

import re

HIDDEN = "***"
LONGEST = 300
"""Characters of a password at most, so that looking for its end is soon over."""

_ADDRESS = re.compile(rf"(//[^/@\s:'\"]{{0,{LONGEST}}}:)[^/\s'\"\\<>]{{1,{LONGEST}}}(?=@)")
_NAMED = re.compile(
    rf"((?:password|passwd|passphrase|secret|token|api_?key)['\"]?\s?[=:]\s?)"
    rf"(?:'[^'\n]{{1,{LONGEST}}}'|\"[^\"\n]{{1,{LONGEST}}}\")",
    re.IGNORECASE,
)
_PARAMETER = re.compile(rf"(password=)(?![\s'\"*]|\w+[.(\[])[^\s&'\"),;]{{1,{LONGEST}}}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text without the passwords of addresses (`//user:password@host`)."""
    return _ADDRESS.sub(rf"\1{HIDDEN}", text) if "@" in text else text


def masked_line(text: str) -> str:
    """A line of code without passwords of addresses, and without texts that are given as a password or a token."""
    return _NAMED.sub(rf"\1'{HIDDEN}'", masked(text))


def masked_sentence(text: str) -> str:
    """A message without passwords, those of connection strings (`host=… password=…`) among them."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", masked_line(text))
