"""Functions that values carry: wrapped in calls, or given to the calls of a chain (`procedure.use(guard).query(f)`)."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.frameworks import FRAMEWORKS
from isolint.link.symbols import FunctionRef
from isolint.model.code import Attribute, Call, Closure, Expression
from isolint.prove.terms import Bound, Closed, Entity, Global, Item, Member, Outcome, Result, Term

CHAINED_GUARDS = frozenset(
    name for f in FRAMEWORKS for known in f.registrations if known.guards and not known.path for name in known.methods
)
SCHEMA_LIBRARIES = ("zod.", "zod/", "yup.", "valibot.", "@hono/zod-openapi.")
MAX_LINKS = 24
PREPARE = "prepare"
"""The method that prepares a statement which runs later."""
MAX_NESTED = 6


def chain(term: Term) -> Iterator[tuple[str, Result]]:
    """The calls that a value was built by, the last one first, each with the name of its method."""
    for _ in range(MAX_LINKS):
        if not isinstance(term, Result):
            return
        callee = term.callee
        if isinstance(callee, Member):
            yield callee.name, term
            term = callee.base
        elif isinstance(callee, Global):
            yield callee.name.rpartition(".")[2], term
            return
        else:
            return


def is_function(term: Term) -> bool:
    """Whether the term is a function of the project."""
    return isinstance(term, Closed | Bound) or (isinstance(term, Entity) and isinstance(term.ref, FunctionRef))


def carries(term: Term, nested: int = MAX_NESTED) -> bool:
    """Whether a value was made from a function written in place, or by a chain that functions guard."""
    match term:
        case Closed():
            return True
        case Outcome(_, _, returns):
            return any(isinstance(value, Closed) for value, _ in returns)
        case Result(callee, _, _) if nested:
            operands = term.operands()
            if any(name in CHAINED_GUARDS and any(map(is_function, call.operands())) for name, call in chain(term)):
                return True
            inner = (callee.base, *operands) if isinstance(callee, Member) else operands
            return any(carries(operand, nested - 1) for operand in inner)
        case _:
            return False


def is_schema(term: Term) -> bool:
    """Whether a value describes the shape of others by a library for that (`z.object({…})`)."""
    root = None
    for _, call in chain(term):
        root = call.callee
    return isinstance(root, Global) and root.name.startswith(SCHEMA_LIBRARIES)


def holds_closure(expression: Expression) -> bool:
    """Whether a call is written with a function in place, or is chained to one that is."""
    while isinstance(expression, Call):
        if any(isinstance(argument.value, Closure) for argument in expression.arguments):
            return True
        function = expression.function
        expression = function.base if isinstance(function, Attribute) else function
    return False


def is_kept(term: Term) -> bool:
    """Whether a variable's value is of use where it is named: a function in wrappings, a schema, a `NewType`, a
    statement that was prepared, or an `Annotated[...]` type, which carries a dependency.
    """
    annotated = isinstance(term, Item) and isinstance(term.base, Global) and term.base.name.endswith("Annotated")
    prepared = isinstance(term, Result) and isinstance(term.callee, Member) and term.callee.name == PREPARE
    return annotated or prepared or term == Global("typing.NewType") or carries(term) or is_schema(term)
