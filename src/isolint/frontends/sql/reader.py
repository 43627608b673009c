"""From text to facts: statement by statement, each by the reader that its first word asks for."""

from __future__ import annotations

import re

from isolint.frontends.sql.lex import Token, lex, split_statements
from isolint.frontends.sql.parameters import mark_parameters
from isolint.frontends.sql.settings import reset_statement, set_statement
from isolint.frontends.sql.statements import ASIDE, SCHEMA_CHANGES, copy, schema_change, truncation, wrapped_query
from isolint.frontends.sql.words import QUERY
from isolint.model.sql import SqlFacts, SqlStatement, TableUse

_MAX_LENGTH = 200_000
_COPY_DATA = re.compile(r"^(copy\s[^;]*\sfrom\s+stdin[^;]*;)$.*?^\\\.$", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_CLIENT_COMMAND = re.compile(r"^\\\w.*$", re.MULTILINE)
_QUERIES = QUERY | {"REPLACE", "TABLE"}


def facts_of(text: str) -> SqlFacts:
    """The facts of SQL text; see `read`."""
    if len(text) > _MAX_LENGTH:
        return SqlFacts(problem="too large")
    statements: list[SqlStatement] = []
    problem, dynamic = "", False
    for tokens in split_statements(mark_parameters(lex(_without_client_input(text)))):
        found = _statement(tokens)
        if isinstance(found, SqlStatement):
            statements.append(found)
        elif not problem:
            problem, dynamic = found, _is_template(tokens)
    if len(statements) == 1 and statements[0] == _ANYTHING:
        return SqlFacts(problem="only holes", dynamic=True)
    return SqlFacts(tuple(statements), problem, dynamic)


def _is_template(tokens: list[Token]) -> bool:
    """Whether parts of the statement are yet to be inserted: holes, or the braces of a text that is formatted later."""
    return any("⟦" in token.text or (token.kind == "operator" and token.text == "{") for token in tokens)


_ANYTHING = SqlStatement(None, open=True)
"""A hole where a whole statement may stand."""


def _without_client_input(text: str) -> str:
    """Without the data and the commands of psql that dumps contain."""
    if "\\" not in text:
        return text
    return _CLIENT_COMMAND.sub("", _COPY_DATA.sub(r"\1", text))


def _statement(tokens: list[Token]) -> SqlStatement | str:
    try:
        return _read_statement(tokens)
    except RecursionError:
        return "too deep"


def _read_statement(tokens: list[Token]) -> SqlStatement | str:
    start = next((i for i, token in enumerate(tokens) if token.kind != "hole" and token.text != "("), None)
    if start is None:
        return _ANYTHING
    head = tokens[start].upper
    if head in _QUERIES:
        return _query(tokens)
    return _read_other(head, tokens[start:])


def _read_other(head: str, tokens: list[Token]) -> SqlStatement | str:
    """Read a statement that is no query, though there may be one in it."""
    if head == "SET":
        return set_statement(tokens)
    if head == "RESET":
        return reset_statement(tokens)
    if head == "TRUNCATE":
        return truncation(tokens)
    if head in {"EXPLAIN", "DECLARE", "PREPARE", "COPY"} and (start := wrapped_query(tokens)):
        return _query(_balanced(tokens[start:]))
    if head == "COPY":
        return copy(tokens)
    if head in SCHEMA_CHANGES:
        return _schema_change(tokens)
    return SqlStatement(None) if head in ASIDE else "not SQL"


def _balanced(tokens: list[Token]) -> list[Token]:
    """The tokens up to the parenthesis that closes one opened before them."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0:
            return tokens[:index]
    return tokens


def _schema_change(tokens: list[Token]) -> SqlStatement:
    change = schema_change(tokens)
    start = wrapped_query(tokens) if tokens[0].upper == "CREATE" and change.tables else 0
    if not start:
        return change
    made = _query(_balanced(tokens[start:]), change.tables)
    return made if isinstance(made, SqlStatement) else change


def _query(tokens: list[Token], written: tuple[TableUse, ...] = ()) -> SqlStatement | str:
    from isolint.frontends.sql.parse import parse
    from isolint.frontends.sql.tree import statement_of

    if tokens[0].upper == "REPLACE":
        tokens = [tokens[0]._replace(text="INSERT"), *tokens[1:]]
    parsed = parse(tokens)
    if isinstance(parsed, str):
        return parsed
    return statement_of(parsed.tree, parsed.dialect, parsed.open, written)
