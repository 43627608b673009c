"""How the executors are used all over the project: the example that a new use of one follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isolint.link.symbols import FunctionRef
from isolint.model.code import Assign, Attribute, Await, Call, Closure, Expression, Function, Mapping, Name, Node, With
from isolint.model.tenancy import Executor, Search
from isolint.model.walk import everything_in
from isolint.prove.case import Case
from isolint.prove.executors import EXECUTOR
from isolint.prove.frame import Frame
from isolint.prove.terms import Global, Result, Term

MAX_USES = 40
"""How many uses of one executor are looked at."""


@dataclass(frozen=True, slots=True)
class Use:
    """A call of an executor by its name: in which function, what it is given, and the block that it opens.

    `definition` is the executor's own function, None where the project does not define it.
    """

    executor: Executor
    ref: FunctionRef
    call: Call
    definition: Function | None
    block: With | None

    @property
    def name(self) -> str:
        """The name that it is called by."""
        return self.call.function.id if isinstance(self.call.function, Name) else ""

    def argument(self, slot: str) -> Expression | None:
        """What is given in a slot: a position as digits, or a parameter's name."""
        names = [parameter.name for parameter in self.definition.parameters] if self.definition is not None else []
        at = int(slot) if slot.isdigit() else names.index(slot) if slot in names else -1
        name = names[at] if 0 <= at < len(names) else slot
        given = [argument.value for argument in self.call.arguments if not argument.name]
        named = [argument.value for argument in self.call.arguments if argument.name and argument.name == name]
        return next(iter([*(given[at : at + 1] if at >= 0 else []), *named]), None)


def uses(case: Case, frame: Frame) -> list[Use]:
    """The uses of all executors, those in the frame's own function first, then those in its file; those that go on to
    the shared schema last.
    """
    found = [use for executor in case.tenancy.executors for use in _uses(case, executor)]
    here = frame.function
    return sorted(
        found, key=lambda use: (use.ref != here, use.ref.path != here.path, use.executor.search is Search.SHARED)
    )


def _uses(case: Case, executor: Executor) -> Iterator[Use]:
    program, name = case.run.program, executor.name.rpartition(".")[2]
    for ref in program.callers_of(name)[:MAX_USES]:
        parts = [part for part in everything_in(*program.function(ref).body) if isinstance(part, Node)]
        blocks = {part.value.at: part for part in parts if isinstance(part, With)}
        for part in parts:
            if isinstance(part, Call) and isinstance(part.function, Name) and part.function.id == name:
                symbol = program.lookup(ref.path, name)
                definition = program.function(symbol) if isinstance(symbol, FunctionRef) else None
                yield Use(executor, ref, part, definition, blocks.get(part.at))


def client_calls(case: Case, use: Use) -> tuple[str, list[tuple[str, ...]]]:
    """What the client that the executor hands out is called there, and the attributes by which it is called."""
    work = use.argument(use.executor.callback)
    if isinstance(work, Closure):
        function = case.run.program.modules[use.ref.path].functions.get(work.function)
        if function is None or not function.parameters:
            return "", []
        return function.parameters[0].name, _called(function.parameters[0].name, function.body)
    if use.block is not None and isinstance(use.block.target, Name):
        return use.block.target.id, _called(use.block.target.id, use.block.body)
    return "", []


def _called(name: str, body: tuple[Node, ...]) -> list[tuple[str, ...]]:
    calls = (part for part in everything_in(*body) if isinstance(part, Call))
    return [path for call in calls for root, path in [chain(call.function)] if getattr(root, "id", "") == name]


def chain(called: Expression) -> tuple[Expression, tuple[str, ...]]:
    """What a dotted expression starts from, and the attributes that follow."""
    path: list[str] = []
    while isinstance(called, Attribute):
        path.insert(0, called.name)
        called = called.base
    return called, tuple(path)


def gives_parts(case: Case, executor: Executor) -> bool:
    """Whether what the executor gives is taken apart somewhere (`{ data, error }`): it gives no rows then."""
    return any(
        isinstance(pattern, Mapping)
        for use in _uses(case, executor)
        for pattern in _patterns(case.run.program.function(use.ref), use.call)
    )


def _patterns(function: Function, call: Call) -> Iterator[Expression]:
    for part in everything_in(*function.body):
        if isinstance(part, Assign):
            value = part.value.value if isinstance(part.value, Await) else part.value
            if value == call:
                yield part.target


def carrier(executor: Executor, tenant: Term) -> Result:
    """The client that an executor hands out for a tenant."""
    return Result(Global(EXECUTOR), (tenant,), (("name", Global(executor.name)),))
