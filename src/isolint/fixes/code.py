"""A file as fixes see it: its text, and the calls in it with the places where something can be added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from isolint.fixes.edit import Edit, Page
from isolint.model.code import Argument, Attribute, Await, Call, Entry, Expression, FileFacts, Mapping, Node
from isolint.model.source import Source, Span
from isolint.model.walk import everything_in

Kind = TypeVar("Kind", bound=Node)
_NEXT_LINK = re.compile(r"\n([ \t]*)\.")


@dataclass(frozen=True)
class Code:
    """The text and the facts of one file."""

    source: Source
    facts: FileFacts
    page: Page

    def at(self, span: Span, kind: type[Kind]) -> Kind | None:
        """The node of a class whose text stands at a span: a statement may have that of its expression."""
        return next((node for node in self.everything() if isinstance(node, kind) and node.at == span), None)

    def everything(self) -> Iterator[Node]:
        """All nodes of all bodies."""
        bodies = (everything_in(*function.body) for function in self.facts.functions)
        return (part for body in bodies for part in body if isinstance(part, Node))

    def insert(self, offset: int, text: str) -> Edit:
        """An edit that adds text."""
        return Edit(self.source.path, self.page.span(offset, offset), text)

    def after(self, node: Node, link: str) -> Edit:
        """One more link of a chain of calls, on a line of its own where the chain is written so."""
        end = self.page.range(node.at)[1]
        own_line = _NEXT_LINK.match(self.page.text, end)
        return self.insert(end, f"\n{own_line[1]}{link}" if own_line else link)

    def argument(self, call: Call, text: str) -> Edit | None:
        """One more argument behind the others; None where that is not plain to see."""
        last = call.arguments[-1].value if call.arguments else None
        return self._item(call.at, ")", last, text)

    def entry(self, mapping: Mapping, text: str) -> Edit | None:
        """One more entry behind the others; None where that is not plain to see."""
        last = mapping.entries[-1].value if mapping.entries else None
        return self._item(mapping.at, "}", last, text)

    def first_entry(self, mapping: Mapping, text: str) -> Edit | None:
        """One more entry before the others."""
        if not mapping.entries:
            return self.entry(mapping, text)
        start = self.page.range(mapping.at)[0]
        if self.page.text[start] != "{":
            return None
        first = mapping.entries[0]
        at = self.page.range((first.key or first.value).at)[0]
        broken = "\n" in self.page.text[start:at]
        return self.insert(start + 1, f"\n{self.page.indent(at)}{text}," if broken else f" {text},")

    def _item(self, around: Span, close: str, last: Expression | None, text: str) -> Edit | None:
        start, end = self.page.range(around)
        written = self.page.text
        if written[end - 1] != close:
            return None
        if last is None:
            inside = written[start : end - 1].rstrip()
            empty = inside[-1:] in {"(", "{"}
            return self.insert(start + len(inside), f" {text} " if close == "}" else text) if empty else None
        item_start, item_end = self.page.range(last.at)
        rest = written[item_end : end - 1]
        if rest.strip().replace(",", "", 1).strip(" \t\n)"):
            return None
        tail = item_end + len(rest.rstrip())
        comma = "" if rest.rstrip().endswith(",") else ","
        if "\n" in written[tail : end - 1]:
            return self.insert(tail, f"{comma}\n{self.page.indent(item_start)}{text}{'' if comma else ','}")
        return self.insert(tail, f"{comma} {text}")


def links(node: Node | None) -> Iterator[Call]:
    """The calls of a chain, the last one first: `select(A).where(b)` gives `where` and `select`."""
    while node is not None:
        if isinstance(node, Call):
            yield node
            node = node.function
        elif isinstance(node, Attribute):
            node = node.base
        elif isinstance(node, Await):
            node = node.value
        else:
            node = None


def name_of(call: Call) -> str:
    """The last name of what is called, '' when it has none."""
    function = call.function
    return function.name if isinstance(function, Attribute) else getattr(function, "id", "")


def entry_of(mapping: Mapping, key: str) -> Entry | None:
    """The entry under a constant key."""
    return next((entry for entry in mapping.entries if getattr(entry.key, "value", None) == key), None)


def first_mapping(call: Call) -> Mapping | None:
    """The object that a call is given first."""
    first: Argument | None = call.arguments[0] if call.arguments else None
    return first.value if first is not None and isinstance(first.value, Mapping) else None
