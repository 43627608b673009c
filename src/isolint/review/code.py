"""Observations on functions of Python and TypeScript that make the tenants' schemas."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from isolint.link import Program
from isolint.model.access import Role
from isolint.model.code import Call, Constant, Expression, Name
from isolint.model.observation import Observation, Trait
from isolint.model.tenancy import Tenancy
from isolint.prove.roles import path_role
from isolint.review.claims import claimed, told_anyway
from isolint.review.handlers import forgiven, swallowed
from isolint.review.makers import HOLE, Maker, makers, ran, seen
from isolint.review.names import GOES_ON, IDENTIFIER, name_faults
from isolint.review.paths import kept_paths
from isolint.tenancy.flow import Flow, last_name, pieces, text_of

MARKED = frozenset({"create schema", "create table", "alter table"})


def code_observations(
    program: Program, tenancy: Tenancy, scripts: Iterable[str], judged: Container[tuple[str, int]]
) -> Iterator[Observation]:
    """Over every function that makes a tenant's schema, and every script that runs one. `scripts` are the
    texts of SQL files, `judged` paths and lines of what is reported as a switch of the session's schema.
    """
    goes_on = any(map(GOES_ON.search, scripts))
    for path in sorted(program.modules):
        if MARKED.isdisjoint(program.modules[path].facts.marks) or path_role(path) is Role.TEST:
            continue
        found = list(makers(program, path))
        for maker in found:
            goes_on = goes_on or any(GOES_ON.search(text) for text, _ in maker.texts)
            yield from _unquoted(maker)
            yield from swallowed(program, maker, told_anyway(program, maker))
            yield from claimed(program, maker)
            yield from kept_paths(maker, judged)
        if found:
            yield from forgiven(program, path)
    yield from name_faults(program, tenancy, goes_on=goes_on)


def _unquoted(maker: Maker) -> Iterator[Observation]:
    """A name that stands without quotes in DDL that is run here, as it comes: it may be anything."""
    flow = Flow(maker.function)
    given = ran(flow)
    for text, node in maker.texts:
        holes = [part for part in pieces(node) if not isinstance(part, Constant)]
        for found in IDENTIFIER.finditer(text) if id(node) in given else ():
            if not _quoted(flow, holes[text.count(HOLE, 0, found.end()) - 1]):
                shown = " ".join(found[0].replace(HOLE, "…").split())
                yield seen(Trait.UNQUOTED_IDENTIFIER, maker, node.at, shown)
                return


def _quoted(flow: Flow, hole: Expression) -> bool:
    """Whether what is put in is quoted before, by a function or in a text of its own, or is a constant."""
    if isinstance(hole, Name) and hole.id.isupper():
        return True
    parts = flow.parts(hole)
    if any('"' in text_of(part) for part in parts):
        return True
    names = (last_name(part.function).lower() for part in parts if isinstance(part, Call))
    return any("ident" in name or "quote" in name or "escape" in name for name in names)
