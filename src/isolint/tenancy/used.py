"""Which tables the code reaches through the tenant's executors: the surest sign that they live in its schema."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from isolint.link import Program
from isolint.model.code import Function
from isolint.model.tenancy import Executor
from isolint.model.walk import body_of

PUBLIC = "public."
IN_PUBLIC = re.compile(r"\bpublic\.(\"[^\"]+\"|[a-z_]\w*)", re.IGNORECASE)
NAMED = re.compile(r"\b(?:from|join|into|update)\s+(?:only\s+)?(\"[^\"]+\"|[a-z_]\w*)(?!\s*\.|\w)", re.IGNORECASE)


def reached(program: Program, executors: Iterable[Executor]) -> frozenset[str]:
    """The declared tables that SQL text names without a schema in functions that call an executor, and in the closures
    that they hand to it. A table that SQL more often looks for in the schema that all tenants share is none of them.
    """
    names = {executor.name.rpartition(".")[2] for executor in executors if executor.sql or executor.callback}
    found: Counter[str] = Counter()
    for module in program.modules.values():
        calling = [function for function in module.functions.values() if not names.isdisjoint(function.calls)]
        for function in module.functions.values() if calling else ():
            if function in calling or any(_encloses(outer, function) for outer in calling):
                found.update(table.name for name in _named(function) if (table := program.tables.of_sql(name)))
    public = _in_public(program) if found else Counter()
    return frozenset(name for name, count in found.items() if count >= public[name])


def _in_public(program: Program) -> Counter[str]:
    """How often SQL text looks for each declared table in the schema that all tenants share."""
    found: Counter[str] = Counter()
    for _, function in program.functions():
        for text in body_of(function).texts:
            for match in IN_PUBLIC.finditer(text) if PUBLIC in text.lower() else ():
                if (table := program.tables.of_sql(match[1].strip('"'))) is not None:
                    found[table.name] += 1
    return found


def _encloses(outer: Function, inner: Function) -> bool:
    return outer.at.line <= inner.at.line and inner.at.end_line <= outer.at.end_line


def _named(function: Function) -> Iterator[str]:
    for text in body_of(function).texts:
        yield from (match[1].strip('"') for match in NAMED.finditer(text))
