"""Observations on functions of Python and TypeScript that make the tenants' schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.model.code import (
    Attribute,
    Branch,
    Call,
    Closure,
    Constant,
    Evaluate,
    Expression,
    Function,
    Handler,
    Jump,
    Loop,
    Name,
    Node,
    Operation,
    Raise,
    Return,
    Statement,
    Template,
    Try,
)
from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place, Span
from isolint.model.tenancy import Tenancy
from isolint.model.walk import nodes, nodes_in
from isolint.prove.roles import path_role
from isolint.review.names import IDENTIFIER, lossy_names
from isolint.tenancy.flow import Flow, last_name, pieces, text_of

DDL = re.compile(
    r"\b(?:create|alter)\s+(?:or\s+replace\s+)?(?:unique\s+|unlogged\s+)?(?:schema|table|index|sequence|type)\b", re.I
)
SQL = re.compile(r"\s*(?:--.*\s*)*(?:create|alter|do|begin|set|drop|insert|grant|comment)\b", re.I)
"""What SQL begins with, where prose about SQL does not."""
MARKED = frozenset({"create schema", "create table", "alter table"})
RUNS = frozenset(
    "query execute executemany exec unsafe raw run fetch $executeRaw $executeRawUnsafe $queryRaw $queryRawUnsafe "
    "execute_sql exec_driver_sql executescript".split()
)
LOGGERS = frozenset(
    "error warn warning info log debug exception print write critical log_error captureException "
    "capture_exception".split()
)
COLLECTS = frozenset({"push", "append", "add"})
ENDS = frozenset({"exit", "abort", "_exit"})
HOLE = "⟦⟧"


@dataclass(frozen=True, slots=True)
class Maker:
    """A function with DDL whose text has something put in: `texts` are these with their nodes."""

    ref: FunctionRef
    function: Function
    texts: tuple[tuple[str, Expression], ...]


def code_observations(program: Program, tenancy: Tenancy) -> Iterator[Observation]:
    """Over every function that makes a tenant's schema, and every script that runs one."""
    for path in sorted(program.modules):
        if MARKED.isdisjoint(program.modules[path].facts.marks) or path_role(path) is Role.TEST:
            continue
        makers = [maker for maker in _makers(program, path) if maker.texts]
        for maker in makers:
            yield from _unquoted(maker)
            yield from _swallowed(program, maker)
        if makers:
            yield from _forgiven(program, path)
    yield from lossy_names(program, tenancy)


def _makers(program: Program, path: str) -> Iterator[Maker]:
    for qualname, function in program.modules[path].functions.items():
        found = ((_text(node), node) for node in nodes(function))
        texts = tuple((text, node) for text, node in found if HOLE in text and SQL.match(text) and DDL.search(text))
        yield Maker(FunctionRef(path, qualname), function, texts)  # type: ignore[arg-type]  # texts are expressions


def _text(node: Node) -> str:
    """Text with what is put in marked; '' for what is no text."""
    if isinstance(node, Template) or (isinstance(node, Operation) and node.operator == "+"):
        return "".join(text_of(part) if isinstance(part, Constant) else HOLE for part in pieces(node))
    return ""


def _unquoted(maker: Maker) -> Iterator[Observation]:
    """A name that stands without quotes in DDL that is run here, as it comes: it may be anything."""
    flow = Flow(maker.function)
    ran = _ran(flow)
    for text, node in maker.texts:
        holes = [part for part in pieces(node) if not isinstance(part, Constant)]
        for found in IDENTIFIER.finditer(text) if id(node) in ran else ():
            if not _quoted(flow, holes[text.count(HOLE, 0, found.end()) - 1]):
                shown = " ".join(found[0].replace(HOLE, "…").split())
                yield _seen(Trait.UNQUOTED_IDENTIFIER, maker, node.at, shown)
                return


def _ran(flow: Flow) -> set[int]:
    """The ids of the expressions that go to the database: what calls that run SQL are given, through variables, loops
    over lists, and what is added to these lists.
    """
    waiting = [given.value for call in flow.calls() if last_name(call.function) in RUNS for given in call.arguments]
    ran: set[int] = set()
    names: set[str] = set()
    while waiting:
        parts = flow.parts(waiting.pop())
        ran |= {id(part) for part in parts}
        fresh = {part.id for part in parts if isinstance(part, Name)} - names
        names |= fresh
        loops = (loop for loop in flow.body.of(Loop) if isinstance(loop.target, Name) and loop.target.id in fresh)
        waiting += [loop.source for loop in loops]
        adds = (call for call in flow.calls() if last_name(call.function) in COLLECTS)
        waiting += [given.value for call in adds if _collection(call) in fresh for given in call.arguments]
    return ran


def _quoted(flow: Flow, hole: Expression) -> bool:
    """Whether what is put in is quoted before, by a function or in a text of its own, or is a constant."""
    if isinstance(hole, Name) and hole.id.isupper():
        return True
    parts = flow.parts(hole)
    if any('"' in text_of(part) for part in parts):
        return True
    names = (last_name(part.function).lower() for part in parts if isinstance(part, Call))
    return any("ident" in name or "quote" in name or "escape" in name for name in names)


def _swallowed(program: Program, maker: Maker) -> Iterator[Observation]:
    """A handler around statements that are run, after which the function goes on as if they had succeeded."""
    for node in nodes(maker.function):
        if not isinstance(node, Try) or not _runs(node.body):
            continue
        for handler in node.handlers:
            if all(map(_goes_on, handler.body)) and not _told(program, maker.ref.path, handler):
                step = Step("the statements that may fail begin here", Place(maker.ref.path, node.body[0].at))
                yield _seen(Trait.SWALLOWED_ERROR, maker, handler.at, "a message" if handler.body else "nothing", step)
                return


def _runs(body: Sequence[Statement]) -> bool:
    return any(isinstance(node, Call) and last_name(node.function) in RUNS for node in nodes_in(*body))


def _goes_on(statement: Statement) -> bool:
    """Whether a statement of a handler only logs, notes the error somewhere, or takes the next round of a loop."""
    if isinstance(statement, Jump):
        return True
    if not isinstance(statement, Evaluate):
        return False
    value = statement.value
    return isinstance(value, Constant) or (isinstance(value, Call) and last_name(value.function) in LOGGERS | COLLECTS)


def _told(program: Program, path: str, handler: Handler) -> bool:
    """Whether a list that the error is noted in decides, somewhere in the file, how the script ends."""
    noted = {name for statement in handler.body for name in _collections(statement)}
    if not noted:
        return False
    for function in program.modules[path].functions.values():
        for node in nodes(function):
            if isinstance(node, Branch) and noted & {_last(part) for part in nodes_in(node.test)} and _stops(node.then):
                return True
            if isinstance(node, Return) and node.value and noted & {_last(part) for part in nodes_in(node.value)}:
                return True
    return False


def _collections(statement: Statement) -> Iterator[str]:
    call = statement.value if isinstance(statement, Evaluate) else None
    if isinstance(call, Call) and last_name(call.function) in COLLECTS:
        yield _collection(call)


def _collection(call: Call) -> str:
    """The name of the list that a call adds to."""
    return last_name(call.function.base) if isinstance(call.function, Attribute) else ""


def _last(node: Node) -> str:
    return last_name(node) if isinstance(node, Name | Attribute) else ""


def _stops(body: Sequence[Statement]) -> bool:
    """Whether the failure gets out: raised, returned, or as the process's exit code."""
    for node in nodes_in(*body):
        if isinstance(node, Raise | Return):
            return True
        if isinstance(node, Call) and last_name(node.function) in ENDS and _code(node) != 0:
            return True
    return False


def _code(call: Call) -> object:
    first = call.arguments[0].value if call.arguments else None
    return first.value if isinstance(first, Constant) else None if first is not None else 0


def _forgiven(program: Program, path: str) -> Iterator[Observation]:
    """A script that ends well whatever happens: `main().catch(console.error)`."""
    functions = program.modules[path].functions
    top = functions.get("<module>")
    for node in nodes(top) if top is not None else ():
        if isinstance(node, Call) and isinstance(node.function, Attribute) and node.function.name == "catch":
            handler = node.arguments[0].value if node.arguments else None
            body = functions[handler.function].body if isinstance(handler, Closure) else ()
            logs = isinstance(handler, Attribute) and handler.name in LOGGERS
            if logs or (isinstance(handler, Closure) and all(map(_goes_on, body))):
                place = Place(path, _line(node.at))
                yield Observation(Trait.SWALLOWED_ERROR, place, "a message", function="the script")


def _seen(trait: Trait, maker: Maker, at: Span, subject: str, *trail: Step) -> Observation:
    return Observation(trait, Place(maker.ref.path, at), subject, function=maker.ref.qualname, trail=trail)


def _line(span: Span) -> Span:
    return Span(span.end_line, 1, span.end_line, max(span.end_column, 2))
