"""The schema of a table in the text of a statement: taken out, or put in."""

from __future__ import annotations

import re

from isolint.fixes.code import Code
from isolint.fixes.edit import Edit
from isolint.model.code import Call, Constant, Node, Template
from isolint.model.remedy import Remedy
from isolint.model.source import Language, Span

Edits = tuple[Edit, ...]
SHARED = r'("?)public\1\.'
BEFORE = r"\b(?:FROM|JOIN|INTO|UPDATE)\s+"
OPENING = re.compile(r"\"\"\"|'''|[\"'`]")


def qualified(code: Code, remedy: Remedy) -> Edits:
    """The edits of the texts inside the query; () when there is no place where they can be written."""
    names = "|".join(re.escape(name) for name in remedy.names)
    table = rf'(?:"(?:{names})"|(?:{names})\b)'
    everything = [node for node in code.everything() if isinstance(node, Constant | Template)]
    parts = {id(part) for node in everything if isinstance(node, Template) for part in node.parts}
    texts = [node for node in everything if id(node) not in parts and _in(code, node, remedy)]
    if not remedy.moves:
        found = [match for text in texts for match in _matches(code, text, rf"{SHARED}(?={table})")]
        return tuple(Edit(code.source.path, code.page.span(*match.span()), "") for match in found)
    schema = code.page.cut(remedy.moves[0])
    named = [(text, _matches(code, text, rf"{BEFORE}(?={table})")) for text in texts]
    return tuple(edit for text, found in named if found for edit in _put_in(code, text, found, schema))


def _in(code: Code, node: Node, remedy: Remedy) -> bool:
    """Whether a text of its own stands inside the query."""
    inner, outer = node.at, remedy.place.span
    written = code.page.cut(inner)
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:] and OPENING.search(written[:4]) is not None


def _matches(code: Code, text: Node, pattern: str) -> list[re.Match[str]]:
    start, end = code.page.range(text.at)
    return list(re.compile(pattern, re.I).finditer(code.page.text, start, end))


def _put_in(code: Code, text: Node, found: list[re.Match[str]], schema: str) -> Edits:
    """The schema before each of the tables, in a text that is made one with holes where it is none."""
    start, end = code.page.range(text.at)
    written = code.page.text[start:end]
    python = code.source.language is Language.PYTHON
    quote = OPENING.search(written)
    if quote is None or (quote[0] if python else "`") in schema or (python and quote[0] == '"'):
        return ()
    hole = f'"{{{schema}}}".' if python else f'"${{{schema}}}".'
    named = tuple(code.insert(match.end(), hole) for match in found)
    if isinstance(text, Template):
        return () if _is_tagged(code, text) else named
    if python:
        plain = quote.start() == 0 and "{" not in written and "}" not in written
        return (code.insert(start, "f"), *named) if plain else ()
    if quote[0] == "`":
        return () if _is_tagged(code, text) else named
    ends = (Span(*_at(code, start), *_at(code, start + 1)), Span(*_at(code, end - 1), *_at(code, end)))
    plain = "`" not in written and "${" not in written
    return (*(Edit(code.source.path, at, "`") for at in ends), *named) if plain else ()


def _at(code: Code, offset: int) -> tuple[int, int]:
    span = code.page.span(offset, offset)
    return span.line, span.column


def _is_tagged(code: Code, text: Node) -> bool:
    calls = (node for node in code.everything() if isinstance(node, Call) and node.tagged)
    return any(call.arguments and call.arguments[0].value is text for call in calls)
