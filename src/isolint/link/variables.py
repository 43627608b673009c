"""Tables that are declared by variables of modules, and the relations that other variables give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, External, FunctionRef, Symbol, VariableRef
from isolint.model.code import Attribute, Call, Closure, Expression, Function, Logical, Name, Return
from isolint.model.source import Place
from isolint.model.table import Column, Declaration, Relation
from isolint.orms import LAYERS
from isolint.orms.declare import last_name
from isolint.orms.written import VariableView, Written

if TYPE_CHECKING:
    from isolint.link.program import Program


class ProgramNames:
    """What names mean in a program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def qualified(self, path: str, expression: Expression) -> str:
        """The dotted name of something outside the project, `path::name` for what stands in it."""
        symbol = self._program.resolve(path, expression)
        return named(symbol) if symbol is not None else ""

    def behind(self, path: str, expression: Expression) -> tuple[str, Expression] | None:
        """What a variable holds, or a closure or a function of the project returns."""
        if isinstance(expression, Closure):
            return self._returned(FunctionRef(path, expression.function))
        called = expression.function if isinstance(expression, Call) else None
        if called is not None:
            symbol = self._program.resolve(path, called)
            return self._returned(symbol) if isinstance(symbol, FunctionRef) else None
        symbol = self._program.resolve(path, expression) if isinstance(expression, Name | Attribute) else None
        if isinstance(symbol, VariableRef):
            return symbol.path, self._program.modules[symbol.path].variables[symbol.name]
        return None

    def _returned(self, ref: FunctionRef) -> tuple[str, Expression] | None:
        function: Function | None = self._program.modules[ref.path].functions.get(ref.qualname)
        last = function.body[-1] if function is not None and function.body else None
        return (ref.path, last.value) if isinstance(last, Return) and last.value is not None else None


def named(symbol: Symbol) -> str:
    """The text by which a declaration refers to a symbol."""
    if isinstance(symbol, External):
        return symbol.name
    return "::".join(symbol)


MAKERS = frozenset(name for known in LAYERS for name in known.makers)
RELATING = frozenset(name for known in LAYERS for name in known.relating)


def variable_tables(program: Program) -> list[tuple[VariableRef, Declaration]]:
    """The tables that variables declare, in order of path, and those that functions make under a name of their own."""
    names = ProgramNames(program)
    found: dict[VariableRef, Declaration] = {}
    for path in sorted(program.modules):
        for name, value in _makings(program, path):
            view = VariableView(name, Place(path, value.at), Written(value, path, names))
            for layer in LAYERS:
                if declaration := layer.declare_variable(view):
                    found[VariableRef(path, name or declaration.name)] = declaration
    return list(found.items())


def _makings(program: Program, path: str) -> Iterator[tuple[str, Call]]:
    """The calls whose result may be a table, by the name that it is given."""
    module = program.modules[path]
    for name, value in module.variables.items():
        for operand in value.operands if isinstance(value, Logical) else (value,):
            if isinstance(operand, Call):
                yield name, operand
    for name, call in module.made:
        if last_name(call.function) in MAKERS:
            yield name, call


def declared_relations(program: Program) -> dict[str, list[Relation]]:
    """The relations that are declared apart from the tables, by what names the table: `path::name`, or a name."""
    names = ProgramNames(program)
    found: dict[str, list[Relation]] = defaultdict(list)
    for path in sorted(program.modules):
        module = program.modules[path]
        apart = [value for value in module.variables.values() if isinstance(value, Call)]
        told = [call for call in module.told if last_name(call.function) in RELATING]
        for call in (*apart, *told):
            view = VariableView("", Place(path, call.at), Written(call, path, names))
            for layer in LAYERS:
                for table, relations in layer.relate(view).items():
                    found[table].extend(relations)
    return found


def related(ref: ClassRef | VariableRef, declaration: Declaration, relations: dict[str, list[Relation]]) -> Declaration:
    """The declaration with the relations that are declared apart from it, and with the key columns of those."""
    keys = {named(ref), declaration.name, declaration.accessor}
    added = tuple(relation for key in sorted(keys) for relation in relations.get(key, ()))
    if not added:
        return declaration
    known = {column.name for column in declaration.columns}
    columns = {r.column: Column(r.column, nullable=True) for r in added if r.column and r.column not in known}
    return replace(
        declaration,
        columns=(*declaration.columns, *columns.values()),
        relations=(*declaration.relations, *added),
    )
