"""Which tables the code reaches through the tenant's executors: the surest sign that they live in its schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from isolint.link import Program
from isolint.model.code import Constant, Function
from isolint.model.tenancy import Executor
from isolint.tenancy.schemas import nodes

NAMED = re.compile(r"\b(?:from|join|into|update)\s+(?:only\s+)?(\"[^\"]+\"|[a-z_]\w*)(?!\s*\.|\w)", re.IGNORECASE)


def reached(program: Program, executors: Iterable[Executor]) -> frozenset[str]:
    """The declared tables that SQL text names without a schema in functions that call an executor, and in the closures
    that they hand to it.
    """
    names = {executor.name.rpartition(".")[2] for executor in executors if executor.sql or executor.callback}
    found = set()
    for module in program.modules.values():
        calling = [function for function in module.functions.values() if not names.isdisjoint(function.calls)]
        for function in module.functions.values() if calling else ():
            if function in calling or any(_encloses(outer, function) for outer in calling):
                found |= {table.name for name in _named(function) if (table := program.tables.of_sql(name))}
    return frozenset(found)


def _encloses(outer: Function, inner: Function) -> bool:
    return outer.at.line <= inner.at.line and inner.at.end_line <= outer.at.end_line


def _named(function: Function) -> Iterator[str]:
    for node in nodes(function):
        if isinstance(node, Constant) and isinstance(node.value, str):
            yield from (match[1].strip('"') for match in NAMED.finditer(node.value))
