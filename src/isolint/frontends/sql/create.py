"""The tables that DDL creates, read from tokens: what a provisioning function executes does not parse as SQL."""

from __future__ import annotations

import re

from isolint.frontends.sql.drafts import Drafts
from isolint.frontends.sql.lex import Token, lex, split_statements
from isolint.frontends.sql.statements import name_at
from isolint.frontends.sql.values import string_content
from isolint.model.sql import CreatedTable

_MAX_LENGTH = 5_000_000
_MAX_DEPTH = 4
_RELEVANT = re.compile(r"\b(?:create|alter)\b[^;]{0,200}?\b(?:table|index)\b", re.IGNORECASE)
_INSERTED = re.compile(r"%(?:\d+\$)?[ILs](?!\w)|\$\{[^{}\n]*\}|\{\{?\s*[\w.]+\s*\}?\}")
_HOLE = "⟦0⟧"
_SWITCH = re.compile(
    r"(?:\bcreate\s+schema\s+(?:if\s+not\s+exists\s+)?|\bsearch_path\s*(?:=|to\b)\s*)"
    r"(?:'\s*\|\||[\"']?\w*(?:⟦|:\s*[\"'\w]|\$\d))"
    r"|set_config\s*\(\s*'search_path'\s*,\s*(?:[^'\s]|'[^']*'\s*\|\|)",
    re.IGNORECASE,
)
"""A schema that is made, or put on the search path, by a name that is chosen at run time."""


def created_tables(text: str) -> tuple[CreatedTable, ...]:
    """The tables of DDL text in order of appearance; see `tables_of_ddl`. Of text over 5 MB none is read."""
    drafts = Drafts()
    if len(text) <= _MAX_LENGTH:
        _collect(text, drafts, 0, "")
    return drafts.finished()


def _collect(text: str, drafts: Drafts, depth: int, schema: str) -> None:
    """`schema` is where unqualified tables are created: a hole under a search path that is chosen at run time."""
    if not _RELEVANT.search(text) or depth > _MAX_DEPTH:
        return
    text = _INSERTED.sub(_HOLE, text)
    statements = split_statements(lex(text))
    if _SWITCH.search(text if depth else _outside_bodies(statements)):
        schema = _HOLE
    for statement in statements:
        for index in range(len(statement)):
            _note(statement, index, drafts, schema)
        for made in _executed(statement):
            _collect(made, drafts, depth + 1, schema if depth else "")


def _outside_bodies(statements: list[list[Token]]) -> str:
    """A script without its function bodies, whose search path is their own."""
    return " ".join(t.text for statement in statements for t in statement if not t.text.startswith("$"))


def _note(statement: list[Token], index: int, drafts: Drafts, schema: str) -> None:
    """Read CREATE TABLE, ALTER TABLE or CREATE UNIQUE INDEX if it starts at the index."""
    word = statement[index].upper
    if word not in {"CREATE", "ALTER"}:
        return
    at, words = index + 1, set()
    while at < len(statement) and statement[at].upper in _MODIFIERS:
        words.add(statement[at].upper)
        at += 1
    kind = statement[at].upper if at < len(statement) else ""
    if kind == "INDEX" and "UNIQUE" in words:
        drafts.unique_index(statement[at + 1 :])
    elif kind == "TABLE":
        at += 1
        while at < len(statement) and statement[at].upper in {"IF", "NOT", "EXISTS", "ONLY"}:
            at += 1
        name, at = name_at(statement, at)
        name = [schema, *name] if schema and len(name) == 1 else name
        if name and word == "CREATE":
            drafts.create(name, statement[at:])
        elif name:
            drafts.alter(name, statement[at:])


_MODIFIERS = frozenset({"TEMP", "TEMPORARY", "UNLOGGED", "GLOBAL", "LOCAL", "FOREIGN", "UNIQUE", "OR", "REPLACE"})


def _executed(statement: list[Token]) -> list[str]:
    """The texts inside a statement that are SQL themselves: dollar-quoted bodies, and strings, joined across `||`."""
    texts: list[str] = []
    between: list[str] = []
    for token in statement:
        if token.kind != "string":
            between.append(token.text)
        elif token.text.startswith("$"):
            texts.append(string_content(token.text))
            between = []
        else:
            is_joined = "|" in between and bool(texts)
            filling = _HOLE if set(between) - {"|"} else ""
            content = string_content(token.text)
            texts = [*texts[:-1], texts[-1] + filling + content] if is_joined else [*texts, content]
            between = []
    return texts
