"""Signs that each tenant has a database schema of its own, read from the code."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link import Program
from isolint.model.code import Argument, Call, Constant, Entry, Function, Mapping, Node, Template
from isolint.model.source import Place

SWITCHES = {"schema_translate_map"}
SEARCH_PATH = "search_path"
CARRIERS = {
    "execution_options", "execute", "exec", "text", "fetch", "fetchrow", "fetchval", "create_engine", "connect",
    "format", "SQL", "executemany", "set_schema", "set_tenant", "Session", "sessionmaker", "execute_sql", "exec_driver_sql",
    "update", "query", "$executeRawUnsafe", "$queryRawUnsafe", "raw", "unsafe", "Pool", "PrismaClient", "PoolConfig", "get",
}  # fmt: skip
"""Calls that hand over SQL or connection options; only functions with one of them are searched."""


def find_schema_switches(program: Program) -> list[Place]:
    """Places where the database schema is chosen by something that is not constant."""
    found = []
    for ref, function in program.functions():
        if CARRIERS.isdisjoint(function.calls):
            continue
        for node in nodes(function):
            if _switches(node):
                found.append(Place(ref.path, node.at))
                break
    return found


def _switches(node: Node) -> bool:
    if isinstance(node, Call):
        return any(a.name in SWITCHES and isinstance(a.value, Mapping) and _varies(a.value) for a in node.arguments)
    if isinstance(node, Template):
        fixed = "".join(p.value for p in node.parts if isinstance(p, Constant) and isinstance(p.value, str))
        lowered = fixed.lower()
        return SEARCH_PATH in lowered and ("set" in lowered or "-c" in lowered) and len(node.parts) > 1
    return False


def _varies(mapping: Mapping) -> bool:
    return any(not isinstance(entry.value, Constant) for entry in mapping.entries)


def nodes(function: Function) -> Iterator[Node]:
    """Every node of a function's body, nested functions excluded."""
    stack: list[object] = list(function.body)
    while stack:
        item = stack.pop()
        if isinstance(item, Node):
            yield item
            stack.extend(getattr(item, name) for name in item.__struct_fields__)
        elif isinstance(item, Argument | Entry):
            stack.extend(getattr(item, name) for name in item.__struct_fields__)
        elif isinstance(item, tuple):
            stack.extend(item)
