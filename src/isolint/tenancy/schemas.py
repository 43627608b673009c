"""Signs that each tenant has a database schema of its own, read from the code."""

from __future__ import annotations

import re
from itertools import pairwise

from isolint.link import Program
from isolint.model.code import Call, Constant, Expression, Function, Mapping, Node, Template
from isolint.model.source import Place
from isolint.model.walk import nodes

SWITCHES = {"schema_translate_map"}
SETS_PATH = re.compile(
    r"\bset\s+(?:local\s+|session\s+)?search_path\s*(?:=|to\b)|set_config\(\s*'search_path'|search_path\s*(?:=|%3d)"
    r"|[?&]schema=",
    re.IGNORECASE,
)
SETTING = ("search_path", "schema=")
"""One of these stands in all text that sets the search path."""
URL = re.compile(r"[?&]schema=")
"""The schema in a connection's URL."""
BOUND = re.compile(r"set_config\(\s*'search_path'\s*,[^,]*(?:\$\d|%s|%\(|:\w|\?)", re.IGNORECASE)
"""A search path that is filled by a bound parameter."""
ENVIRONMENT = frozenset({"environ", "getenv"})
CARRIERS = {
    "execution_options", "execute", "exec", "text", "fetch", "fetchrow", "fetchval", "create_engine", "connect",
    "format", "SQL", "executemany", "set_schema", "set_tenant", "Session", "sessionmaker", "execute_sql",
    "exec_driver_sql",
    "update", "query", "$executeRawUnsafe", "$queryRawUnsafe", "raw", "unsafe", "Pool", "PrismaClient",
    "PoolConfig", "get",
}  # fmt: skip
"""Calls that hand over SQL or connection options; only functions with one of them are searched."""


def find_schema_switches(program: Program) -> list[Place]:
    """Places where the database schema is chosen by something that is not constant."""
    found = []
    for ref, function in program.functions():
        if not program.modules[ref.path].facts.marks or CARRIERS.isdisjoint(function.calls):
            continue
        for node in nodes(function):
            if _switches(node) and not _configures(function):
                found.append(Place(ref.path, node.at))
                break
    return found


def _configures(function: Function) -> bool:
    """Whether the function reads the environment: the schema that it chooses is the deployment's."""
    named = ((getattr(node, "id", "") or getattr(node, "name", "")) for node in nodes(function))
    return any(name in ENVIRONMENT for name in named)


def _switches(node: Node) -> bool:
    if isinstance(node, Call):
        return any(a.name in SWITCHES and isinstance(a.value, Mapping) and _varies(a.value) for a in node.arguments)
    if isinstance(node, Template):
        fixed = "".join(p.value for p in node.parts if isinstance(p, Constant) and isinstance(p.value, str))
        varies = any(not isinstance(part, Constant) and not _is_setting(part) for part in node.parts)
        return varies and (sets_path(fixed) if not URL.search(fixed) else any(map(_fills_url, pairwise(node.parts))))
    return isinstance(node, Constant) and isinstance(node.value, str) and bool(BOUND.search(node.value))


def _fills_url(pair: tuple[Expression, Expression]) -> bool:
    """`…?schema=` with what is put behind it."""
    before, after = pair
    text = before.value if isinstance(before, Constant) and isinstance(before.value, str) else ""
    found = URL.search(text)
    return found is not None and found.end() == len(text) and not isinstance(after, Constant)


def sets_path(text: str) -> bool:
    """Whether text is, or begins, SQL or connection options that set the search path."""
    lowered = text.lower()
    return any(word in lowered for word in SETTING) and bool(SETS_PATH.search(text))


def _is_setting(expression: Expression) -> bool:
    """A name in capitals: one schema for the whole deployment, not one for each tenant."""
    if isinstance(expression, Call):
        return any(_is_setting(argument.value) for argument in expression.arguments)
    return (getattr(expression, "id", "") or getattr(expression, "name", "")).isupper()


def _varies(mapping: Mapping) -> bool:
    return any(not isinstance(entry.value, Constant) for entry in mapping.entries)
