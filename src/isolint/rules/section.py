"""A mapping of a rule file, read key by key with errors that name file, line and the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NoReturn, TypeVar

from isolint.rules.suggest import did_you_mean
from isolint.rules.yamlfile import Key, Plain, YamlFile

Choice = TypeVar("Choice", bound=Enum)


class Section:
    """The mapping at `path` of `file`; a key outside `known` raises ConfigError at once."""

    def __init__(self, file: YamlFile, path: Sequence[Key], value: Plain, known: Sequence[str]) -> None:
        self.file, self.path = file, tuple(path)
        if not isinstance(value, dict):
            self.fail(f"expected a mapping with {', '.join(known)}")
        self.values: dict[str, Plain] = value
        for key in value:
            if key not in known:
                self.fail(f"unknown key {key!r}{did_you_mean(key, known)}", key)

    def fail(self, message: str, *keys: Key) -> NoReturn:
        """Raise ConfigError at the value under `keys`, or at the mapping itself."""
        raise self.file.error((*self.path, *keys), message)

    def text(self, key: str, *, default: str | None = None, form: str = "", like: str = "") -> str:
        """The text under `key`, which must match the pattern `form`, described to the user by an example `like`."""
        value = self.values.get(key)
        if value is None:
            if default is None:
                self.fail(f"{key!r} is missing", key)
            return default
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{key!r} must be text", key)
        self._check(value.strip(), form, like, key)
        return value.strip()

    def texts(self, key: str, *, form: str = "", like: str = "") -> tuple[str, ...]:
        """The texts under `key`: a list, or one text alone; absent is none."""
        value = self.values.get(key)
        items = [] if value is None else value if isinstance(value, list) else [value]
        found = []
        for at, item in enumerate(items):
            if not isinstance(item, str):
                self.fail(f"{key!r} must be a list of texts", key, at)
            self._check(item.strip(), form, like, key, at)
            found.append(item.strip())
        return tuple(found)

    def choice(self, key: str, choices: dict[str, Choice], *, default: str | None = None) -> Choice:
        """The member that the word under `key` stands for."""
        word = self.text(key, default=default)
        if word not in choices:
            self.fail(f"unknown {key} {word!r}{did_you_mean(word, choices)}", key)
        return choices[word]

    def count(self, key: str) -> int:
        """The whole number from 1 under `key`; absent is 0."""
        word = self.text(key, default="0")
        if not word.isdecimal() or (key in self.values and int(word) < 1):
            self.fail(f"{key!r} must be a whole number from 1, not {word!r}", key)
        return int(word)

    def _check(self, value: str, form: str, like: str, *keys: Key) -> None:
        if form and not re.fullmatch(form, value):
            self.fail(f"{keys[0]!r} must look like {like}, not {value!r}", *keys)


def words(kind: type[Choice]) -> dict[str, Choice]:
    """The members of an enumeration by the word that users write: the lower-case name."""
    return {member.name.lower(): member for member in kind}
