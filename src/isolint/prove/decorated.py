"""Handlers whose parameters and guards are named by decorators: `get(@Param('id', Pipe) id, @CurrentUser() user)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.frameworks import FRAMEWORKS
from isolint.link import Program
from isolint.link.questions import question
from isolint.link.symbols import ClassRef, FunctionRef, VariableRef
from isolint.model.code import (
    Argument,
    Attribute,
    Call,
    Constant,
    Expression,
    Function,
    Mapping,
    Name,
    Parameter,
)
from isolint.model.source import Place
from isolint.model.walk import nodes, nodes_in
from isolint.prove.evaluate import evaluate
from isolint.prove.frame import Frame
from isolint.prove.given import Given
from isolint.prove.promises import settled
from isolint.prove.terms import NULL, Bound, Entity, Input, Object, Result, Term, walk
from isolint.prove.typed import instance_of

if TYPE_CHECKING:
    from isolint.prove.run import Run

REQUEST = Input("request", "request")
MARKERS = {name: part.value for f in FRAMEWORKS for name, part in f.markers.items() if f.guarding}
GIVEN = Input("args", "body")
"""All that a handler is given in the request's body, as a guard in front of it reads that."""
WHOLE = frozenset(name for f in FRAMEWORKS for name in f.whole)
MAKERS = frozenset(name for f in FRAMEWORKS for name in f.makers)
GUARDING = frozenset(name for f in FRAMEWORKS for name in f.guarding)
GLOBAL = frozenset(name for f in FRAMEWORKS for name in f.global_guards)
OPENING = frozenset(name for f in FRAMEWORKS for name in f.opening)
DECORATED = tuple(f for f in FRAMEWORKS if f.guarding)


def is_decorated_handler(function: Function) -> bool:
    """Whether a framework of this kind enters the function: then only what it lists as guards runs before it."""
    names = {name_of(decorator) for decorator in function.decorators}
    return bool(function.owner) and any(names & f.decorators for f in DECORATED)


def name_of(decorator: Expression) -> str:
    """The last name of a decorator."""
    target = decorator.function if isinstance(decorator, Call) else decorator
    return target.id if isinstance(target, Name) else target.name if isinstance(target, Attribute) else ""


# --- parameters


def decorated_value(run: Run, frame: Frame, parameter: Parameter) -> Term | None:
    """The value that a parameter's decorators fill in; None when they do not tell."""
    for decorator in parameter.decorators:
        if not isinstance(decorator, Call):
            continue
        name, given = name_of(decorator), decorator.arguments
        if (custom := _custom(run, frame, decorator)) is not None:
            return custom
        if name in WHOLE:
            return REQUEST
        if name in MARKERS:
            return _piped(run, frame, _marked(run, frame, parameter, MARKERS[name], given), given)
    return Input(parameter.name, "injected") if parameter.decorators else None


def _marked(run: Run, frame: Frame, parameter: Parameter, part: str, given: tuple[Argument, ...]) -> Term:
    """A part of the request, or one value of it. A guard that reads it from the URL, or among the arguments, has the
    same value.
    """
    key = _key(given[0].value) if given else ""
    if part == "path" and key:
        value = Input(key, part)
        run.overlay[_member_of(run, "params"), key] = value
        return value
    symbol = run.program.resolve(frame.path, parameter.annotation)
    fixed = isinstance(symbol, ClassRef) and not run.program.klass(symbol).keywords
    value = Input(key or parameter.name or part, part, symbol if fixed and isinstance(symbol, ClassRef) else None)
    if part == "body":
        run.overlay[GIVEN, key] = value
    return value


def _key(first: Expression) -> str:
    """The name of the value that a decorator gives: `"id"`, `{ name: "id" }`; '' for all of them."""
    if isinstance(first, Mapping):
        named = (e.value for e in first.entries if isinstance(e.key, Constant) and e.key.value == "name")
        first = next(named, first)
    return first.value if isinstance(first, Constant) and isinstance(first.value, str) else ""


def _member_of(run: Run, name: str) -> Term:
    from isolint.prove.members import member

    return member(run, run.entry_frame, REQUEST, name, run.entry_span)


def _custom(run: Run, frame: Frame, decorator: Call) -> Term | None:
    """A decorator that the project makes: its function is given what was written, and the context of the call."""
    from isolint.prove.calling import invoke

    symbol = run.program.resolve(frame.path, decorator.function)
    if not isinstance(symbol, VariableRef):
        return None
    made = run.program.modules[symbol.path].variables[symbol.name]
    if not isinstance(made, Call) or name_of(made) not in MAKERS or not made.arguments:
        return None
    inner = run.module_frame(symbol.path)
    maker = evaluate(run, inner, made.arguments[0].value)
    data = evaluate(run, frame, decorator.arguments[0].value) if decorator.arguments else NULL
    value = invoke(run, run.entry_frame, maker, Given((data, CONTEXT), (), run.entry_span))
    return settled(run, run.entry_frame, value)


CONTEXT = Input("context", "injected")


def _piped(run: Run, frame: Frame, value: Term, given: tuple[Argument, ...]) -> Term:
    """What the pipes of the project that are listed behind a name make of the value."""
    from isolint.prove.calling import invoke

    for argument in given:
        pipe = evaluate(run, frame, argument.value)
        klass = pipe.ref if isinstance(pipe, Entity) else pipe.klass if isinstance(pipe, Object) else None
        method = run.program.method(klass, "transform") if isinstance(klass, ClassRef) else None
        if method is not None and isinstance(klass, ClassRef):
            bound = Bound(method, instance_of(run, klass))
            value = invoke(run, run.entry_frame, bound, Given((value,), (), run.entry_span))
            value = settled(run, run.entry_frame, value)
    return value


# --- guards


def decorated_guards(run: Run, ref: FunctionRef, function: Function) -> Iterator[tuple[Term, Place]]:
    """The guards of the whole application, of the class and of the method, in the order in which they run."""
    klass = ClassRef(ref.path, function.owner)
    if not OPENING & {name_of(d) for d in (*function.decorators, *run.program.klass(klass).decorators)}:
        yield from _global_guards(run, ref.path)
    for base in reversed([base for base in run.program.mro(klass) if isinstance(base, ClassRef)]):
        for decorator in run.program.klass(base).decorators:
            yield from _listed(run, base.path, decorator)
    for decorator in function.decorators:
        yield from _listed(run, ref.path, decorator)


def opening_decorators(function: Function) -> list[Expression]:
    """Decorators that say that anyone may call the handler."""
    return [decorator for decorator in function.decorators if name_of(decorator) in OPENING]


def _listed(run: Run, path: str, decorator: Expression) -> Iterator[tuple[Term, Place]]:
    """`@UseGuards(A, B)`, also inside a decorator of the project that is put together from others."""
    if name_of(decorator) not in GUARDING and not isinstance(
        run.program.resolve(path, decorator.function if isinstance(decorator, Call) else decorator), FunctionRef
    ):
        return
    for part in walk(evaluate(run, run.module_frame(path), decorator), 60):
        if isinstance(part, Result) and getattr(part.callee, "name", "").rpartition(".")[2] in GUARDING:
            yield from ((guard, Place(path, decorator.at)) for guard in part.arguments)


def _global_guards(run: Run, path: str) -> Iterator[tuple[Term, Place]]:
    for home, expression in _declared_global(run.program):
        if path.startswith(_application(home)):
            value = evaluate(run, run.module_frame(home), expression)
            yield value, Place(home, expression.at)


@question
def _declared_global(program: Program) -> tuple[tuple[str, Expression], ...]:
    """Guards that a module provides for every handler, and those that the application is told to use."""
    found: list[tuple[str, Expression]] = []
    for path, module in program.modules.items():
        for klass in module.facts.classes:
            for decorator in klass.decorators:
                found.extend((path, guard) for node in nodes_in(decorator) if (guard := _provided(node)) is not None)
        for function in module.facts.functions:
            if not GLOBAL.isdisjoint(function.calls):
                found.extend((path, guard) for node in nodes(function) for guard in _used(node))
    return tuple(found)


def _provided(node: object) -> Expression | None:
    """`{ provide: APP_GUARD, useClass: AuthGuard }`."""
    if not isinstance(node, Mapping):
        return None
    held = {e.key.value: e.value for e in node.entries if isinstance(e.key, Constant)}
    token = held.get("provide")
    if not (isinstance(token, Name) and token.id in GLOBAL):
        return None
    return held.get("useClass") or held.get("useExisting")


def _used(node: object) -> Iterator[Expression]:
    """`app.useGlobalGuards(new AuthGuard())`."""
    if isinstance(node, Call) and isinstance(node.function, Attribute) and node.function.name in GLOBAL:
        yield from (argument.value for argument in node.arguments)


def _application(path: str) -> str:
    """The folder of the application that a file belongs to: the one that holds its sources."""
    folders = path.split("/")[:-1]
    end = folders.index("src") + 1 if "src" in folders else 0
    return "".join(folder + "/" for folder in folders[:end])
