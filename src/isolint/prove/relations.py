"""Relations that a model declares with a condition of its own: `relationship(primaryjoin=…)`."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Role
from isolint.model.code import Call, Expression, Return
from isolint.model.source import Place
from isolint.model.tenancy import Tenancy
from isolint.orms.conditions import read_condition
from isolint.orms.declare import keyword, text
from isolint.prove.case import Case, Entry, Found
from isolint.prove.evaluate import evaluate
from isolint.prove.frame import Seen
from isolint.prove.guarded import entry_of
from isolint.prove.joins import joined_on, joins_by_nature
from isolint.prove.run import MODULE_LEVEL, Run
from isolint.prove.terms import Entity, Query

CONDITION = "primaryjoin"


def declared_relations(program: Program, tenancy: Tenancy, ref: ClassRef) -> Iterator[tuple[Run, Entry, Seen, Found]]:
    """The relations of a model that lead to rows of other tenants, by a key that is unique only within one."""
    table = program.tables.by_symbol.get(ref)
    for name, value in _relations(program, ref) if table is not None else ():
        relation = table.relations.get(name) if table is not None else None
        target = program.tables.by_name.get(relation.target) if relation is not None else None
        symbol = program.tables.symbol_of(target.name) if target is not None else None
        condition = _condition(value)
        if target is None or symbol is None or condition is None:
            continue
        run = Run(program, tenancy)
        query = Query(target.declaration.layer, Place(ref.path, value.at), (Entity(symbol),))
        seen = Seen(query, FunctionRef(ref.path, MODULE_LEVEL), (), (), 0)
        entry = entry_of(run, Role.HELPER, [], {})
        subject = joins_by_nature(Case(run, entry, seen), target, evaluate(run, run.module_frame(ref.path), condition))
        if subject:
            yield run, entry, seen, joined_on(target, subject)


def _relations(program: Program, ref: ClassRef) -> Iterator[tuple[str, Call]]:
    """Attributes, and methods that only return one, whose value has a condition."""
    for name, value in _values(program, ref):
        if isinstance(value, Call) and keyword(value, CONDITION) is not None:
            yield name, value


def _values(program: Program, ref: ClassRef) -> Iterator[tuple[str, Expression | None]]:
    klass, functions = program.klass(ref), program.modules[ref.path].functions
    yield from ((field.name, field.value) for field in klass.fields)
    for qualname in klass.methods:
        function = functions.get(qualname)
        last = function.body[-1] if function is not None and function.decorators and function.body else None
        if function is not None and isinstance(last, Return):
            yield function.name, last.value


def _condition(value: Call) -> Expression | None:
    written = keyword(value, CONDITION)
    return read_condition(literal, value.at) if (literal := text(written)) else written
