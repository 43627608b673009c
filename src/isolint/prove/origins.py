"""Where a value comes from, and so whether a caller can choose it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from isolint.frameworks import FRAMEWORKS
from isolint.model.identifiers import split
from isolint.orms import LAYERS
from isolint.prove.terms import (
    Bound,
    Closed,
    Column,
    Computed,
    Each,
    Either,
    Entity,
    Global,
    Injected,
    Input,
    Item,
    Items,
    Literal,
    Logic,
    Lost,
    Mapped,
    Maybe,
    Member,
    Negated,
    Object,
    Outcome,
    Passed,
    Pending,
    Query,
    Record,
    Result,
    Rows,
    SqlTable,
    Term,
    Test,
    Text,
    Unknown,
)


class Kind(IntEnum):
    """Kinds of origin; of several that meet in one value the highest decides."""

    CONSTANT = 0
    ENVIRONMENT = 1
    SESSION = 2
    ROW = 3
    UNKNOWN = 4
    CALLER = 5
    REQUEST = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """A kind, the part of the request, the rows it was read from, and whether it is inferred from a name alone."""

    kind: Kind
    part: str = ""
    rows: tuple[Rows, ...] = ()
    assumed: bool = False


REQUEST_PARTS = {name: part.value for framework in FRAMEWORKS for name, part in framework.request.items()}
REQUEST_OBJECTS = frozenset(name for framework in FRAMEWORKS for name in framework.requests)
REQUEST_READERS = {name: part.value for framework in FRAMEWORKS for name, part in framework.readers.items()}
TRUSTED = "isolint.trusted"
"""Under this name stands what the configuration states to be the caller's own tenant."""
SESSION_OBJECTS = frozenset((TRUSTED, *(name for framework in FRAMEWORKS for name in framework.session)))
SESSION_WORDS = frozenset(
    "current auth authenticated authorized identity principal viewer caller me jwt claims subject logged session "
    "credentials actor authed signed".split()
)
SIGNED_CALLS = frozenset(
    "decode verify authenticate unsign loads_signed validate_token get_jwt_identity introspect".split()
)
IDENTITY_WORDS = frozenset(
    "user org organization organisation tenant workspace team account company member membership admin identity".split()
)
FETCHES = frozenset(name for layer in LAYERS for name in layer.sure)
"""What only a client's delegate is asked: its answer is a row, wherever that is from, and nothing of the question."""
SQL_CONSTANTS = frozenset({"true", "false", "null"})
VERIFYING = frozenset({"verify", "authenticate", "introspect"})
PRESENTED = frozenset({"header", "cookie"})
"""Parts of a request in which credentials are sent: who verifies one learns who is calling."""
ENVIRONMENT_NAMES = ("os.environ", "os.getenv", "settings", "config", "django.conf.settings", "process.env")
HEADERS = frozenset({"authorization", "host", "origin", "referer", "cookie"})
"""Headers that are asked for by name, like all names with a hyphen."""
CONSTANT = Origin(Kind.CONSTANT)
UNKNOWN = Origin(Kind.UNKNOWN)
SESSION = Origin(Kind.SESSION)
MAX_DEPTH = 14


@lru_cache(maxsize=1 << 15)
def origin(term: Term, depth: int = 0) -> Origin:
    """The origin of a value."""
    if depth > MAX_DEPTH:
        return UNKNOWN
    deeper = depth + 1
    match term:
        case Literal() | Entity() | Bound() | Closed():
            return CONSTANT
        case Input():
            return _input(term)
        case Injected():
            return _injected(term, deeper)
        case Global(name):
            return _global(name)
        case Member(base, name):
            return _member(base, name, deeper)
        case Item(base, key):
            return _item(base, key, deeper)
        case Rows():
            return Origin(Kind.ROW, rows=(term,))
        case Query():
            return Origin(Kind.ROW, rows=(Rows(term),))
        case Result():
            return _result(term, deeper)
        case Outcome(_, arguments, returns):
            values = [value for value, _ in returns if not isinstance(value, Literal)]
            return worst(origin(value, deeper) for value in values or arguments)
        case Either(options, _):
            return worst(origin(option, deeper) for option in options)
        case Each(source):
            return origin(source, deeper)
        case Mapped(element, _, _):
            return origin(element, deeper)
        case Maybe(value, _) | Pending(value, _) | Passed(value) | Lost(value, _, _):
            return origin(value, deeper)
        case Text(parts) | Items(parts) | Computed(_, parts) | Logic(_, parts):
            return worst(origin(part, deeper) for part in parts)
        case Record(entries):
            return worst(origin(value, deeper) for _, value, _ in entries)
        case Object(_, fields, _):
            return origin(fields, deeper)
        case Test(_, left, right):
            return worst((origin(left, deeper), origin(right, deeper)))
        case Negated(operand):
            return origin(operand, deeper)
        case Column() | SqlTable():
            return CONSTANT
        case Unknown():
            return UNKNOWN
        case _:
            return UNKNOWN


def worst(origins: Iterable[Origin]) -> Origin:
    """The origin that decides when several meet; rows are kept together."""
    found = list(origins)
    if not found:
        return CONSTANT
    top = max(found, key=lambda o: o.kind)
    rows = tuple(dict.fromkeys(row for o in found if o.kind is Kind.ROW for row in o.rows))
    return Origin(top.kind, top.part, rows, any(o.assumed for o in found))


def _input(term: Input) -> Origin:
    if term.part == "request":
        return UNKNOWN
    if term.part == "injected":
        return Origin(Kind.SESSION, assumed=True)
    if term.part:
        return Origin(Kind.REQUEST, term.part)
    if is_session_name(term.name):
        return Origin(Kind.SESSION, assumed=True)
    return Origin(Kind.CALLER)


def _injected(term: Injected, depth: int) -> Origin:
    """A dependency is the caller's identity when it is named so or reads credentials; else what it returns."""
    value = origin(term.value, depth)
    if _names_caller(term.name) or _names_caller(callee_name(term.by)):
        return Origin(Kind.SESSION, rows=value.rows)
    if value.kind in {Kind.REQUEST, Kind.ROW}:
        return value
    if set(split(term.name)) & IDENTITY_WORDS:
        return Origin(Kind.SESSION, assumed=True)
    return value if value.kind is not Kind.CONSTANT else UNKNOWN


def _names_caller(name: str) -> bool:
    """As `is_session_name`, but a dependency that is a mere `session` is one of the database."""
    return is_session_name(name) and bool(set(split(name)) & (SESSION_WORDS - {"session"}))


def _global(name: str) -> Origin:
    if name in SESSION_OBJECTS or any(name.startswith(known + ".") for known in SESSION_OBJECTS):
        return SESSION
    if name.startswith(tuple(REQUEST_OBJECTS)):
        return _request_attribute(name)
    if name.startswith(ENVIRONMENT_NAMES) or ".settings." in name or ".env." in name or name.isupper():
        return Origin(Kind.ENVIRONMENT)
    if is_session_name(name.rpartition(".")[2]):
        return Origin(Kind.SESSION, assumed=True)
    base = name.rpartition(".")[0]
    return _global(base) if base else UNKNOWN


def _request_attribute(name: str) -> Origin:
    """`flask.request.args` by its dotted name."""
    for known in REQUEST_OBJECTS:
        if name.startswith(known + "."):
            return _of_request(name[len(known) + 1 :].split(".")[0])
    return UNKNOWN


def _of_request(name: str) -> Origin:
    if "-" in name or name.lower() in HEADERS:
        return Origin(Kind.REQUEST, "header")
    if name in REQUEST_PARTS:
        return Origin(Kind.REQUEST, REQUEST_PARTS[name])
    return Origin(Kind.SESSION, assumed=name not in {"user", "auth"})


def is_request(term: Term) -> bool:
    """Whether the term is a request object."""
    match term:
        case Input(_, "request", _):
            return True
        case Global(name):
            return name in REQUEST_OBJECTS
        case Member(_, name) | Item(Input("context", _, _), Literal(name)):
            return name in {"request", "_request", "req"}
        case Injected(name, _, _):
            return name in {"request", "req"}
        case _:
            return False


def _member(base: Term, name: str, depth: int) -> Origin:
    if is_request(base):
        return _of_request(name)
    if isinstance(base, Object):
        return _of_self(name, origin(base.fields, depth))
    if isinstance(base, Record) and (open_to := [v for key, v, _ in base.entries if not isinstance(key, Literal)]):
        return worst(origin(value, depth) for value in open_to)
    inner = origin(base, depth)
    if inner.kind is Kind.UNKNOWN and is_session_name(name):
        return Origin(Kind.SESSION, assumed=True)
    return inner


def _of_self(name: str, fields: Origin) -> Origin:
    """An attribute of the handler itself that the project does not assign: `self.kwargs`, `self.current_user`."""
    if name == "kwargs":
        return Origin(Kind.REQUEST, "path")
    if is_session_name(name) or set(split(name)) & IDENTITY_WORDS:
        return Origin(Kind.SESSION, assumed=True)
    return UNKNOWN if fields.kind in {Kind.CONSTANT, Kind.REQUEST} else fields


def _item(base: Term, key: Term, depth: int) -> Origin:
    if is_request(base) and isinstance(key, Literal) and isinstance(key.value, str):
        return _of_request(key.value)
    inner = origin(base, depth)
    if inner.kind is Kind.CONSTANT:
        return origin(key, depth)
    return inner


def _result(term: Result, depth: int) -> Origin:
    name = callee_name(term.callee)
    if name in SQL_CONSTANTS and not term.operands():
        return CONSTANT
    if is_session_name(name) or name in SIGNED_CALLS or _is_signed(term.callee):
        return Origin(Kind.SESSION, assumed=True)
    found = [origin(operand, depth) for operand in _fields(term)]
    if set(split(name)) & VERIFYING and any(operand.part in PRESENTED for operand in found):
        return Origin(Kind.SESSION, assumed=True)
    operands = worst(found)
    if isinstance(term.callee, Member):
        receiver = origin(term.callee, depth)
        if receiver.kind not in {Kind.UNKNOWN, Kind.CONSTANT}:
            return worst((receiver, operands))
        if name in FETCHES:
            return UNKNOWN
    elif isinstance(term.callee, Global):
        if term.callee.name in REQUEST_READERS:
            return Origin(Kind.REQUEST, REQUEST_READERS[term.callee.name])
        receiver = _global(term.callee.name)
        if receiver.kind in {Kind.REQUEST, Kind.SESSION, Kind.ENVIRONMENT}:
            return receiver
    return operands if operands.kind is not Kind.CONSTANT else UNKNOWN


def _fields(term: Result) -> Iterator[Term]:
    """What a call is given, objects of named values taken apart."""
    for operand in term.operands():
        if isinstance(operand, Record):
            yield from (value for _, value, _ in operand.entries)
        else:
            yield operand


def _is_signed(callee: Term) -> bool:
    """Calls that verify what they are given, by the module they come from: `signing.loads`,
    `stripe.Webhook.construct_event`.
    """
    name = callee.name if isinstance(callee, Global) else callee_name(callee) if isinstance(callee, Member) else ""
    return not {"signing", "itsdangerous", "jwt", "construct"}.isdisjoint(split(name))


def callee_name(term: Term) -> str:
    """The last name of what is called, '' when it has none."""
    match term:
        case Entity(ref):
            return getattr(ref, "qualname", "").rsplit(".", 1)[-1]
        case Bound(function, _):
            return function.qualname.rsplit(".", 1)[-1]
        case Global(name) | Member(_, name):
            return name.rpartition(".")[2]
        case Result(callee, _, _):
            return callee_name(callee)
        case Object(klass, _, _):
            return klass.name
        case _:
            return ""


def is_session_name(name: str) -> bool:
    """Whether a name says that the value is the authenticated caller (`current_user`, `auth_subject`), not data
    about one.
    """
    words = split(name)
    if not words or words[-1] in {"id", "ids"}:
        return bool(set(words[:-1]) & {"current", "auth", "authenticated"})
    return bool(set(words) & SESSION_WORDS) and not set(words) & {
        "factory",
        "maker",
        "db",
        "sql",
        "local",
        "engine",
        "database",
    }


def is_callers_id(term: Term) -> bool:
    """Whether a value is the id of the person who is calling: `request.user.id`, `session.userId`."""
    if not isinstance(term, Member) or origin(term).kind is not Kind.SESSION:
        return False
    words = split(term.name)
    person = split(term.base.name)[-1:] if isinstance(term.base, Member | Input) else ()
    return words in {("user", "id"), ("sub",)} or (words in {("id",), ("uuid",)} and person in {("user",), ("me",)})
