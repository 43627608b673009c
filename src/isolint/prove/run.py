"""One run: an entry point is followed through the functions it calls, with values kept symbolic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from isolint.link import Program
from isolint.link.symbols import ClassRef, External, FunctionRef, Symbol, VariableRef
from isolint.model.code import Expression, Function, Parameter
from isolint.model.source import Place, Span
from isolint.model.sql import SqlStatement
from isolint.model.tenancy import Executor, Tenancy
from isolint.prove.ambient import Settings, boundary_of
from isolint.prove.chains import holds_closure, is_kept
from isolint.prove.evaluate import evaluate
from isolint.prove.execute import execute, note_check
from isolint.prove.frame import Frame, Misuse, Seen, SessionSet, Trace, Unread
from isolint.prove.given import Given
from isolint.prove.interning import new_table, use
from isolint.prove.leaving import handed
from isolint.prove.outcome import learnt, record, returned
from isolint.prove.receivers import bases_of, receiver_class, with_properties
from isolint.prove.roles import is_guarded_route
from isolint.prove.terms import (
    NEVER,
    NULL,
    Entity,
    Global,
    Input,
    Items,
    Literal,
    Object,
    Query,
    Record,
    Result,
    Term,
    Text,
)

if TYPE_CHECKING:
    from isolint.prove.registering import Registered

MAX_DEPTH = 6
BUDGETS = (400, 100, 50, 25, 12, 6)
"""How many calls may be followed below a function at each depth, so that one deep helper does not starve what comes
after it.
"""
WRAPPED = 3
"""How many calls may be followed to see what a module makes of a function that it wraps."""
MODULE_LEVEL = "<module>"
EXTERNAL_VALUES = {"rest_framework.permissions.SAFE_METHODS": ("GET", "HEAD", "OPTIONS")}
"""Constants of packages that guards compare with."""


class Run:
    """Interprets one entry point. `trace` holds what was seen; `overlay` values assigned to attributes; `whole` the
    functions whose bodies were run with nothing left out.
    """

    def __init__(self, program: Program, tenancy: Tenancy, depth: int = MAX_DEPTH) -> None:
        self.program = program
        self._depth = depth
        self.tenancy = tenancy
        self.terms = new_table()
        use(self.terms)
        self.trace = Trace()
        self.overlay: dict[tuple[Term, str], Term] = {}
        self.frames: list[Frame] = []
        self.scopes: list[Term] = []
        self._active: list[FunctionRef] = []
        self._left: list[int] = []
        self._variables: dict[VariableRef, Term] = {}
        self.named_variables: dict[Global, Term] = {}
        self.settings = Settings()
        self.statements: set[str] = set()
        self.whole: set[FunctionRef] = set()
        self.handler_calls: list[tuple[Term, ...]] = []
        self.passed_on: list[Term] = []
        self.handed: frozenset[FunctionRef] = frozenset()
        self.registered: list[Registered] | None = None
        self.entry_frame = Frame(FunctionRef("", MODULE_LEVEL), {}, -1)
        self.entry_span = Span(1, 1, 1, 1)
        self.door: Place | None = None

    # --- functions

    def prepare(self, ref: FunctionRef) -> None:
        """Stand at the door of an entry point: dependencies run here, before its body."""
        self.entry_frame = self.frame(ref, {})
        self.entry_span = self.program.function(ref).header

    def prepare_at(self, ref: FunctionRef, at: Span) -> None:
        """Stand at the door of a handler that is handed over at a place in a function."""
        self.entry_frame = self.frame(ref, {})
        self.entry_span = at

    def start(self, ref: FunctionRef, values: dict[str, Term]) -> Term:
        """Run the entry point with the given values for its parameters; what it returns is handed on."""
        from isolint.prove.views import handed_on

        self.trace.began = self.trace.tick()
        function = self.program.function(ref)
        frame = self.frame(ref, values, klass=self.owner(ref, function), known=self.entry_frame.known)
        self._execute(ref, frame, function)
        for value, _ in frame.returns:
            self.hand_on(frame, handed_on(self, frame, function, values, value))
        return returned(ref, (), frame)

    def frame(
        self,
        ref: FunctionRef,
        names: dict[str, Term],
        *,
        known: tuple[Term, ...] = (),
        parent: Frame | None = None,
        stack: tuple[Place, ...] = (),
        klass: ClassRef | None = None,
    ) -> Frame:
        """A new activation."""
        made = Frame(ref, names, len(self.frames), known, parent, stack, klass)
        self.frames.append(made)
        return made

    def owner(self, ref: FunctionRef, function: Function) -> ClassRef | None:
        """The class that a method belongs to."""
        return ClassRef(ref.path, function.owner) if function.owner else None

    def can_enter(self, ref: FunctionRef) -> bool:
        """Whether a call of the function may still be followed."""
        return len(self._active) < self._depth and ref not in self._active and min(self._left, default=1) > 0

    def enter(
        self,
        caller: Frame,
        ref: FunctionRef,
        arguments: Sequence[Term],
        keywords: Sequence[tuple[str, Term]],
        at: Span,
        *,
        receiver: Term | None = None,
        parent: Frame | None = None,
    ) -> Term:
        """Follow a call into a function of the project and give what it returns; the caller learns what then holds."""
        value, learnt = self.follow(caller, ref, arguments, keywords, at, receiver=receiver, parent=parent)
        self.learn(caller, learnt, at)
        return value

    def follow(
        self,
        caller: Frame,
        ref: FunctionRef,
        arguments: Sequence[Term],
        keywords: Sequence[tuple[str, Term]],
        at: Span,
        *,
        receiver: Term | None,
        parent: Frame | None,
    ) -> tuple[Term, tuple[Term, ...]]:
        """What a call of a function of the project returns, and what holds on every way out of it."""
        function = self.program.function(ref)
        implicit = self.program.receiver_name(ref)
        place = Place(caller.path, at)
        given = (receiver, *arguments) if receiver is not None and not implicit else tuple(arguments)
        frame = self.frame(
            ref,
            {},
            known=caller.known,
            parent=parent,
            stack=() if ref in self.handed else caller.stack if place == self.door else (*caller.stack, place),
            klass=self.owner(ref, function),
        )
        frame.boundary = boundary_of(self, caller, ref)
        frame.names = self.bind(frame, function.parameters, given, keywords)
        if receiver is not None and implicit:
            frame.names[implicit] = receiver
        ended = self._execute(ref, frame, function)
        if ended and not frame.returns:
            return NEVER, ()
        if not ended:
            frame.returns.append((NULL, frame.known))
        return returned(ref, (*given, *(value for _, value in keywords)), frame), learnt(caller.known, frame)

    def _execute(self, ref: FunctionRef, frame: Frame, function: Function) -> bool:
        """Run a body; True when its end is not reached."""
        self._left = [left - 1 for left in self._left]
        self._left.append(BUDGETS[min(len(self._active), len(BUDGETS) - 1)])
        self._active.append(ref)
        ended = execute(self, frame, function.body)
        self._active.pop()
        self._left.pop()
        if not frame.partial:
            self.whole.add(ref)
        return ended

    def learn(self, caller: Frame, learnt: Sequence[Term], at: Span) -> None:
        """What holds on every way out of a callee holds in the caller."""
        extra = tuple(fact for fact in learnt if fact not in caller.known)
        caller.known += extra
        note_check(self, caller, extra, at)

    def bind(
        self, frame: Frame, parameters: Sequence[Parameter], given: Sequence[Term], keywords: Sequence[tuple[str, Term]]
    ) -> dict[str, Term]:
        """Values of the parameters for a call's arguments; missing ones take their defaults."""
        names: dict[str, Term] = {}
        rest = list(given)
        named = dict(keywords)
        spread = named.pop("**", None)
        for parameter in parameters:
            if parameter.kind == "*":
                names[parameter.name] = Items(tuple(rest))
                rest = []
            elif parameter.kind == "**":
                names[parameter.name] = record(named, spread)
            elif rest and parameter.kind == "":
                self.bind_parameter(frame, names, parameter, rest.pop(0))
            elif parameter.name in named:
                self.bind_parameter(frame, names, parameter, named.pop(parameter.name))
            elif spread is not None:
                found = spread.get(parameter.name) if isinstance(spread, Record) else None
                value = found or Result(Global("**"), (spread, Literal(parameter.name)))
                self.bind_parameter(frame, names, parameter, value)
            elif is_guarded_route(self.program, frame.function):
                self.bind_parameter(frame, names, parameter, Input(parameter.name, "injected"))
            elif parameter.default is not None:
                self.bind_parameter(
                    frame, names, parameter, evaluate(self, self.module_frame(frame.path), parameter.default)
                )
            else:
                self.bind_parameter(frame, names, parameter, Input(parameter.name))
        return names

    def bind_parameter(self, frame: Frame, names: dict[str, Term], parameter: Parameter, value: Term) -> None:
        """Give a parameter its value, taking a destructured one apart."""
        if parameter.pattern is None:
            names[parameter.name] = value
            return
        from isolint.prove.assign import assign

        holder = self.frame(frame.function, names, parent=frame.parent)
        assign(self, holder, parameter.pattern, value)

    def construct(self, frame: Frame, method: FunctionRef, instance: Object, given: Given) -> Term:
        """Run `__init__` on a new instance; what it assigns to `self` are the instance's fields."""
        function = self.program.function(method)
        implicit = self.program.receiver_name(method)
        arguments = given.positional if implicit else (instance, *given.positional)
        names = self.bind(frame, function.parameters, arguments, given.keywords)
        first = implicit or (function.parameters[0].name if function.parameters else "self")
        if implicit:
            names[implicit] = with_properties(self, method, instance, names)
        inner = self.frame(
            method,
            names,
            known=frame.known,
            stack=(*frame.stack, self.place(frame, given.at)),
            klass=self.owner(method, function),
        )
        inner.boundary = frame.boundary
        self._execute(method, inner, function)
        made = inner.names.get(first)
        return made if isinstance(made, Object) else instance

    # --- names

    def module_frame(self, path: str) -> Frame:
        """A frame at the module level of a file."""
        return Frame(FunctionRef(path, MODULE_LEVEL), {}, -1)

    def name(self, frame: Frame, name: str) -> Term:
        """What a name stands for here."""
        local = frame.lookup(name)
        if local is not None:
            return local
        if name == "super" and (bases := bases_of(frame)) is not None:
            return bases
        symbol = self.program.lookup(frame.path, name)
        return self.symbol(symbol) if symbol is not None else Global(name)

    def symbol(self, symbol: Symbol) -> Term:
        """The term for something that the program knows by name."""
        if isinstance(symbol, VariableRef) and symbol not in self.program.tables.by_symbol:
            return self._variable(symbol)
        if isinstance(symbol, External):
            values = EXTERNAL_VALUES.get(symbol.name)
            return Items(tuple(map(Literal, values))) if values else Global(symbol.name)
        return Entity(symbol)

    def _variable(self, ref: VariableRef) -> Term:
        if ref not in self._variables:
            named = Global(f"{_module_name(ref.path)}.{ref.name}")
            self._variables[ref] = named
            value = self.named_variables[named] = self._loaded(ref)
            if isinstance(value, Entity | Object | Literal | Items | Record | Text | Query) or is_kept(value):
                self._variables[ref] = value
        return self._variables[ref]

    def _loaded(self, ref: VariableRef) -> Term:
        """The value of a module's variable; what a module does when it is loaded is no part of a request."""
        expression, frame = self.program.modules[ref.path].variables[ref.name], self.module_frame(ref.path)
        return self.aside(WRAPPED if holds_closure(expression) else 0, lambda: evaluate(self, frame, expression))

    def aside(self, budget: int, work: Callable[[], Term]) -> Term:
        """What is made outside of the request: at most `budget` calls are followed, what they do is not seen."""
        trace, registered, self.trace, self.registered = self.trace, self.registered, Trace(), None
        self._left.append(budget)
        value = work()
        self._left.pop()
        self.trace, self.registered = trace, registered
        return value

    def class_value(self, ref: ClassRef, expression: Expression) -> Term:
        """The value of an expression in a class body."""
        return evaluate(self, self.module_frame(ref.path), expression)

    # --- events

    def see(self, frame: Frame, query: Query) -> None:
        """Record that a query runs, or is handed to something that will run it."""
        self.trace.note_seen(
            Seen(
                query,
                frame.function,
                frame.stack,
                frame.known,
                self.trace.tick(),
                receiver_class(frame),
                self.scopes[-1] if self.scopes else None,
            )
        )

    def place(self, frame: Frame, at: Span) -> Place:
        """A span in the frame's file."""
        return Place(frame.path, at)

    def note_dynamic(self, frame: Frame, at: Span) -> None:
        """SQL runs whose text is not known."""
        self.note_unread(frame, at, "the SQL text is put together at run time", dynamic=True)

    def note_unread(self, frame: Frame, at: Span, hint: str, *, dynamic: bool) -> None:
        """SQL that could not be read."""
        self.trace.unread.append(Unread(self.place(frame, at), frame.function, frame.stack, hint, dynamic))

    def note_session(
        self, frame: Frame, statement: SqlStatement, schemas: tuple[Term, ...], receiver: Term, at: Span
    ) -> None:
        """The search path, or a setting that row-level security may read, is set for what follows."""
        place, order = self.place(frame, at), self.trace.tick()
        self.trace.sessions.append(
            SessionSet(statement, schemas, receiver, place, frame.function, frame.stack, frame.known, order)
        )

    def note_misuse(self, frame: Frame, executor: Executor, query: Query | None, at: Span) -> None:
        """An executor is given a function where it takes SQL text."""
        place, order = self.place(frame, at), self.trace.tick()
        self.trace.misuses.append(Misuse(executor, query, place, frame.function, frame.stack, frame.known, order))

    def written(self, holder: Term) -> Iterator[tuple[str, Term]]:
        """The entries that were written into a mapping of unknown content."""
        return ((name, value) for (base, name), value in self.overlay.items() if base == holder)

    def hand_on(self, frame: Frame, value: Term) -> None:
        """A value leaves the analysed code: queries in it will be run there."""
        stack, met = [value], {value}
        while stack:
            part = stack.pop()
            if isinstance(part, Query):
                self.see(frame, part)
                continue
            new = [inner for inner in handed(part) if inner not in met]
            met.update(new)
            stack.extend(reversed(new))


def _module_name(path: str) -> str:
    stem = path.rsplit(".", 1)[0]
    return stem.removesuffix("/__init__").rsplit("/", 1)[-1]
