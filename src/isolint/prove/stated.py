"""Classes whose queries the configuration states to be confined: `tenancy.scoped_bases`."""

from __future__ import annotations

from collections.abc import Iterable

from isolint.link.symbols import ClassRef, External
from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.terms import Query


def stated_scope(case: Case, query: Query, table: Table) -> Found | None:
    """Confinement by a class that `tenancy.scoped_bases` names: a method of it holds the access, or it is the model."""
    named = case.tenancy.scoped_bases
    if not named:
        return None
    seen = case.seen if query is case.seen.query else next((s for s in case.run.trace.seen if s.query is query), None)
    classes = [symbol for symbol, known in case.run.program.tables.by_symbol.items() if known is table]
    if seen is not None:
        function = case.run.program.modules[seen.function.path].functions.get(seen.function.qualname)
        own = ClassRef(seen.function.path, function.owner) if function is not None and function.owner else None
        classes += [klass for klass in (seen.receiver, own) if klass is not None]
    for klass in classes:
        base = _among(case.run.program.mro(klass), named)
        if base:
            step = Step(f"the configuration says that queries of {base} stay inside one tenant")
            return Found(Reason.BOUND_SESSION, base, (step,))
    return None


def _among(classes: Iterable[ClassRef | External], named: tuple[str, ...]) -> str:
    """The name of the configuration that one of the classes has, bare or dotted."""
    for klass in classes:
        full = klass.qualname if isinstance(klass, ClassRef) else klass.name
        for name in named:
            last = name.rpartition(".")[2]
            if full == name or full.rpartition(".")[2] == last:
                return name
    return ""
