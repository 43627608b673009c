"""The program: all files' facts with names, classes and tables resolved on demand."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from typing import Any

from isolint.link import whole
from isolint.link.containers import Provided
from isolint.link.module import Module
from isolint.link.modules import ModuleFinder
from isolint.link.mounts import Mount, Router
from isolint.link.questions import Asked, Modules, Question
from isolint.link.symbols import ClassRef, External, FunctionRef, ModuleRef, Symbol, TableSymbol, VariableRef
from isolint.link.tables import TableSet
from isolint.model.code import (
    Attribute,
    Call,
    Class,
    Expression,
    Field,
    FileFacts,
    Function,
    Import,
    Index,
    Name,
    Return,
)
from isolint.model.manifest import Manifest
from isolint.model.source import Language
from isolint.model.sql import CreatedTable
from isolint.model.table import Declaration
from isolint.orms import LAYERS

MAX_HOPS = 12


class Program:
    """All files together. Every answer is worked out when first asked and then kept."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        declared: Mapping[str, tuple[CreatedTable | Declaration, ...]],
        manifests: Mapping[str, Manifest],
    ) -> None:
        self.asked = Asked()
        self.answers: dict[Question, Any] = {}
        self.modules = Modules({path: Module(path, facts) for path, facts in files.items()}, self.asked)
        self._declared = declared
        self._finder = ModuleFinder(files, manifests)
        self._names: dict[tuple[str, str], tuple[Symbol | None, set[Question]]] = {}
        self._imports: dict[str, tuple[tuple[str, ...], set[Question]]] = {}
        self._mro: dict[ClassRef, tuple[tuple[ClassRef | External, ...], set[Question]]] = {}

    # --- definitions

    def function(self, ref: FunctionRef) -> Function:
        """The facts of a function."""
        return self.modules[ref.path].functions[ref.qualname]

    def receiver_name(self, ref: FunctionRef) -> str:
        """The name by which a method finds its object without declaring it as a parameter, '' where it declares one."""
        implicit = self.modules[ref.path].facts.language is Language.TYPESCRIPT
        return "this" if implicit and self.function(ref).owner else ""

    def klass(self, ref: ClassRef) -> Class:
        """The facts of a class."""
        return self.modules[ref.path].classes[ref.qualname]

    def functions(self) -> Iterator[tuple[FunctionRef, Function]]:
        """Every function of the program, in order of path and definition."""
        for path in sorted(self.modules):
            for qualname, function in self.modules[path].functions.items():
                yield FunctionRef(path, qualname), function

    # --- names

    def lookup(self, path: str, name: str) -> Symbol | None:
        """What `name` means at the module level of `path`, following imports to where it is defined."""
        key = (path, name)
        if key not in self._names:
            with self.asked.meanwhile() as asked:
                self._names[key] = self._lookup(path, name, 0) or self._from_outside(path, name), asked
        symbol, asked = self._names[key]
        self.asked.note_all(asked)
        return symbol

    def find(self, importer: str, module: str) -> str | None:
        """The path of the file that `importer` calls `module`, None when it is outside the project."""
        return whole.found(self, importer, module)

    def _lookup(self, path: str, name: str, hops: int) -> Symbol | None:
        module = self.modules.get(path)
        if module is None or hops > MAX_HOPS:
            return None
        if name in module.classes:
            return ClassRef(path, name)
        if name in module.functions:
            return FunctionRef(path, name)
        if name in module.imports:
            return self._imported(path, module.imports[name], hops)
        if name in module.variables:
            return VariableRef(path, name)
        for star in module.stars:
            target = self.find(path, star)
            if target and (found := self._lookup(target, name, hops + 1)):
                return found
        return None

    def _from_outside(self, path: str, name: str) -> External | None:
        """What a name means that only `*` of modules outside the project can bring in: a data layer's, if it may be."""
        stars = [] if hasattr(builtins, name) else list(self._outside_stars(path, 0))
        module = next((star for star in stars if any(layer.has_module(star) for layer in LAYERS)), None)
        module = module or next(iter(stars), None)
        return External(f"{module}.{name}") if module else None

    def _outside_stars(self, path: str, hops: int) -> Iterator[str]:
        for star in self.modules[path].stars if hops <= MAX_HOPS else ():
            target = self.find(path, star)
            if target:
                yield from self._outside_stars(target, hops + 1)
            elif not star.startswith("."):
                yield star

    def exported(self, path: str, name: str, hops: int = 0) -> Symbol | None:
        """What another file gets when it imports `name` from `path`, re-exports followed."""
        module = self.modules.get(path)
        if module is None or hops > MAX_HOPS:
            return None
        export = module.exports.get(name)
        if export is not None and export.module:
            return self._imported(path, Import(name, export.module, export.local), hops + 1)
        if export is not None and (found := self._lookup(path, export.local, hops + 1)):
            return found
        if found := self._lookup(path, name, hops + 1):
            return found
        outside: Symbol | None = None
        for passed_on in module.passed_on:
            target = self.find(path, passed_on)
            found = self.exported(target, name, hops + 1) if target else None
            if isinstance(found, External) or (target is None and not passed_on.startswith(".")):
                outside = outside or found or External(f"{passed_on}.{name}")
            elif found is not None:
                return found
        return outside

    def _imported(self, path: str, item: Import, hops: int) -> Symbol:
        target = self.find(path, item.module)
        if not item.name:
            return ModuleRef(target) if target else External(item.module)
        if target and (found := self.exported(target, item.name, hops + 1)):
            return found
        if self.modules[path].facts.language is Language.PYTHON:
            separator = "" if item.module.endswith(".") else "."
            submodule = self.find(path, f"{item.module}{separator}{item.name}")
            if submodule:
                return ModuleRef(submodule)
        return (self._from_outside(target, item.name) if target else None) or External(f"{item.module}.{item.name}")

    def member(self, symbol: Symbol, name: str) -> Symbol | None:
        """What `symbol.name` means for a module or an external name; class members are `method` and `field`."""
        if isinstance(symbol, ModuleRef):
            found = self.exported(symbol.path, name)
            if found is None and symbol.path.endswith("__init__.py"):
                submodule = self.find(symbol.path, f".{name}")
                return ModuleRef(submodule) if submodule else None
            return found
        if isinstance(symbol, ClassRef) and f"{symbol.qualname}.{name}" in self.modules[symbol.path].classes:
            return ClassRef(symbol.path, f"{symbol.qualname}.{name}")
        return External(f"{symbol.name}.{name}") if isinstance(symbol, External) else None

    def named(self, path: str, dotted_name: str) -> Symbol | None:
        """What a dotted name in a text of the module at `path` stands for."""
        if (found := self.find(path, dotted_name)) is not None:
            return ModuleRef(found)
        module, _, name = dotted_name.rpartition(".")
        target = self.find(path, module) if module else None
        return self.lookup(target, name) if target else None

    def resolve(self, path: str, expression: Expression | None) -> Symbol | None:
        """What a dotted name stands for at the module level of `path`; None for any other expression."""
        if isinstance(expression, Name):
            return self.lookup(path, expression.id)
        if isinstance(expression, Attribute):
            base = self.resolve(path, expression.base)
            return self.member(base, expression.name) if base else None
        return None

    # --- classes

    def mro(self, ref: TableSymbol) -> tuple[ClassRef | External, ...]:
        """The class and its bases, depth first, each once; bases outside the project are `External`. A variable that
        declares a table has none.
        """
        if isinstance(ref, VariableRef):
            return ()
        if ref not in self._mro:
            self._mro[ref] = (ref,), set()  # a circle of bases ends here
            with self.asked.meanwhile() as asked:
                self._mro[ref] = self._with_bases(ref), asked
        bases, asked = self._mro[ref]
        self.asked.note_all(asked)
        return bases

    def _with_bases(self, ref: ClassRef) -> tuple[ClassRef | External, ...]:
        found: dict[ClassRef | External, None] = {ref: None}
        for base in self.klass(ref).bases:
            symbol = self._base(ref.path, base)
            if isinstance(symbol, ClassRef):
                found.update(dict.fromkeys(self.mro(symbol)))
            elif isinstance(symbol, External):
                found[symbol] = None
        return tuple(found)

    def _base(self, path: str, expression: Expression) -> Symbol:
        symbol = self.resolve(path, _unsubscripted(expression))
        for _ in range(MAX_HOPS):
            if not isinstance(symbol, VariableRef):
                break
            value = _unsubscripted(self.modules[symbol.path].variables[symbol.name])
            symbol = self.resolve(symbol.path, value) or External(dotted(value))
        return symbol or External(dotted(_unsubscripted(expression)))

    def method(self, ref: TableSymbol, name: str) -> FunctionRef | None:
        """The method that `ref` has under `name`, its own or inherited."""
        for base in self.mro(ref):
            if isinstance(base, ClassRef):
                qualname = f"{base.qualname}.{name}"
                if qualname in self.modules[base.path].functions:
                    return FunctionRef(base.path, qualname)
        return None

    def field(self, ref: TableSymbol, name: str) -> tuple[ClassRef, Field] | None:
        """The class attribute `name`, own or inherited, with the class that declares it."""
        for base in self.mro(ref):
            if isinstance(base, ClassRef):
                for item in self.klass(base).fields:
                    if item.name == name:
                        return base, item
        return None

    def externals(self, ref: TableSymbol) -> frozenset[str]:
        """Dotted names of the bases outside the project, direct and inherited."""
        return frozenset(base.name for base in self.mro(ref) if isinstance(base, External))

    def returned(self, ref: FunctionRef) -> Expression | None:
        """The value of the function's only statement when that is a return."""
        body = self.function(ref).body
        return body[0].value if len(body) == 1 and isinstance(body[0], Return) else None

    # --- tables

    @property
    def tables(self) -> TableSet:
        """All declared tables, from classes and from DDL."""
        return whole.tables(self)

    @property
    def table_classes(self) -> frozenset[str]:
        """The names of all classes that declare a table."""
        return whole.table_classes(self)

    def imported_by(self, path: str) -> tuple[str, ...]:
        """The files of the project that a file imports."""
        if path not in self._imports:
            with self.asked.meanwhile() as asked:
                items = self.modules[path].imports.values()
                found = (self.find(path, item.module) for item in items)
                self._imports[path] = tuple(dict.fromkeys(one for one in found if one)), asked
        files, asked = self._imports[path]
        self.asked.note_all(asked)
        return files

    def package_of(self, path: str) -> str:
        """The folder of the nearest manifest above a file, '' without one."""
        return self._finder.package(path)

    @property
    def imported(self) -> frozenset[str]:
        """The modules that some file imports, as they are written."""
        return whole.imported(self)

    @property
    def data_classes(self) -> frozenset[ClassRef]:
        """Classes that stand for a table: those that declare one, those that name one (`model = Invoice`), and the
        bases of both.
        """
        return whole.data_classes(self)

    @property
    def declared_names(self) -> frozenset[str]:
        """The names of all methods and class attributes of the project."""
        return whole.declared_names(self)

    def provided(self, name: str) -> Provided | None:
        """What containers hand out under a name."""
        return whole.provided(self, name)

    def ways(self, router: Router) -> tuple[tuple[Mount, ...], ...]:
        """The ways from a router outwards to an application, each with the calls that make and include routers."""
        return whole.ways(self, *router)

    def callers_of(self, name: str) -> tuple[FunctionRef, ...]:
        """The functions whose bodies call something of that last name."""
        return whole.callers_of(self, name)

    @property
    def declared(self) -> Mapping[str, tuple[CreatedTable | Declaration, ...]]:
        """The tables that files without code declare or create, by path."""
        return self._declared

    @property
    def finder(self) -> ModuleFinder:
        """Finds the files that imports mean."""
        return self._finder


def _unsubscripted(expression: Expression) -> Expression:
    """`Service[Model]` is the class `Service`; a call such as `declarative_base()` is what it calls."""
    while isinstance(expression, Index | Call):
        expression = expression.base if isinstance(expression, Index) else expression.function
    return expression


def dotted(expression: Expression) -> str:
    """A dotted name as written, '' for what is none."""
    if isinstance(expression, Name):
        return expression.id
    if isinstance(expression, Attribute):
        base = dotted(expression.base)
        return f"{base}.{expression.name}" if base else expression.name
    return ""


def link(
    files: Mapping[str, FileFacts],
    declared: Mapping[str, tuple[CreatedTable | Declaration, ...]],
    manifests: Mapping[str, Manifest] | None = None,
) -> Program:
    """Join the facts of all code files of a project with the tables that its schema files declare or create and with
    the manifests that name its modules, each keyed by path.
    """
    return Program(files, declared, manifests or {})
