"""Calls: of data layers, of functions of the project, and of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.frameworks import FRAMEWORKS
from isolint.link.symbols import ClassRef, FunctionRef, VariableRef
from isolint.model import code
from isolint.orms import LAYERS, layer
from isolint.prove import builtin, lists
from isolint.prove.ambient import variable
from isolint.prove.builders import on_client, on_named
from isolint.prove.caching import loaded
from isolint.prove.clients import on_delegate, on_handle
from isolint.prove.conditions import condition
from isolint.prove.constructing import construct, construct_base
from isolint.prove.containers import resolved
from isolint.prove.decorated import GIVEN
from isolint.prove.evaluate import evaluate
from isolint.prove.executors import executor_call
from isolint.prove.given import Given
from isolint.prove.guardrun import HANDLERS, pass_on
from isolint.prove.instances import merge_into, on_instance
from isolint.prove.matching import on_match
from isolint.prove.members import member
from isolint.prove.merge import keep_query
from isolint.prove.objects import of_object, on_schema
from isolint.prove.prepared import on_prepared
from isolint.prove.promises import combined, waiting
from isolint.prove.querying import (
    COLUMN_OPERATORS,
    ROW_METHODS,
    begin_from_function,
    begin_from_model,
    crossed,
    extend,
    on_session,
)
from isolint.prove.registering import register, register_called
from isolint.prove.rowwrites import on_row
from isolint.prove.sqltext import on_sql
from isolint.prove.starting import in_thread, started
from isolint.prove.templates import tagged_call
from isolint.prove.terms import (
    NEVER,
    NULL,
    Bound,
    Closed,
    Column,
    Each,
    Either,
    Entity,
    Global,
    Handle,
    Injected,
    Input,
    Items,
    Literal,
    Logic,
    Mapped,
    Member,
    Object,
    Outcome,
    Pending,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Text,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

INSTANCE_METHODS = frozenset(name for known in LAYERS for name in (*known.instances, *known.merges))
MERGING = frozenset({"assign", "merge", "extend", "defaultsDeep"})
"""Functions that put what further objects hold into their first argument."""
RELATION_TESTS = {"any", "has"}
REQUEST_GETTERS = frozenset(name for known in FRAMEWORKS for name in known.getters)
ARGUMENT_GETTERS = frozenset(name for known in FRAMEWORKS for name in known.arguments)
ENDING_CALLS = {"abort", "exit", "_exit", "notFound", "forbidden", "unauthorized", "permanentRedirect"}
"""Functions from outside the project that never return."""
ENDING_NAMES = frozenset({"next/navigation.redirect", "@sveltejs/kit.redirect", "@sveltejs/kit.error"})
"""The same where others of that name return."""
NOT_FOLLOWED = {"Depends", "Security", "partial", "connect", "register", "add_url_rule", "add_api_route", "receiver"}


def call(run: Run, frame: Frame, node: code.Call) -> Term:
    """The value of a call; accesses, checks and what then holds are recorded on the way."""
    if node.tagged and (value := tagged_call(run, frame, node)) is not None:
        return value
    if isinstance(node.function, code.Attribute):
        base = evaluate(run, frame, node.function.base)
        given = arguments(run, frame, node)
        result = call_method(run, frame, base, node.function.name, given, node.function)
        if isinstance(result, Query) and isinstance(base, Query) and layer(base.layer).mutable:
            keep_query(frame, node.function.base, base, result)
        return result
    callee = evaluate(run, frame, node.function)
    if isinstance(callee, Global) and (value := builtin.mutation(run, frame, callee.name, node)) is not None:
        return value
    return invoke(run, frame, callee, arguments(run, frame, node))


def arguments(run: Run, frame: Frame, node: code.Call) -> Given:
    """The arguments as terms; a spread record is taken apart, any other keyword spread is named `**`."""
    positional: list[Term] = []
    keywords: list[tuple[str, Term]] = []
    for argument in node.arguments:
        value = evaluate(run, frame, argument.value)
        if isinstance(value, Pending):
            run.learn(frame, value.learnt, node.at)  # what is given a coroutine waits for it
            value = value.value
        if argument.stars == 1:
            positional.extend(_spread_items(value))
        elif argument.stars == 2:
            keywords.extend((*_spread(value), *run.written(value)))
        elif argument.name:
            keywords.append((argument.name, value))
        else:
            positional.append(value)
    return Given(tuple(positional), tuple(keywords), node.at)


def _spread_items(value: Term) -> tuple[Term, ...]:
    """What `*value` hands over; several lists that it may be are alternatives of one condition."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Either) and all(isinstance(option, Items) for option in value.options):
        return (Either(tuple(Logic("and", option.items) for option in value.options if isinstance(option, Items))),)
    return (Each(value),)


def _spread(value: Term) -> list[tuple[str, Term]]:
    if not isinstance(value, Record):
        return [("**", value)]
    found: list[tuple[str, Term]] = []
    for key, item, _ in value.entries:
        if isinstance(key, Literal) and isinstance(key.value, str):
            found.append((key.value, item))
        else:
            found.append(("**", item if key is None else Record(((key, item, ()),))))
    return found


def call_method(run: Run, frame: Frame, base: Term, name: str, given: Given, node: code.Attribute | None) -> Term:
    """`base.name(…)`."""
    from isolint.prove.views import framework_call

    written = node.base if node is not None else None
    if (registered := register(run, frame, base, name, given, written)) is not None:
        return registered
    if (value := waiting(run, frame, base, name, given)) is not None:
        return value
    if (value := on_match(run, frame, base, name, given)) is not None:
        return value
    if (value := variable(run, frame, base, name, given) or started(run, frame, base, name, given)) is not None:
        return value
    if (value := on_schema(base, name, given) or on_prepared(run, frame, base, name, given)) is not None:
        return value
    if isinstance(base, Either) and any(isinstance(o, Query | Handle | Rows | Entity | Object) for o in base.options):
        live = [option for option in crossed(base.options) if option != NULL and not isinstance(option, Literal)]
        return either(tuple(call_method(run, frame, option, name, given, node) for option in live))
    if isinstance(base, Result) and base.callee == Global("super") and isinstance(base.arguments[0], Query):
        bound = builtin.super_method(run, base, name)
        return invoke(run, frame, bound, given) if bound else extend(run, frame, base.arguments[0], name, given)
    if isinstance(base, Query):
        return extend(run, frame, base, name, given)
    if isinstance(base, Handle) and (value := on_handle(run, frame, base, name, given)) is not None:
        return value
    if isinstance(base, Rows) and name in ROW_METHODS:
        return base
    if isinstance(base, Column | Member) and (test := _column_test(base, name, given)) is not None:
        return test
    if isinstance(base, Entity) and (query := begin_from_model(run, frame, base, name, given)) is not None:
        return query
    if (value := on_row(run, frame, base, name, given)) is not None:
        return value
    if (value := lists.method(run, frame, base, name, given)) is not None:
        return value
    if (value := on_named(run, frame, base, name, given) or loaded(run, frame, base, name, given)) is not None:
        return value
    if (value := on_delegate(run, frame, base, name, given)) is not None:
        return value
    if (value := framework_call(run, frame, base, name, given)) is not None:
        return value
    if not isinstance(base, Items | Record | Mapped | Literal | Text):
        if name in INSTANCE_METHODS and (value := on_instance(run, frame, base, name, given)) is not None:
            return value
        if (value := on_session(run, frame, base, name, given)) is not None:
            return value
    if node is not None and (value := builtin.method(run, frame, base, name, given, node.base)) is not None:
        return value
    callee = member(run, frame, base, name, given.at)
    if isinstance(callee, Bound) and (value := on_sql_unless_known(run, frame, base, name, given, callee)) is not None:
        return value
    if not isinstance(callee, Bound | Entity | Closed) and (value := on_sql(run, frame, base, name, given)) is not None:
        return value
    return invoke(run, frame, callee, given)


def on_sql_unless_known(run: Run, frame: Frame, base: Term, name: str, given: Given, callee: Bound) -> Term | None:
    """A method of the project that cannot be followed, given SQL text, counts as running it."""
    return None if run.can_enter(callee.function) else on_sql(run, frame, base, name, given)


def _column_test(base: Column | Member, name: str, given: Given) -> Term | None:
    """`column.in_(values)`, `relation.any(condition)`."""
    if name == "equals" and len(given.positional) == 1:
        return Test("eq", base, given.positional[0])
    if name in RELATION_TESTS and isinstance(base, Column):
        inner = tuple(given.positional)
        inner += tuple(Test("eq", Column(base.table, (*base.path, key)), value) for key, value in given.keywords)
        return Logic("and", inner) if inner else Test("ne", base, NULL)
    if name in {"is_null", "is_none"} and isinstance(base, Column):
        return Test("eq", base, NULL)
    if name in COLUMN_OPERATORS and isinstance(base, Column) and given.positional:
        return Test(COLUMN_OPERATORS[name], base, given.positional[0])
    if name in {"asc", "desc", "label", "cast", "astext", "as_string", "nulls_last", "nulls_first", "op"}:
        return base if isinstance(base, Column) else None
    return None


def invoke(run: Run, frame: Frame, callee: Term, given: Given) -> Term:
    """Call a value."""
    if callee in HANDLERS:
        pass_on(run, frame, callee, given)
        return Result(callee, given.positional, given.keywords)
    if (value := executor_call(run, frame, callee, given)) is not None:
        return value
    match callee:
        case Entity(ref) if isinstance(ref, FunctionRef):
            return _function(run, frame, callee, ref, given)
        case Entity(ref) | Handle(_, Entity(ref)) if isinstance(ref, ClassRef | VariableRef):
            return construct(run, frame, ref, given)
        case Bound(function, receiver):
            return _function(run, frame, callee, function, given, receiver=receiver)
        case Closed(function, number):
            parent = run.frames[number] if 0 <= number < len(run.frames) else None
            return _function(run, frame, callee, function, given, parent=parent)
        case Either(options, _):
            live = tuple(o for o in options if isinstance(o, Entity | Bound | Closed))
            if live:
                return either(tuple(invoke(run, frame, option, given) for option in live))
        case Outcome(_, _, returns):
            live = tuple(value for value, _ in returns if isinstance(value, Entity | Bound | Closed))
            if live:
                return either(tuple(invoke(run, frame, option, given) for option in live))
        case Injected(_, _, value) if isinstance(value, Entity | Bound | Closed | Object):
            return invoke(run, frame, value, given)
        case Result(Global("super"), (Object() as instance, _)):
            return construct_base(run, frame, callee, instance, given)
        case Result(_, arguments, keywords) if is_function(callee):
            partial = Given((*arguments[1:], *given.positional), (*keywords, *given.keywords), given.at)
            return invoke(run, frame, arguments[0], partial)
        case Object(klass, _, _) if (method := run.program.method(klass, "__call__")) is not None:
            return _function(run, frame, callee, method, given, receiver=callee)
        case Global(name):
            if (value := _global(run, frame, name, given)) is not None:
                return value
    value = on_client(run, frame, callee, given) or resolved(run, callee, given)
    return value or _unknown(run, frame, callee, given)


def _global(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    register_called(run, frame, name, given)
    if (value := of_object(name, given) or in_thread(run, frame, name, given)) is not None:
        return value
    if (query := begin_from_function(run, frame, name, given)) is not None:
        return query
    if (made := condition(run, frame, name, given)) is not None:
        return made
    if (value := builtin.function(run, frame, name, given) or combined(run, frame, name, given)) is not None:
        return value
    module, _, last = name.rpartition(".")
    if last in MERGING and module.lower() in {"object", "lodash", "_"} and given.positional:
        return merge_into(run, frame, given.positional[0], given.positional[1:], given.at)
    return on_sql(run, frame, Global(module), last, given)


def _function(
    run: Run,
    frame: Frame,
    callee: Term,
    ref: FunctionRef,
    given: Given,
    *,
    receiver: Term | None = None,
    parent: Frame | None = None,
) -> Term:
    receiver = _receiver(run, ref, receiver)
    if _passes_on(run, ref, given) and (value := _by_reference(run, frame, given)) is not None:
        value = value.value if isinstance(value, Pending) else value
        return Pending(value) if run.program.function(ref).asynchronous else value
    run.trace.calls.append(
        (callee, run.place(frame, given.at), frame.function, (*given.positional, *dict(given.keywords).values()))
    )
    if not run.can_enter(ref):
        run.settings.unread.add(frame.boundary)
        return _unknown(run, frame, callee, given)
    known = frame.known
    waits = run.program.function(ref).asynchronous
    value, learnt = run.follow(frame, ref, given.positional, given.keywords, given.at, receiver=receiver, parent=parent)
    if waits and not is_generator_like(value):
        return Pending(value, tuple(fact for fact in learnt if fact not in known))
    run.learn(frame, learnt, given.at)
    return value


def is_generator_like(value: Term) -> bool:
    """Queries and closures keep their own kind: they are not what a forgotten `await` turns into a truth."""
    return isinstance(value, Query | Closed)


def _passes_on(run: Run, ref: FunctionRef, given: Given) -> bool:
    """A wrapper that takes a function and `*args` calls it with them: the call is judged where it is asked for."""
    takes_rest = any(parameter.kind == "*" for parameter in run.program.function(ref).parameters)
    return takes_rest and any(is_function(operand) for operand in given.positional)


def is_function(term: Term) -> bool:
    """Whether the term is a function of the project, or one with some of its arguments given."""
    if isinstance(term, Result):
        return _partial_name(term) and bool(term.arguments) and is_function(term.arguments[0])
    return isinstance(term, Bound | Closed) or (isinstance(term, Entity) and isinstance(term.ref, FunctionRef))


def _partial_name(term: Result) -> bool:
    return isinstance(term.callee, Global) and term.callee.name.rpartition(".")[2] == "partial"


def _receiver(run: Run, ref: FunctionRef, receiver: Term | None) -> Term | None:
    """What the method gets first: nothing when it is static, the class when it is a class method."""
    if receiver is None:
        return None
    function = run.program.function(ref)
    names = {getattr(d, "id", getattr(d, "name", "")) for d in function.decorators}
    if "staticmethod" in names:
        return None
    if "classmethod" in names and isinstance(receiver, Object):
        return Entity(receiver.klass)
    if isinstance(receiver, Entity) and "classmethod" not in names and _takes_self(function):
        return None
    return receiver


def _takes_self(function: code.Function) -> bool:
    return bool(function.parameters) and function.parameters[0].name == "self"


def _unknown(run: Run, frame: Frame, callee: Term, given: Given) -> Term:
    """A call that cannot be followed: functions and queries given to it run, and it may have checked something."""
    operands = (*given.positional, *(value for _, value in given.keywords))
    name = getattr(callee, "name", "")
    if isinstance(callee, Global) and (name.rpartition(".")[2] in ENDING_CALLS or name in ENDING_NAMES):
        return NEVER
    if isinstance(callee, Member) and callee.name in REQUEST_GETTERS:
        return Input("request", "request")
    if isinstance(callee, Member) and callee.name in ARGUMENT_GETTERS:
        return run.overlay.get((GIVEN, ""), GIVEN)
    value: Term = Result(callee, given.positional, given.keywords)
    if name.rpartition(".")[2] not in NOT_FOLLOWED:
        if (by_reference := _by_reference(run, frame, given)) is not None:
            return by_reference
        for operand in operands:
            run.hand_on(frame, operand)
    run.trace.calls.append((callee, run.place(frame, given.at), frame.function, operands))
    return value


def _by_reference(run: Run, frame: Frame, given: Given) -> Term | None:
    """`thread_pool(function, argument, …)`: a function handed over is called with the arguments that follow it."""
    value: Term | None = None
    for index, operand in enumerate(given.positional):
        if is_function(operand):
            rest = Given(given.positional[index + 1 :], given.keywords, given.at)
            found = invoke(run, frame, operand, rest)
            value = found if value is None else value
            if not isinstance(operand, Closed):
                return value
    for key, operand in given.keywords:
        if isinstance(operand, Closed) and key not in {"default_factory", "key"}:
            invoke(run, frame, operand, Given((), (), given.at))
    return value if value is not None and not isinstance(value, Literal) else None
