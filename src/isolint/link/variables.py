"""Tables that are declared by variables of modules, and the relations that other variables give them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import External, FunctionRef, Symbol, VariableRef
from isolint.model.code import Attribute, Call, Closure, Expression, Function, Name, Return
from isolint.model.source import Place
from isolint.model.table import Declaration, Relation
from isolint.orms import LAYERS
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


def variable_tables(program: Program) -> list[tuple[VariableRef, Declaration]]:
    """The tables that variables declare, in order of path, with all their relations."""
    names = ProgramNames(program)
    found: dict[VariableRef, Declaration] = {}
    relations: dict[str, list[Relation]] = defaultdict(list)
    for path in sorted(program.modules):
        for name, value in program.modules[path].variables.items():
            if not isinstance(value, Call):
                continue
            view = VariableView(name, Place(path, value.at), Written(value, path, names))
            for layer in LAYERS:
                if declaration := layer.declare_variable(view):
                    found[VariableRef(path, name)] = declaration
                for table, declared in layer.relate(view).items():
                    relations[table].extend(declared)
    return [
        (ref, replace(item, relations=(*item.relations, *relations.get(named(ref), ())))) for ref, item in found.items()
    ]
