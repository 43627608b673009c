"""YAML text as plain values, every one of which can be traced back to its line.

Only the node tree of the base loader is used, so no tag can construct anything; scalars stay the text that was written
(`no` and `0.10` are not turned into a boolean and a number), and a key given twice is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, Event
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from isolint.errors import ConfigError

DEEPEST = 12
"""Levels of nesting; a document whose aliases form a loop is deeper than any."""

_OPENERS = ("[", "{", "- ", "? ")
_PLENTY = 2_000
"""Openers that libyaml's recursive composer surely survives; of ten thousands that nest, it dies."""

PLAIN, NULLS = (None, ""), ("", "~", "null")
"""How the loaders mark an unquoted scalar, and the unquoted scalars that stand for nothing."""

Key = str | int
Plain = str | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One document: `value` holds str, None, list and dict only; `name` is what errors call the file."""

    name: str
    value: Plain
    root: Node | None

    def error(self, path: Sequence[Key], message: str) -> ConfigError:
        """A ConfigError at the value that `path` leads to, or at the innermost part of it that exists."""
        line, column = _position(self.root, path)
        return ConfigError(f"{self.name}:{line}:{column}: {message}")


def parse(name: str, text: str) -> YamlFile:
    """Parse one document. Raises ConfigError with file and line when the text is not YAML."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if sum(map(text.count, _OPENERS)) > _PLENTY:
            _refuse_depth(name, yaml.parse(text, Loader=loader))
        root = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigError(f"{name}:{line}:{column}: not valid YAML: {problem}") from error
    return YamlFile(name, None if root is None else _plain(name, root, 0), root)


def _refuse_depth(name: str, events: Iterable[Event]) -> None:
    depth = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise ConfigError(f"{name}:{line}:{column}: nested deeper than {DEEPEST} levels")


def _plain(name: str, node: Node, depth: int) -> Plain:
    if depth > DEEPEST:
        raise ConfigError(f"{name}:{_at(node)}: nested deeper than {DEEPEST} levels")
    if isinstance(node, ScalarNode):
        return None if node.style in PLAIN and node.value in NULLS else str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(name, item, depth + 1) for item in node.value]
    found: dict[str, Plain] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise ConfigError(f"{name}:{_at(key)}: a key must be a word")
        if key.value in found:
            raise ConfigError(f"{name}:{_at(key)}: {key.value!r} is given twice")
        found[key.value] = _plain(name, value, depth + 1)
    return found


def _at(node: Node) -> str:
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _position(root: Node | None, path: Sequence[Key]) -> tuple[int, int]:
    """Line and column, from 1, of the key under which a value stands, or of the value in a list."""
    node, position = root, (1, 1)
    for part in path:
        key, node = _child(node, part)
        if node is None:
            break
        mark = (key or node).start_mark
        position = mark.line + 1, mark.column + 1
    return position


def _child(node: Node | None, part: Key) -> tuple[Node | None, Node | None]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None
