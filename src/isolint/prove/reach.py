"""Which functions something may enter: what routes, jobs, commands and the loading of files lead to.

Names decide, and in doubt a function counts as entered: a method by its name alone, a function by what a name stands
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from isolint.link import Program
from isolint.link.symbols import ClassRef, External, FunctionRef
from isolint.model.access import Role
from isolint.model.code import (
    Assign,
    Attribute,
    Class,
    Closure,
    Constant,
    Define,
    Expression,
    Function,
    Name,
    Node,
)
from isolint.model.evidence import Evidence, Step, Verdict
from isolint.model.walk import nodes_in
from isolint.orms.declare import last_name
from isolint.prove.roles import path_role

MODULE_LEVEL = "<module>"
NO_CALLERS = frozenset({Role.TEST, Role.MIGRATION})
KEEPING = frozenset(
    "staticmethod classmethod property cached_property lru_cache cache wraps contextmanager asynccontextmanager "
    "abstractmethod overload override final dataclass Injectable injectable Service".split()
)
"""Decorators that hand what they stand at to nobody; any other one may register it."""
PLAIN_BASES = frozenset("object Generic Protocol ABC Enum NamedTuple TypedDict Exception".split())
MIN_ENTRIES = 3
"""With fewer entry points than this the program is a library, or is entered in ways that isolint does not know."""
MAX_SHARE = 0.5
"""Where more of the functions with accesses than this seem to be entered by nothing, isolint does not see how."""


def note_unreached(program: Program, evidence: list[Evidence], entered: set[FunctionRef], doors: int) -> list[Evidence]:
    """The evidence, with what nothing enters marked as such: `entered` are the functions that `doors` entry points
    ran.
    """
    doubted = [e for e in evidence if e.verdict is Verdict.UNSCOPED and e.access.role is Role.HELPER]
    if not doubted or doors < MIN_ENTRIES:
        return evidence
    reached = Reach(program, entered).functions
    lost = {_function(program, e) for e in evidence if e.access.role is Role.HELPER} - reached
    if len(lost) > MAX_SHARE * len({_function(program, e) for e in evidence}):
        return evidence
    step = Step("no route, job or command reaches this function")
    return [
        replace(e, access=replace(e.access, reached=False), trail=(*e.trail, step))
        if e.access.role is Role.HELPER and e.verdict is Verdict.UNSCOPED and _function(program, e) in lost
        else e
        for e in evidence
    ]


def _function(program: Program, evidence: Evidence) -> FunctionRef:
    """The outermost function around an access."""
    path, name = evidence.access.place.path, evidence.access.function
    functions = program.modules[path].functions
    while name in functions and functions[name].parent in functions and functions[name].parent != MODULE_LEVEL:
        name = functions[name].parent
    return FunctionRef(path, name)


class Reach:
    """The functions that may be entered, worked out from those that surely are."""

    def __init__(self, program: Program, entered: Iterable[FunctionRef]) -> None:
        self._program = program
        self._named: dict[str, list[FunctionRef]] = defaultdict(list)
        for ref, function in program.functions():
            if function.owner:
                self._named[function.name].append(ref)
        self.functions: set[FunctionRef] = set()
        self._left: list[FunctionRef] = []
        for ref in (*entered, *self._begun()):
            self._enter(ref)
        while self._left:
            self._follow(self._left.pop())

    def _enter(self, ref: FunctionRef) -> None:
        if ref not in self.functions and ref.qualname in self._program.modules[ref.path].functions:
            self.functions.add(ref)
            self._left.append(ref)

    def _begun(self) -> Iterator[FunctionRef]:
        """What runs when files are loaded, what a decorator or a foreign base class may call, and files that none of
        the project's imports: something outside the program enters them.
        """
        program = self._program
        imported = {found for path in program.modules for found in program.imported_by(path)}
        names = {item.name for module in program.modules.values() for item in module.facts.imports}
        for ref, function in program.functions():
            if path_role(ref.path) in NO_CALLERS:
                continue
            submodule = ref.path.endswith(".py") and ref.path.rpartition("/")[2].removesuffix(".py") in names
            outside = ref.path not in imported and not submodule
            if ref.qualname == MODULE_LEVEL or outside or self._is_handed_out(ref, function):
                yield ref

    def _is_handed_out(self, ref: FunctionRef, function: Function) -> bool:
        if any(last_name(decorator) not in KEEPING for decorator in function.decorators):
            return True
        if not function.owner or function.owner not in self._program.modules[ref.path].classes:
            return False
        if function.name.startswith("__") or function.name == "constructor":
            return True
        klass = ClassRef(ref.path, function.owner)
        bases = [base for base in self._program.mro(klass) if isinstance(base, External)]
        foreign = any(base.name.rpartition(".")[2] not in PLAIN_BASES for base in bases)
        return foreign or any(last_name(d) not in KEEPING for d in self._program.klass(klass).decorators)

    def _follow(self, ref: FunctionRef) -> None:
        function = self._program.function(ref)
        parts: list[Node] = list(function.decorators)
        parts.extend(p.default for p in function.parameters if p.default is not None)
        for statement in function.body:
            named = isinstance(statement, Assign) and isinstance(statement.target, Name)
            if ref.qualname == MODULE_LEVEL and (
                isinstance(statement, Define)
                or (named and isinstance(statement, Assign) and isinstance(statement.value, Closure))
            ):
                continue  # what a file defines is not entered by that
            parts.append(statement)
        if ref.qualname == MODULE_LEVEL:
            for klass in self._program.modules[ref.path].classes.values():
                parts.extend(_of_class(klass))
        for node in nodes_in(*parts):
            self._mention(ref.path, node)

    def _mention(self, path: str, node: Node) -> None:
        match node:
            case Closure(_, name) | Define(_, _, name):
                self._enter(FunctionRef(path, name))
            case Name(_, name):
                self._stand_for(path, node)
            case Attribute(_, _, name):
                self._stand_for(path, node)
                self._by_name(name)
            case Constant(_, str() as text) if text.replace(".", "").isidentifier():
                self._by_name(text.rpartition(".")[2])
                if "." in text and isinstance(found := self._program.named(path, text), FunctionRef):
                    self._enter(found)
            case _:
                pass

    def _stand_for(self, path: str, node: Expression) -> None:
        symbol = self._program.resolve(path, node)
        if isinstance(symbol, FunctionRef):
            self._enter(symbol)

    def _by_name(self, name: str) -> None:
        for ref in self._named.pop(name, ()):
            self._enter(ref)


def _of_class(klass: Class) -> Iterator[Node]:
    yield from (*klass.bases, *klass.decorators)
    yield from (keyword.value for keyword in klass.keywords)
    for field in klass.fields:
        yield from (value for value in (field.value, field.annotation) if value is not None)
        yield from field.decorators
