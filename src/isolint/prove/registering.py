"""Calls that hand functions to a framework, noted while the code around them runs; and the guards in front of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isolint.frameworks.framework import Framework, Registration
from isolint.link.mounts import MODULE_LEVEL, Mount, Router
from isolint.link.symbols import VariableRef
from isolint.model import code
from isolint.model.identifiers import split
from isolint.model.source import Place, Span
from isolint.prove.chains import CHAINED_GUARDS, chain, is_function
from isolint.prove.entry import Guardian, guard_name
from isolint.prove.evaluate import evaluate
from isolint.prove.filling import unwrapped
from isolint.prove.given import Given
from isolint.prove.handlers import registration
from isolint.prove.terms import Closed, Global, Items, Literal, Member, Record, Result, Term, Text

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

GUARD_FIELDS = ("onRequest", "preHandler", "preValidation", "beforeHandle", "middleware", "middlewares", "before")
"""Entries of a registration's options that hold guards."""
MAKES_GUARDS = frozenset({"middleware"})
"""Methods that make a guard of the function that they are given, without using it anywhere."""
NOWHERE = Place("", Span(1, 1, 1, 1))


@dataclass(frozen=True, slots=True)
class Registered:
    """A call that registered functions: `on` is what it was called on, `named` what that is called, `router` which
    router it is, `subject` the text that is its first argument.
    """

    framework: Framework
    known: Registration
    on: Term
    given: Given
    place: Place
    named: str = ""
    router: Router | None = None

    @property
    def subject(self) -> str:
        """The path, or the parameter's name."""
        first = self.given.positional[0] if self.given.positional else None
        first = first.items[-1] if isinstance(first, Items) and first.items else first
        return first.value if isinstance(first, Literal) and isinstance(first.value, str) else ""


def register(run: Run, frame: Frame, on: Term, method: str, given: Given, base: code.Expression | None) -> Term | None:
    """What a call that hands functions to a framework gives, noted while they are being collected; None for others."""
    first = given.positional[0] if given.positional else None
    path = _is_path(first)
    guarding = method in CHAINED_GUARDS or method in MAKES_GUARDS
    if not guarding and run.registered is None:
        return None
    named = _root(base)
    found = registration(method, path=path, chained=_is_chained(on) or bool(set(split(named)) & PROCEDURE_WORDS))
    wrapped = Result(Member(on, method), given.positional, given.keywords) if guarding else on
    if found is None or not _holds_function(found[1], given):
        return wrapped if method in MAKES_GUARDS and given.positional and is_function(given.positional[0]) else None
    if run.registered is not None:
        item = Registered(*found, on, given, Place(frame.path, given.at), named, _router(run, frame, named))
        run.registered.append(item)
    return wrapped


def register_called(run: Run, frame: Frame, name: str, given: Given) -> None:
    """Note a call of a function or constructor that is handed functions (`new Worker("name", handler)`)."""
    if run.registered is None:
        return
    first = given.positional[0] if given.positional else None
    path = _is_path(first)
    found = registration(name.rpartition(".")[2], path=path, called=True)
    if found is not None and _holds_function(found[1], given):
        run.registered.append(Registered(*found, Global(name), given, Place(frame.path, given.at)))


def _is_path(term: Term | None) -> bool:
    """A text, one with parts put in, or a list of those (`["/", "/:id"]`)."""
    if isinstance(term, Items):
        return bool(term.items) and all(_is_path(item) for item in term.items)
    return isinstance(term, Text) or (isinstance(term, Literal) and isinstance(term.value, str))


def _is_chained(on: Term) -> bool:
    return isinstance(on, Result) and any(name in CHAINED_GUARDS or name in BUILDERS for name, _ in chain(on))


PROCEDURE_WORDS = frozenset({"procedure", "action", "client", "os"})
BUILDERS = frozenset("input inputSchema schema output meta metadata procedure route use errors".split())


def _holds_function(known: Registration, given: Given) -> bool:
    return any(unwrapped(operand, [], NOWHERE) for operand in _flat(known, given.positional))


def _flat(known: Registration, terms: tuple[Term, ...]) -> Iterator[Term]:
    """Functions among arguments, also those in lists, in the guards of an options object, and a handler in it."""
    for term in terms:
        if isinstance(term, Items):
            yield from _flat(known, term.items)
        elif isinstance(term, Record):
            fields = (*GUARD_FIELDS, *sorted(known.options))
            yield from _flat(known, tuple(v for name in fields if (v := term.get(name)) is not None))
        else:
            yield term


def own_functions(item: Registered) -> tuple[list[Term], Term]:
    """What a registration is given: guards, which may be of another project, and the handler."""
    given = _flat(item.known, item.given.positional)
    terms: list[Term] = [term for term in given if not isinstance(term, Literal)]
    last = max(number for number, term in enumerate(terms) if unwrapped(term, [], item.place))
    return terms[:last], terms[last]


def _root(base: code.Expression | None) -> str:
    """The name that a chain of calls and attributes starts from."""
    while isinstance(base, code.Call | code.Attribute | code.Await):
        if isinstance(base, code.Call):
            base = base.function
        else:
            base = base.base if isinstance(base, code.Attribute) else base.value
    return base.id if isinstance(base, code.Name) else ""


def _router(run: Run, frame: Frame, named: str) -> Router | None:
    if not named:
        return None
    if frame.function.qualname != MODULE_LEVEL and named in frame.names:
        return Router(frame.path, frame.function.qualname, named)
    symbol = run.program.lookup(frame.path, named)
    return Router(symbol.path, MODULE_LEVEL, symbol.name) if isinstance(symbol, VariableRef) else None


def name_of_guard(run: Run, term: Term) -> str:
    """What a guard is called; one that a function returns without a name of its own is called as that function."""
    if not isinstance(term, Closed):
        return guard_name(term)
    functions = run.program.modules[term.function.path].functions
    function = functions[term.function.qualname]
    while function.name.startswith("<") and function.parent in functions:
        function = functions[function.parent]
    return function.name.strip("<>")


def guards_before(run: Run, item: Registered, earlier: list[Registered]) -> list[tuple[Guardian, Registered]]:
    """What runs before a handler besides its own guards, the outermost first: guards of the routers around its own,
    of its router, and of the chain that it is called on.
    """
    if item.known.chained:
        named = [Guardian(Global(item.named), item.named, item.place)] if item.named else []
        return [(guard, item) for guard in (*named, *_of_chain(run, item))]
    mounted = [(guard, item) for guard in _mounted(run, item)]
    same = [
        (Guardian(term, name_of_guard(run, term), other.place), other)
        for other in earlier
        if _guards(other, item)
        for term in _flat(other.known, other.given.positional)
        if not isinstance(term, Literal)
    ]
    return [*mounted, *((guard, item) for guard in _of_chain(run, item)), *same]


def _of_chain(run: Run, item: Registered) -> list[Guardian]:
    calls = [call for name, call in chain(item.on) if name in CHAINED_GUARDS]
    operands = [term for call in reversed(calls) for term in call.arguments if not isinstance(term, Literal)]
    return [Guardian(term, name_of_guard(run, term), item.place) for term in operands]


def _guards(other: Registered, item: Registered) -> bool:
    """Whether an earlier registration of guards is for a handler: on the same router, for its path."""
    if not other.known.guards:
        return False
    same = other.router == item.router if other.router and item.router else other.on == item.on
    if other.known.parameter:
        return same and (f":{other.subject}" in item.subject)
    if not other.known.path and other.subject:
        return same and item.subject.startswith(other.subject.rstrip("*").rstrip("/"))
    return same


def _mounted(run: Run, item: Registered) -> list[Guardian]:
    """Guards where the router is included, and where that one is; with several ways only what stands on each."""
    ways = run.program.ways(item.router) if item.router is not None else []
    found = [[guard for mount in reversed(way) for guard in _of_mount(run, mount)] for way in ways]
    first, *others = found or [[]]
    return [one for one in first if all(any(one.term == other.term for other in way) for way in others)]


def _of_mount(run: Run, mount: Mount) -> list[Guardian]:
    frame = run.module_frame(mount.path)
    if not isinstance(mount.call.function, code.Attribute) or mount.call.function.name not in CHAINED_GUARDS:
        return []
    values = [evaluate(run, frame, a.value) for n, a in enumerate(mount.call.arguments) if n != mount.inner]
    place = Place(mount.path, mount.call.at)
    flat = [term for value in values for term in (value.items if isinstance(value, Items) else (value,))]
    return [Guardian(term, name_of_guard(run, term), place) for term in flat if not isinstance(term, Literal)]
