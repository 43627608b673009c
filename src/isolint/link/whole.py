"""Questions about all files of a program together, each worked out once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from isolint.link.containers import Provided, provided_names
from isolint.link.mounts import Mount, Mounts, Router
from isolint.link.questions import question
from isolint.link.symbols import ClassRef, External, FunctionRef
from isolint.link.tables import TableSet, collect_tables
from isolint.model.code import Field

if TYPE_CHECKING:
    from isolint.link.program import Program


@question
def tables(program: Program) -> TableSet:
    """All declared tables."""
    return collect_tables(program, program.declared)


@question
def table_classes(program: Program) -> frozenset[str]:
    """The names of all classes that declare a table."""
    return frozenset(ref.name for ref in program.tables.by_symbol)


@question
def data_classes(program: Program) -> frozenset[ClassRef]:
    """Classes that stand for a table, or name one, and the bases of both."""
    found: set[ClassRef | External] = set()
    for path, module in program.modules.items():
        for qualname, klass in module.classes.items():
            ref = ClassRef(path, qualname)
            if ref in program.tables.by_symbol or any(_names_table(program, path, item) for item in klass.fields):
                found.update(program.mro(ref))
    return frozenset(ref for ref in found if isinstance(ref, ClassRef))


def _names_table(program: Program, path: str, field: Field) -> bool:
    """Whether a class attribute is a table's class itself."""
    symbol = program.resolve(path, field.value) if field.value is not None else None
    return isinstance(symbol, ClassRef) and symbol in program.tables.by_symbol


@question
def declared_names(program: Program) -> frozenset[str]:
    """The names of all methods and class attributes."""
    classes = [klass for module in program.modules.values() for klass in module.classes.values()]
    methods = {method.rpartition(".")[2] for klass in classes for method in klass.methods}
    return frozenset(methods | {field.name for klass in classes for field in klass.fields})


@question
def imported(program: Program) -> frozenset[str]:
    """The modules that some file imports, as they are written."""
    return frozenset(item.module for module in program.modules.values() for item in module.facts.imports)


@question
def found(program: Program, importer: str, module: str) -> str | None:
    """The file that an import means."""
    return program.finder.find(importer, module)


@question
def provided(program: Program, name: str) -> Provided | None:
    """What containers hand out under a name."""
    return _containers(program).get(name)


@question
def _containers(program: Program) -> Mapping[str, Provided]:
    return provided_names(program)


@question
def ways(program: Program, path: str, qualname: str, name: str) -> tuple[tuple[Mount, ...], ...]:
    """The ways from a router outwards."""
    return tuple(_mounts(program).ways_of(Router(path, qualname, name)))


@question
def _mounts(program: Program) -> Mounts:
    return Mounts(program)


@question
def callers_of(program: Program, name: str) -> tuple[FunctionRef, ...]:
    """The functions that call something of a last name."""
    return _calling(program).get(name, ())


@question
def _calling(program: Program) -> dict[str, tuple[FunctionRef, ...]]:
    calling: dict[str, list[FunctionRef]] = defaultdict(list)
    for ref, function in program.functions():
        for name in function.calls:
            calling[name].append(ref)
    return {name: tuple(refs) for name, refs in calling.items()}
