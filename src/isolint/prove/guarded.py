"""What the guards in front of a handler have already checked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Role
from isolint.model.code import Attribute, Constant, Function, Name
from isolint.model.identifiers import split
from isolint.model.walk import nodes
from isolint.prove.case import Entry
from isolint.prove.decorated import OPENING
from isolint.prove.entry import BODY_NAMES, Guardian, guardians, names_in, run_dependencies
from isolint.prove.given import Given
from isolint.prove.guardrun import Ways, ways_through
from isolint.prove.operators import guard_is_operator
from isolint.prove.origins import Kind, is_session_name, origin
from isolint.prove.run import Run
from isolint.prove.serializers import is_serializer
from isolint.prove.settings import is_closed
from isolint.prove.terms import Bound, Closed, Entity, Injected, Input, Object, Result, Term, walk
from isolint.prove.urls import machine_guard
from isolint.tenancy.words import tenant_word

AUTHORISING_WORDS = frozenset(
    "permission permissions role roles member members membership access allow allowed authorize authorise authorized "
    "require requires can owner owns admin scope scopes policy guard check protect belongs ensure verify".split()
)
LOGIN_WORDS = frozenset("login logged authenticated authentication auth token jwt session user".split())
ASKING_WORDS = frozenset("require requires guard check protect ensure verify".split())
"""What a guard's name says of any question; it asks who is calling when the rest of the name says so."""
OPEN_WORDS = frozenset(
    "anonymous public exempt optional csrf cors cache cached throttle limit limiter ratelimit".split()
)
SECRET_WORDS = frozenset("cron secret signature signed hmac webhook internal machine scheduler".split())
API_KEY = frozenset({"api", "key"})
CONTEXTS = frozenset({"ctx", "context", "req", "request", "c", "opts"})
SLUGS = frozenset({"slug", "org", "workspace", "tenant"})


def describe_entry(run: Run, ref: FunctionRef, function: Function, role: Role, values: dict[str, Term]) -> Entry:
    """The entry point as the judge sees it."""
    found = guardians(run, ref, function)
    if role is Role.ROUTE:
        run_dependencies(run, found)
    ways, ran = ways_through(run, function, found, values) if role is Role.ROUTE else (((),), set())
    entry = entry_of(run, role, [*found, *_injected(ref, function, values)], values, ways, ran)
    owner = run.owner(ref, function)
    if role is Role.ROUTE and not entry.secret and (machine := machine_guard(run.program, owner or ref)):
        entry = replace(entry, secret=machine)
    if role is not Role.ROUTE or owner is None or not is_serializer(run.program, owner):
        return entry
    if function.name in {"create", "update"}:
        _validate(run, owner, values)
    return replace(entry, authenticated=True)


def _validate(run: Run, owner: ClassRef, values: dict[str, Term]) -> None:
    """What a serializer's own validation has checked and replaced, before it writes; its view has let the caller in."""
    from isolint.prove.calling import invoke

    method = run.program.method(owner, "validate")
    data = next((value for name, value in values.items() if name in BODY_NAMES), None)
    if method is not None and data is not None and run.can_enter(method):
        invoke(run, run.entry_frame, Bound(method, values["self"]), Given((data,), (), run.entry_span))


def entry_of(
    run: Run,
    role: Role,
    found: list[Guardian],
    values: dict[str, Term],
    ways: Ways = ((),),
    ran: Collection[str] = (),
) -> Entry:
    """An entry point with these guards and inputs; guards in `ran` have said themselves what they check."""
    guarded: set[str] = set()
    for guardian in found:
        if guardian.name not in ran:
            guarded |= _checked_inputs(run, guardian, values)
    return Entry(
        role=role,
        guardians=tuple(found),
        guarded=frozenset(guarded),
        authenticated=any(_identifies(run, g) for g in found)
        or is_closed(run.program, run.entry_frame.path)
        or any(origin(value).kind is Kind.SESSION for value in values.values()),
        inputs=frozenset(name for name, value in values.items() if isinstance(value, Input) and value.part == "path"),
        ways=ways,
        open=any(_is_open(set(split(g.name))) or g.name in OPENING for g in found),
        secret=next((g.name for g in found if set(split(g.name)) & SECRET_WORDS), ""),
        operator=any(guard_is_operator(g.name, names_in(g.term)) for g in found),
    )


def _is_open(words: set[str]) -> bool:
    """Whether a guard's name declares the handler open to anyone."""
    return {"allow", "any"} <= words or {"public", "procedure"} <= words


def _identifies(run: Run, guardian: Guardian) -> bool:
    """Whether a guard finds out who is calling: by its name, or because its body reads the session or a credential."""
    words = set(split(guardian.name))
    if words & OPEN_WORDS or {"allow", "any"} <= words:
        return False
    if words & (LOGIN_WORDS | AUTHORISING_WORDS) or words >= API_KEY:
        return True
    return any(is_session_name(name) or name == "Authorization" for name in _reads(run, guardian.term))


def _injected(ref: FunctionRef, function: Function, values: dict[str, Term]) -> list[Guardian]:
    """Dependencies among the parameters run before the handler as well."""
    from isolint.model.source import Place
    from isolint.prove.entry import guard_name

    return [
        Guardian(value.by, guard_name(value.by), Place(ref.path, function.header))
        for value in values.values()
        if isinstance(value, Injected) and origin(value).kind is Kind.SESSION
    ]


def _checked_inputs(run: Run, guardian: Guardian, values: dict[str, Term]) -> set[str]:
    """The handler's inputs that a guard checks: those that it mentions, and the tenant's when it authorises at all."""
    words = set(split(guardian.name))
    mentioned = names_in(guardian.term) | _mentions(run, guardian.term)
    signed_in = bool(words & LOGIN_WORDS) and words <= LOGIN_WORDS | ASKING_WORDS
    authorises = (bool(words & AUTHORISING_WORDS) and not signed_in) or words >= API_KEY
    about = {word for name in mentioned for word in split(name)}
    checked = set()
    for name in values.keys() | (mentioned | SLUGS if authorises else set()):
        subject = set(split(name)) - {"id", "ids", "uuid", "slug", "key"}
        if (name in mentioned and name not in {"request", "self", "args", "kwargs", "func"}) or (
            authorises
            and (any(map(tenant_word, subject)) or tenant_word(name) or name in SLUGS or (subject and subject <= about))
        ):
            checked.add(name)
    return checked


def _mentions(run: Run, term: Term) -> set[str]:
    """Texts and parameters in the functions and classes that a guard is made of: what it asks the request for."""
    found: set[str] = set()
    for function in _bodies(run, term):
        found |= {parameter.name for parameter in function.parameters}
        found |= {node.value for node in nodes(function) if isinstance(node, Constant) and isinstance(node.value, str)}
    return found


def _reads(run: Run, term: Term) -> set[str]:
    """Names and texts that the functions of a guard use."""
    found: set[str] = set()
    for function in _bodies(run, term):
        for node in nodes(function):
            if isinstance(node, Name):
                found.add(node.id)
            elif isinstance(node, Attribute) and isinstance(node.base, Name) and node.base.id in CONTEXTS:
                found.add(node.name)
            elif isinstance(node, Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _bodies(run: Run, term: Term) -> list[Function]:
    """The functions that a guard's value is made of, with those nested in them."""
    return [
        function
        for part in walk(term, 40)
        for ref in _functions(run, part)
        for qualname, function in run.program.modules[ref.path].functions.items()
        if qualname == ref.qualname or qualname.startswith(ref.qualname + ".<locals>.")
    ]


def _functions(run: Run, part: Term) -> list[FunctionRef]:
    match part:
        case Entity(ref) if isinstance(ref, FunctionRef):
            return [ref]
        case Bound(function, _) | Closed(function, _):
            return [function]
        case Entity(ref) if isinstance(ref, ClassRef):
            return [FunctionRef(ref.path, name) for name in run.program.klass(ref).methods]
        case Object(klass, _, _) if isinstance(klass, ClassRef):
            return [FunctionRef(klass.path, name) for name in run.program.klass(klass).methods]
        case Result(callee, _, _):
            return _functions(run, callee)
        case _:
            return []
