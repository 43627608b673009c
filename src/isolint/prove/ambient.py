"""Context variables: values that code reads without being given them, and where nobody has set them.

A context variable holds what was set in the running context. Work that is handed to a pool, or to a thread of its own,
runs in another context (`Frame.boundary`): nothing is set there but what that work sets itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from isolint.link.symbols import External, FunctionRef
from isolint.model import code
from isolint.model.identifiers import split
from isolint.model.source import Place, Span
from isolint.prove.absent import MISSING
from isolint.prove.terms import (
    NULL,
    Bound,
    Global,
    Item,
    Literal,
    Lost,
    Member,
    Object,
    Result,
    Term,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Boundary, Frame
    from isolint.prove.given import Given
    from isolint.prove.run import Run

VARIABLES = {
    "contextvars.ContextVar": True,
    "async_hooks.AsyncLocalStorage": False,
    "node:async_hooks.AsyncLocalStorage": False,
}
"""What makes a value that is set and read by calls, and whether a read fails where nothing is set."""
READS = frozenset({"get", "getStore"})
SETS = frozenset({"set", "enterWith", "run"})
HOLDERS = frozenset({"threading.local", "werkzeug.local.Local", "asgiref.local.Local"})
"""What makes an object whose attributes belong to the running context or thread."""
PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property"})
ENTERS = ("__enter__", "__aenter__")


@dataclass(frozen=True, slots=True)
class Read:
    """Where a lost value is read; `raises`: the read fails where nothing is set."""

    place: Place
    raises: bool


@dataclass(slots=True)
class Settings:
    """Which variables were set behind which boundary, and where the others were read there first; `unread` are the
    boundaries behind which something ran that was not followed, and may have set anything.
    """

    assigned: set[tuple[str, Boundary]] = field(default_factory=set)
    reads: dict[tuple[str, Boundary], Read] = field(default_factory=dict)
    unread: set[Boundary | None] = field(default_factory=set)


def maker(run: Run, term: Term) -> Result | None:
    """The call that made a value: that of a module's variable, or the value itself when it is one."""
    if isinstance(term, Global):
        term = run.named_variables.get(term, term)
    return term if isinstance(term, Result) else None


def made_by(made: Result | None) -> str:
    """The dotted name of what was called (`ContextVar[int]("limit")` calls `ContextVar`), '' when it has none."""
    callee = made.callee if made is not None else None
    callee = callee.base if isinstance(callee, Item) else callee
    return callee.name if isinstance(callee, Global) else ""


def variable(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """`variable.get()` where it is lost, and `variable.set(value)` noted; None for any other call."""
    if frame.boundary is None or (name not in READS and name not in SETS):
        return None
    made = maker(run, base)
    maker_name = made_by(made)
    if made is None or maker_name not in VARIABLES:
        if name == "set" and len(given.positional) == 1:
            run.settings.unread.add(frame.boundary)  # `for variable, value in context.items(): variable.set(value)`
        return None
    if name in SETS:
        _note(run, frame.boundary, _name(base, made), given.positional[0] if given.positional else NULL)
        return None
    callee = Global(f"{base.name}.{name}") if isinstance(base, Global) else Member(base, name)
    outside = Result(callee, given.positional, given.keywords)
    raises = VARIABLES[maker_name] and not given.positional and "default" not in dict(made.keywords)
    return _lost(run, frame.boundary, outside, _name(base, made), Read(run.place(frame, given.at), raises))


def _name(base: Term, made: Result) -> str:
    if isinstance(base, Global):
        return base.name
    first = made.arguments[0] if made.arguments else None
    return first.value if isinstance(first, Literal) and isinstance(first.value, str) else "context variable"


def _note(run: Run, boundary: Boundary, name: str, value: Term) -> None:
    """A variable is set; one that is emptied has served its turn, and what was read from it before still counts."""
    if value not in MISSING:
        run.settings.assigned.add((name, boundary))


def _lost(run: Run, boundary: Boundary, outside: Term, name: str, read: Read) -> Term | None:
    """What is read behind a boundary, where nobody set it; a read that surely fails gives nobody's rows away."""
    if (name, boundary) in run.settings.assigned or (read.raises and boundary.fresh):
        return None
    run.settings.reads.setdefault((name, boundary), read)
    return Lost(outside, name, boundary)


def set_attribute(run: Run, frame: Frame, holder: Term, name: str, value: Term) -> bool:
    """Whether the attribute that is assigned belongs to a context behind a boundary; it is set there alone then."""
    if frame.boundary is None or not _is_holder(holder, run):
        return False
    _note(run, frame.boundary, f"{holder.name}.{name}", value)
    return True


def attribute(run: Run, frame: Frame, base: Term, name: str, at: Span, *, raises: bool = True) -> Term | None:
    """`base.name` where it is lost; None for any other attribute. `raises`: the read fails where nothing is set."""
    if frame.boundary is None or not _is_holder(base, run):
        return None
    outside = run.overlay.get((base, name), Global(f"{base.name}.{name}"))
    return _lost(run, frame.boundary, outside, f"{base.name}.{name}", Read(run.place(frame, at), raises))


def _is_holder(base: Term, run: Run) -> TypeGuard[Global]:
    return isinstance(base, Global) and made_by(maker(run, base)) in HOLDERS


def boundary_of(run: Run, caller: Frame, ref: FunctionRef) -> Boundary | None:
    """The boundary that a function which is called there runs behind: its caller's, unless something around the
    function may set what is missing.
    """
    if caller.boundary is None:
        return None
    decorators = run.program.function(ref).decorators
    return caller.boundary if all(_sets_nothing(run, ref, decorator) for decorator in decorators) else None


def _sets_nothing(run: Run, ref: FunctionRef, decorator: code.Expression) -> bool:
    target = decorator.function if isinstance(decorator, code.Call) else decorator
    if isinstance(target, code.Name) and target.id in PLAIN_DECORATORS:
        return True
    symbol = run.program.resolve(ref.path, target)
    return isinstance(symbol, External) and "context" not in split(symbol.name.rpartition(".")[2])


def enter_block(run: Run, frame: Frame, value: Term, at: Span) -> None:
    """`with Scope(tenant):` behind a boundary may set there what is missing."""
    from isolint.prove.calling import invoke
    from isolint.prove.given import Given

    if frame.boundary is None or not isinstance(value, Object):
        return
    for name in ENTERS:
        if (method := run.program.method(value.klass, name)) is not None:
            invoke(run, frame, Bound(method, value), Given((), (), at))
