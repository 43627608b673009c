"""Telling SQL from prose by its first words, without a parser: cheap enough for every string of a program.

A keyword alone proves nothing ("Select a file", "update failed"): the second part of the statement's grammar must be
there. A verb that is capitalised as prose would be needs more than that, a shouted one less.
"""

from __future__ import annotations

import re

from isolint.frontends.sql.shape import shape_of

_LEAD = re.compile(r"(?:\s|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/|\(|⟦\d+⟧;?(?=[\s(⟦]))*")
_WORD = re.compile(r"[A-Za-z]+(?![\w@:/.-])")
_LOOKED_AT = 4_000

_RESERVED = (
    "(?:ALL|AND|AS|CASE|DEFAULT|DISTINCT|END|FOR|FROM|GROUP|HAVING|IF|IN|INTO|IS|JOIN|LIMIT|NOT|NULL|ON|ONLY|OR|ORDER"
    "|SELECT|SET|TABLE|TO|UNION|USING|VALUES|WHERE|WITH)"
)
_N = rf"(?:[nqhp]|(?!{_RESERVED}\b)[A-Z_]+)"
_IF = "(?:IF (?:NOT )?EXISTS )?"
_ALIAS = "(?: AS)?(?: n)?"
_STOP = "(?: [;,(){]| h|$)"
_NEXT = (
    rf"(?:{_STOP}| (?:WHERE|JOIN|LEFT|RIGHT|INNER|FULL|CROSS|NATURAL|OUTER|GROUP|ORDER|HAVING|LIMIT|OFFSET|FETCH|FOR"
    r"|UNION|INTERSECT|EXCEPT|WINDOW|TABLESAMPLE|ON|USING|LATERAL|RETURNING|SET|CASCADE|RESTRICT|RESTART|WITH)\b)"
)
_SOURCE = re.compile(rf" FROM (?:ONLY )?(?:\(|{_N}\(|LATERAL|{_N}{_ALIAS}{_NEXT})")
_CONSTANT = re.compile(r"(?: DISTINCT| ALL)? (?:[-(*s0ph]|[nq]\(|NULL|TRUE|FALSE|CASE|EXISTS|CAST|CURRENT_|INTERVAL)")
_PHRASE = re.compile(r"(?:^|,)(?: DISTINCT)?(?: n){3,}|\bthe\b| n WITH n")
_EVIDENT = re.compile(r"(?: DISTINCT)? (?:\*|q|n\(.* FROM )|.* (?:WHERE|SET|ON|VALUES|TABLE) .*[=<>(]")

_KINDS = (
    "(?:TABLE|VIEW|MATERIALIZED VIEW|INDEX|SCHEMA|DATABASE|SEQUENCE|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE|TRIGGER"
    "|POLICY|RULE|ROLE|USER|EXTENSION|FOREIGN TABLE|OWNED)"
)
_NAMED = "(?:SCHEMA|DATABASE|EXTENSION|SEQUENCE|ROLE|USER)"
_MADE = (
    rf"TABLE {_IF}{_N}(?: ?\(| AS| PARTITION| LIKE| USING)",
    rf"INDEX (?:CONCURRENTLY )?{_IF}(?:{_N} )?ON ",
    rf"VIEW {_IF}{_N}.* AS ",
    rf"(?:FUNCTION|PROCEDURE|AGGREGATE) {_N} ?\(",
    rf"TRIGGER {_N} (?:BEFORE|AFTER|INSTEAD)",
    rf"(?:TYPE|DOMAIN) {_N} AS ",
    rf"(?:POLICY|RULE) {_N} (?:ON|AS) ",
    rf"{_NAMED} (?:IF NOT EXISTS {_N}|{_N} [;(]|[qhp])",
    rf"{_NAMED}(?: {_N})? (?:WITH|LOGIN|NOLOGIN|PASSWORD|BYPASSRLS|AUTHORIZATION|START|OWNER)",
)
_MODIFIERS = "(?: OR REPLACE| TEMP| TEMPORARY| UNLOGGED| LOCAL| FOREIGN| UNIQUE| MATERIALIZED| CONSTRAINT| RECURSIVE)*"
_TABLE_CHANGES = (
    "(?:ADD|MODIFY|CHANGE|CONVERT|DROP|ALTER|RENAME|ENABLE|DISABLE|FORCE|OWNER|SET|RESET|VALIDATE|ATTACH|DETACH|RESTART"
    "|OWNED|UPDATE|WITH|IN|ON|LOGIN|NOLOGIN|BYPASSRLS|PASSWORD|GRANT|REVOKE|h)"
)
_VALUE = "(?:=|TO)"

_SHAPES = {
    "INSERT": rf" (?:OR \w+ |IGNORE )?INTO (?:TABLE )?{_N}(?: AS n)?(?: ?\(| VALUES| SELECT| DEFAULT| SET| WITH| h)",
    "REPLACE": rf" INTO {_N}(?: ?\(| VALUES| SELECT| h)",
    "UPDATE": rf" (?:ONLY )?{_N}(?:{_ALIAS}| h| (?:AS |n )?(?:LEFT |INNER )?JOIN .*)? SET (?:{_N} [=\[]|\(|h)",
    "DELETE": rf" (?:n )?FROM (?:ONLY )?(?:{_N}{_ALIAS} (?:WHERE|USING|RETURNING|INNER|JOIN|LIMIT|;|h)|[qh])",
    "WITH": rf" (?:RECURSIVE )?(?:{_N}(?: ?\([^()]*\))? AS (?:(?:NOT )?MATERIALIZED )?\(|h .*SELECT )",
    "MERGE": rf" INTO {_N}{_ALIAS} USING ",
    "CREATE": rf"{_MODIFIERS} (?:{'|'.join(_MADE)})",
    "ALTER": rf" (?:DEFAULT n |{_KINDS} {_IF}(?:ONLY )?{_N}(?:\([^)]*\))? {_TABLE_CHANGES}|n SET )",
    "DROP": rf" {_KINDS} (?:CONCURRENTLY )?(?:IF EXISTS {_N}|[qh]|{_N} ?(?:;|,|\(|CASCADE|RESTRICT|ON|h))",
    "TRUNCATE": rf" (?:TABLE (?:ONLY )?{_N}{_NEXT}|(?:ONLY )?{_N} (?:CASCADE|RESTART)|q)",
    "SET": rf" (?:(?:LOCAL |SESSION |GLOBAL ){_N} {_VALUE}|SEARCH_PATH {_VALUE}|q {_VALUE}"
    rf"|(?:LOCAL |SESSION )?(?:ROLE {_N}$|TIME ZONE )|(?:SESSION )?TRANSACTION "
    "|SESSION (?:AUTHORIZATION|n) |CONSTRAINTS )",
    "RESET": r" (?:SEARCH_PATH|ROLE|q|SESSION AUTHORIZATION)(?: ;|$)",
    "CALL": rf" {_N} ?\(",
    "BEGIN": r"(?: TRANSACTION| WORK| ISOLATION .*| IMMEDIATE)?(?: ;.*)?$",
    "START": " TRANSACTION",
    "COMMIT": r"(?: TRANSACTION| WORK| PREPARED .*)?(?: ;.*)?$",
    "ROLLBACK": r"(?: TRANSACTION| WORK| TO .*| PREPARED .*)?(?: ;.*)?$",
    "RELEASE": " SAVEPOINT ",
    "EXPLAIN": r"(?: ANALYZE| VERBOSE| \([^)]*\))* (?:SELECT|INSERT|UPDATE|DELETE|WITH|MERGE) ",
    "COPY": rf" (?:\(|{_N}(?: ?\([^)]*\))? (?:FROM|TO) (?:STDIN|STDOUT|PROGRAM|[sph]))",
    "DO": r" (?:s|LANGUAGE)",
    "GRANT": rf" .+ (?:ON .* )?TO (?:{_N}|CURRENT_USER)",
    "REVOKE": rf" .+ (?:ON .* )?FROM (?:{_N}|CURRENT_USER)",
    "VALUES": r" \(",
    "LOCK": rf" TABLE {_N}",
    "DECLARE": rf" {_N} .*CURSOR",
    "REFRESH": " MATERIALIZED VIEW ",
    "COMMENT": r" ON (?:TABLE|COLUMN|SCHEMA|INDEX|FUNCTION|CONSTRAINT|EXTENSION|TYPE|VIEW|ROLE|POLICY) ",
    "REINDEX": " (?:TABLE|INDEX|SCHEMA|DATABASE) ",
    "PRAGMA": " n",
}
_SHOUTED_SHAPES = {
    "INSERT": rf" INTO {_N}$",
    "DELETE": rf" FROM {_N}{_ALIAS}(?: ;|$)",
    "CREATE": rf" {_NAMED} n$",
    "DROP": rf" {_KINDS} {_N}(?: ;|$)",
    "TRUNCATE": rf" {_N}(?: [;,]|$)",
    "SET": rf" n {_VALUE} ",
    "RESET": " (?:n|ALL)(?: ;|$)",
    "SAVEPOINT": rf" {_N}(?: ;|$)",
    "VACUUM": r"(?: n| ANALYZE| FULL| VERBOSE)*(?: ;|$)",
    "ANALYZE": rf"(?: {_N})?(?: ;|$)",
    "LISTEN": rf" {_N}(?: ;|$)",
    "NOTIFY": rf" {_N}(?: , [sph])?(?: ;|$)",
}
_ONLY_SHOUTED = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "GRANT", "REVOKE", "PRAGMA"})
_MAY_BE_CAPITALISED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "WITH", "MERGE"})
_VERBS = frozenset({"SELECT", *_SHAPES, *_SHOUTED_SHAPES})


def looks_like_sql(text: str) -> bool:
    """Whether the text reads as SQL from its start; white space, comments, parentheses and holes may come first."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    verb = _WORD.match(text, start)
    if verb is None or verb[0].upper() not in _VERBS:
        return False
    rest = shape_of(text[start : start + _LOOKED_AT]).partition(" ")
    return _fits(verb[0], rest[1] + rest[2])


def _fits(verb: str, rest: str) -> bool:
    key, is_shouted = verb.upper(), verb.isupper()
    if not is_shouted and key in _ONLY_SHOUTED:
        return False
    if not is_shouted and not verb.islower() and not (key in _MAY_BE_CAPITALISED and _EVIDENT.match(rest)):
        return False
    if key == "SELECT":
        return _selects(rest)
    shapes = [shape for shape in (_SHAPES.get(key), _SHOUTED_SHAPES.get(key) if is_shouted else None) if shape]
    return any(re.match(shape, rest) for shape in shapes)


def _selects(rest: str) -> bool:
    if _CONSTANT.match(rest):
        return True
    return any(not _PHRASE.search(rest[: source.start()]) for source in _SOURCE.finditer(rest))
