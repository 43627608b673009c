"""Caches: what is put into them under which key, and whether the key tells tenants apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.frame import Stored
from isolint.prove.given import Given
from isolint.prove.origins import Kind, origin
from isolint.prove.show import show
from isolint.prove.terms import (
    Column,
    Computed,
    Global,
    Items,
    Literal,
    Member,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Text,
    children,
    contents,
    lookups,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

STORING = frozenset({"set", "put", "setex", "add"})
LOADING = frozenset(
    "swr wrap getOrSet get_or_set getOrCreate getOrLoad getOrFetch remember fetch computeIfAbsent cached".split()
)
CACHE_WORDS = frozenset({"cache", "caches", "redis", "kv", "memo", "lru", "memcached", "cached"})
UNTOLD = {Kind.CONSTANT, Kind.ENVIRONMENT, Kind.REQUEST}
"""Origins of keys that are the same whoever is calling."""


def _note_stored(run: Run, base: Term, name: str, given: Given) -> None:
    """Note that rows are put into something that outlives the request."""
    if name in STORING and len(given.positional) >= 2 and (_is_cache(base) or _is_module_variable(run, base)):
        held = tuple(query for value in given.positional[1:] for query in _queries(value))
        if held:
            run.trace.stored.append(Stored(given.positional[0], held))


def loaded(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """`cache.wrap(key, load)`: what the function loads is kept under the key; None for any other call."""
    from isolint.prove.calling import invoke, is_function

    _note_stored(run, base, name, given)
    if name not in LOADING or len(given.positional) < 2 or not _is_cache(base):
        return None
    key, *rest = given.positional
    loader = next((value for value in rest if is_function(value)), None)
    if loader is None:
        return None
    before = len(run.trace.seen)
    value = invoke(run, frame, loader, Given((key,), (), given.at))
    run.hand_on(frame, value)
    held = tuple(seen.query for seen in run.trace.seen[before:])
    run.trace.stored.append(Stored(key, held))
    return value


def _queries(value: Term) -> Iterator[Query]:
    """The queries whose rows a value is made of."""
    stack, met = [value], {value}
    while stack:
        part = stack.pop()
        if isinstance(part, Rows):
            yield part.query
            continue
        new = [inner for inner in children(part) if inner not in met]
        met.update(new)  # the same value may stand in many places of another, and those in many of a third
        stack.extend(new)


def _is_cache(base: Term) -> bool:
    """Whether something is called a cache."""
    while isinstance(base, Member | Result):
        if isinstance(base, Member) and set(split(base.name)) & CACHE_WORDS:
            return True
        base = base.base if isinstance(base, Member) else base.callee
    return isinstance(base, Global) and bool(set(split(base.name)) & CACHE_WORDS)


def _is_module_variable(run: Run, base: Term) -> bool:
    """Whether something is a variable of a module of the project, which all requests share."""
    return isinstance(base, Global) and base in run.named_variables


def unkeyed(case: Case, query: Query, table: Table) -> Found | None:
    """What a caller's tenant alone may see is kept under a key that is the same for all tenants."""
    for event in case.run.trace.stored:
        if query not in event.queries or not _same_for_all(event.key):
            continue
        for test in lookups(query):
            if (
                isinstance(test.left, Column)
                and _tells_tenant(case, test.left, table)
                and _left_out(event.key, test.right)
            ):
                step = Step(f"it is kept under `{show(event.key)}`, which is the same for every tenant")
                return Found(Reason.UNKEYED_CACHE, show(event.key), (step,))
    return None


def _same_for_all(key: Term) -> bool:
    return all(origin(part).kind in UNTOLD for part in _parts(key))


def _parts(key: Term) -> Iterator[Term]:
    """The values that a key is put together from."""
    match key:
        case Text(parts) | Items(parts) | Computed(_, parts):
            yield from (part for inner in parts for part in _parts(inner))
        case Record(entries):
            yield from (part for _, value, _ in entries for part in _parts(value))
        case Result(_, (_, *_), _) if origin(key).kind is not Kind.SESSION:
            yield from (part for inner in key.operands() for part in _parts(inner))
        case _:
            yield key


def _tells_tenant(case: Case, column: Column, table: Table) -> bool:
    return read_column(case, column, table).meaning is Meaning.TENANT


def _left_out(key: Term, tenant: Term) -> bool:
    if isinstance(tenant, Literal) or origin(tenant).kind in {Kind.CONSTANT, Kind.ENVIRONMENT, Kind.UNKNOWN}:
        return False
    rows = [part.query for part in contents(tenant) if isinstance(part, Rows)]
    parts = {tenant, *(test.right for query in rows for test in lookups(query) if not isinstance(test.right, Literal))}
    return not parts & contents(key)
