"""What handlers of errors in Python and TypeScript do around statements that make tenants' schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isolint.link import Program
from isolint.model.code import (
    Assign,
    Attribute,
    Branch,
    Call,
    Closure,
    Constant,
    Evaluate,
    Handler,
    Jump,
    Name,
    Node,
    Raise,
    Return,
    Statement,
    Try,
)
from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place, Span
from isolint.model.walk import nodes, nodes_in
from isolint.review.makers import COLLECTS, Maker, collection, runs, seen
from isolint.tenancy.flow import last_name

LOGGERS = frozenset(
    "error warn warning info log debug exception print write critical log_error captureException "
    "capture_exception".split()
)
ENDS = frozenset({"exit", "abort", "_exit"})
BROAD = frozenset(
    "Exception BaseException Error DatabaseError OperationalError ProgrammingError InternalError SQLAlchemyError "
    "DBAPIError PostgresError StandardError".split()
)
"""Classes of errors that tell nothing of what went wrong."""


def swallowed(program: Program, maker: Maker, told: Step | None) -> Iterator[Observation]:
    """A handler around statements that are run, after which the function goes on as if they had succeeded; `told` is
    where somebody says that they have.
    """
    for node in nodes(maker.function):
        if not isinstance(node, Try) or not runs(*node.body):
            continue
        for handler in node.handlers:
            if swallows(program, maker.ref.path, handler):
                step = Step("the statements that may fail begin here", Place(maker.ref.path, node.body[0].at))
                what = "a message" if handler.body else "nothing"
                yield seen(Trait.SWALLOWED_ERROR, maker, handler.at, what, *filter(None, (step, told)))
                return


def swallows(program: Program, path: str, handler: Handler) -> bool:
    """Whether nobody learns of the error but who reads the log."""
    if not broad(handler) or not all(_goes_on(statement, handler.name) for statement in handler.body):
        return False
    return not _told(program, path, handler)


def broad(handler: Handler) -> bool:
    """Whether it is for all errors and not for one that is expected, by its class or by a condition on the error."""
    kinds = {mentioned(part) for part in nodes_in(handler.kind)} if handler.kind is not None else BROAD
    tests = [node.test for node in nodes_in(*handler.body) if isinstance(node, Branch)]
    return bool(kinds & BROAD) and not any(handler.name in names_in(test) for test in tests)


def names_in(*roots: Node) -> set[str]:
    """The last names of all that is mentioned in them."""
    return {mentioned(part) for part in nodes_in(*roots)} - {""}


def mentioned(node: Node) -> str:
    """The last name of a variable or an attribute, '' of all else."""
    return last_name(node) if isinstance(node, Name | Attribute) else ""


def noted(handler: Handler) -> set[str]:
    """The lists and variables that the error is noted in."""
    lists = {name for statement in handler.body for name in _collections(statement)}
    return lists | {mentioned(node.target) for node in nodes_in(*handler.body) if isinstance(node, Assign)} - {""}


def stops(body: Sequence[Statement]) -> bool:
    """Whether the failure gets out: raised, returned, or as the process's exit code."""
    for node in nodes_in(*body):
        if isinstance(node, Raise | Return):
            return True
        if isinstance(node, Call) and last_name(node.function) in ENDS and _code(node) != 0:
            return True
    return False


def forgiven(program: Program, path: str) -> Iterator[Observation]:
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


def _goes_on(statement: Statement, error: str = "") -> bool:
    """Whether a statement of a handler only logs, notes the error somewhere, or takes the next round of a loop: in any
    case, or under a condition that is not about the `error`.
    """
    if isinstance(statement, Branch):
        inner = (*statement.then, *statement.otherwise)
        return error not in names_in(statement.test) and all(_goes_on(one, error) for one in inner)
    if isinstance(statement, Jump):
        return True
    if not isinstance(statement, Evaluate):
        return False
    value = statement.value
    return isinstance(value, Constant) or (isinstance(value, Call) and last_name(value.function) in LOGGERS | COLLECTS)


def _told(program: Program, path: str, handler: Handler) -> bool:
    """Whether a list that the error is noted in decides, somewhere in the file, how the script ends."""
    lists = {name for statement in handler.body for name in _collections(statement)}
    if not lists:
        return False
    for function in program.modules[path].functions.values():
        for node in nodes(function):
            if isinstance(node, Branch) and lists & names_in(node.test) and stops(node.then):
                return True
            if isinstance(node, Return) and node.value and lists & names_in(node.value):
                return True
    return False


def _collections(statement: Statement) -> Iterator[str]:
    call = statement.value if isinstance(statement, Evaluate) else None
    if isinstance(call, Call) and last_name(call.function) in COLLECTS:
        yield collection(call)


def _code(call: Call) -> object:
    first = call.arguments[0].value if call.arguments else None
    return first.value if isinstance(first, Constant) else None if first is not None else 0


def _line(span: Span) -> Span:
    return Span(span.end_line, 1, span.end_line, max(span.end_column, 2))
