"""Finds the sanctioned executors: functions that put a connection into a tenant's schema and hand it on or use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.code import Attribute, Await, Call, Evaluate, Expression, Function, Mapping, Name, Return
from isolint.model.identifiers import split
from isolint.model.source import Place
from isolint.model.tenancy import Executor
from isolint.model.walk import body_of
from isolint.tenancy.flow import Flow, last_name, pieces, text_of
from isolint.tenancy.schemas import sets_path
from isolint.tenancy.search import search_of
from isolint.tenancy.words import tenant_word

TRANSLATE = "schema_translate_map"
SCHEMA_METHODS = frozenset({"set_schema", "set_tenant", "withSchema", "with_schema"})
RUNNERS = frozenset({
    "execute", "executemany", "exec_driver_sql", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val",
    "query", "raw", "unsafe", "$queryRawUnsafe", "$executeRawUnsafe", "execute_raw", "query_raw", "execute_sql",
    "run_sql", "scalar", "scalars",
})  # fmt: skip
CLIENTS = frozenset({"Pool", "Client", "PrismaClient", "DataSource", "Sequelize", "knex", "drizzle"})
"""Calls that make a client."""
TEXT_WRAPPERS = frozenset({"text", "SQL", "TextClause", "raw", "sql"})
BLOCKS = frozenset({"contextmanager", "asynccontextmanager"})
TENANT_NAMES = frozenset({"slug", "schema", "tenant", "subdomain", "database"})
SELF = frozenset({"self", "cls", "this"})
IDENTIFIER_END = re.compile(r"[A-Za-z_][A-Za-z0-9_]*$")
MAX_CHAIN = 3


@dataclass(frozen=True, slots=True)
class FoundExecutor:
    """An executor with the function that it is."""

    executor: Executor
    ref: FunctionRef
    place: Place


def find_executors(program: Program, configured: tuple[Executor, ...]) -> tuple[list[Executor], list[FoundExecutor]]:
    """The configured executors, completed from their bodies, and those that no configuration names."""
    search = _Search(program)
    named = [search.complete(executor) for executor in configured]
    known = {executor.name.rpartition(".")[2] for executor in configured}
    found = [item for item in search.all() if item.executor.name.rpartition(".")[2] not in known]
    return named, found


class _Search:
    """Reads functions on demand; what was read is kept."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._flows: dict[FunctionRef, Flow] = {}
        self._paths: dict[tuple[FunctionRef, int], bool] = {}
        self._may: dict[tuple[FunctionRef, int], bool] = {}
        self._told: dict[FunctionRef, list[Call]] = {}
        self._inner: dict[FunctionRef, dict[int, FunctionRef]] = {}
        self._busy: set[FunctionRef] = set()

    def complete(self, executor: Executor) -> Executor:
        """Fill in what the configuration leaves open; what the project does not define is taken to need no client."""
        last = executor.name.rpartition(".")[2]
        refs = [ref for ref, function in self._program.functions() if function.name == last]
        if not refs:
            return replace(executor, ambient=not executor.sql and not executor.callback)
        body = self._executor(refs[0], executor.tenant)
        if body is None:
            return replace(executor, ambient=_is_ambient(self._program.function(refs[0])))
        if executor.sql or executor.callback:
            body = replace(body, sql=executor.sql, callback=executor.callback)
        return replace(body, name=executor.name, tenant=executor.tenant or body.tenant)

    def all(self) -> Iterator[FoundExecutor]:
        """Every function whose own body makes it an executor."""
        for ref in self._candidates():
            executor = self._executor(ref, "")
            if executor is not None:
                yield FoundExecutor(executor, ref, Place(ref.path, self._program.function(ref).header))

    def _candidates(self) -> list[FunctionRef]:
        """Functions that speak of a schema, and those that call one of them, a few calls away."""
        marked = [
            ref
            for ref, function in self._program.functions()
            if self._program.modules[ref.path].facts.marks and _may_switch(function) and self._mentions(ref)
        ]
        found = dict.fromkeys(marked)
        for _ in range(MAX_CHAIN):
            callers = [c for ref in marked for c in self._program.callers_of(_name_of(ref))]
            marked = [ref for ref in dict.fromkeys(callers) if ref not in found]
            found.update(dict.fromkeys(marked))
        return list(found)

    def _mentions(self, ref: FunctionRef) -> bool:
        flow = self._flow(ref)
        return any(map(sets_path, flow.body.texts)) or any(map(_translates, flow.calls()))

    def _flow(self, ref: FunctionRef) -> Flow:
        if ref not in self._flows:
            self._flows[ref] = Flow(self._program.function(ref))
        return self._flows[ref]

    def _executor(self, ref: FunctionRef, tenant: str) -> Executor | None:
        flow = self._flow(ref)
        switches = self._switches(ref)
        tenant = tenant or _tenant_of(flow, switches)
        if not tenant or not switches:
            return None
        sql, callback = _run_text(flow, tenant), _called(flow, tenant)
        if not sql and not callback and not _is_block(flow.function) and not self._hands_out(ref, flow, tenant):
            return None
        prefix = next((p for _, expression in switches if (p := self._prefix(ref, expression, 0))), "")
        search = search_of(ref, self._flow, self._callee)
        executor = Executor(ref.qualname, tenant, sql, callback, prefix=prefix, search=search)
        return replace(executor, ambient=not sql and not callback and _is_ambient(flow.function))

    def _hands_out(self, ref: FunctionRef, flow: Flow, tenant: str) -> bool:
        """Whether the function returns a client that it, or a function that it calls, put into the schema."""
        makes = any(last_name(call.function) in CLIENTS for call in flow.calls())
        for call in (call for value in flow.returned() for call in flow.results(value)):
            if last_name(call.function) in CLIENTS or (makes and last_name(call.function) == "get"):
                return tenant in flow.sources(call)
            inner = self._callee(ref, call)
            found = self._executor(inner, "") if inner is not None and inner != ref else None
            if found is not None and not found.sql and not found.callback:
                return True
        return False

    def _switches(self, ref: FunctionRef) -> list[tuple[str, Expression]]:
        """The parameters that decide the schema, each with the expression that does."""
        if ref in self._busy or len(self._busy) > MAX_CHAIN:
            return []
        self._busy.add(ref)
        flow = self._flow(ref)
        found = [pair for call in self._telling(ref) for pair in self._switch(ref, flow, call)]
        self._busy.discard(ref)
        return found

    def _telling(self, ref: FunctionRef) -> list[Call]:
        """The calls of a body that could choose a schema."""
        if ref not in self._told:
            calls, inner = self._flow(ref).calls(), self._callees(ref)
            may = self._may_set_path(ref, 0)
            self._told[ref] = [call for call in calls if may or id(call) in inner or _names_switch(call)]
        return self._told[ref]

    def _switch(self, ref: FunctionRef, flow: Flow, call: Call) -> Iterator[tuple[str, Expression]]:
        for argument in call.arguments:
            if argument.name == TRANSLATE or last_name(call.function) in SCHEMA_METHODS:
                yield from ((name, argument.value) for name in flow.sources(argument.value))
        if self._may_set_path(ref, 0) and any(self._sets_path(ref, argument.value) for argument in call.arguments):
            for argument in call.arguments:
                yield from ((name, argument.value) for name in flow.sources(argument.value))
        inner = self._callee(ref, call)
        if inner is not None:
            for name, _ in self._switches(inner):
                given = _argument(self._program.function(inner), call, name)
                if given is not None:
                    yield from ((source, call) for source in flow.sources(given))

    def _sets_path(self, ref: FunctionRef, expression: Expression, depth: int = 0) -> bool:
        """Whether an argument is text that sets the search path, also when a helper puts it together."""
        for node in self._flow(ref).parts(expression):
            if sets_path(text_of(node)):
                return True
            inner = self._callee(ref, node) if isinstance(node, Call) and depth < MAX_CHAIN else None
            if inner is not None and self._returns_path(inner, depth + 1):
                return True
        return False

    def _may_set_path(self, ref: FunctionRef, depth: int) -> bool:
        """Whether any text or call of a body could set the search path; asked before arguments are taken apart."""
        key = (ref, depth)
        if key not in self._may:
            inner = self._callees(ref).values() if depth < MAX_CHAIN else ()
            self._may[key] = any(map(sets_path, self._flow(ref).body.texts)) or any(
                self._returns_path(one, depth + 1) for one in dict.fromkeys(inner)
            )
        return self._may[key]

    def _returns_path(self, ref: FunctionRef, depth: int) -> bool:
        """Whether a function gives text that sets the search path; asked at each call, worked out once a depth."""
        key = (ref, depth)
        if key not in self._paths:
            values = self._flow(ref).returned()
            self._paths[key] = bool(values) and (
                self._may_set_path(ref, depth) and any(self._sets_path(ref, value, depth) for value in values)
            )
        return self._paths[key]

    def _prefix(self, ref: FunctionRef, expression: Expression, depth: int) -> str:
        """The text that is put in front of the tenant to name its schema."""
        flow = self._flow(ref)
        for node in flow.parts(expression):
            if (found := _prefix_in(flow, node)) is not None:
                return found
        for node in flow.parts(expression):
            if isinstance(node, Call) and depth < MAX_CHAIN and (inner := self._callee(ref, node)) is not None:
                values = [*self._flow(inner).returned(), *(e for _, e in self._switches(inner))]
                if found := next((p for value in values if (p := self._prefix(inner, value, depth + 1))), ""):
                    return found
        return ""

    def _callees(self, ref: FunctionRef) -> dict[int, FunctionRef]:
        """The functions of the project that a body calls, by the identity of the call."""
        if ref not in self._inner:
            found = ((id(call), self._resolved(ref, call)) for call in self._flow(ref).calls())
            self._inner[ref] = {key: inner for key, inner in found if inner is not None}
        return self._inner[ref]

    def _callee(self, ref: FunctionRef, call: Call) -> FunctionRef | None:
        """The function of the project that a call of a body goes to."""
        return self._callees(ref).get(id(call))

    def _resolved(self, ref: FunctionRef, call: Call) -> FunctionRef | None:
        symbol = self._program.resolve(ref.path, call.function)
        if isinstance(symbol, FunctionRef):
            return symbol
        owner = self._program.function(ref).owner
        if isinstance(call.function, Attribute) and isinstance(call.function.base, Name) and owner:
            own = FunctionRef(ref.path, f"{owner}.{call.function.name}")
            if call.function.base.id in SELF and own.qualname in self._program.modules[ref.path].functions:
                return own
        return None


def _name_of(ref: FunctionRef) -> str:
    return ref.qualname.rpartition(".")[2]


def _names_switch(call: Call) -> bool:
    """Whether a call is a method that chooses a schema, or has an argument that does."""
    return last_name(call.function) in SCHEMA_METHODS or any(one.name == TRANSLATE for one in call.arguments)


def _may_switch(function: Function) -> bool:
    return bool(function.calls) or any(isinstance(statement, Return) for statement in function.body)


def _translates(call: Call) -> bool:
    return any(argument.name == TRANSLATE and isinstance(argument.value, Mapping) for argument in call.arguments)


def _tenant_of(flow: Flow, switches: list[tuple[str, Expression]]) -> str:
    """The parameter that decides the schema; of several the one that is named like a tenant."""
    other = SELF | {_run_text(flow, "")}
    names = [name for name in dict.fromkeys(name for name, _ in switches) if name not in other]
    named = [name for name in names if tenant_word(name) or set(split(name)) & TENANT_NAMES]
    return (named or names or [""])[0]


def _run_text(flow: Flow, tenant: str) -> str:
    """The parameter whose value is run as SQL text."""
    for call in flow.calls():
        if last_name(call.function) in RUNNERS and call.arguments:
            first = call.arguments[0].value
            if isinstance(first, Call) and first.arguments and last_name(first.function) in TEXT_WRAPPERS:
                first = first.arguments[0].value
            if isinstance(first, Name) and first.id in flow.parameters and first.id != tenant:
                return first.id
    return ""


def _called(flow: Flow, tenant: str) -> str:
    """The parameter that is called as a function."""
    names = (call.function.id for call in flow.calls() if isinstance(call.function, Name))
    return next((name for name in names if name in flow.parameters and name != tenant), "")


def _is_block(function: Function) -> bool:
    return any(last_name(decorator) in BLOCKS for decorator in function.decorators)


def _is_ambient(function: Function) -> bool:
    """Whether a block gives its body no client of its own (`yield` alone)."""
    return _is_block(function) and not any(
        isinstance(node.value, Await) and not isinstance(node.value.value, Call)
        for node in body_of(function).of(Evaluate)
    )


def _argument(function: Function, call: Call, name: str) -> Expression | None:
    """What a call hands over for a parameter."""
    names = [parameter.name for parameter in function.parameters]
    if names[:1] and names[0] in {"self", "cls"}:
        names = names[1:]
    positional = [argument.value for argument in call.arguments if not argument.name and not argument.stars]
    for argument in call.arguments:
        if argument.name == name:
            return argument.value
    at = names.index(name) if name in names else -1
    return positional[at] if 0 <= at < len(positional) else None


def _prefix_in(flow: Flow, node: Expression) -> str | None:
    """For text that ends in an identifier and a parameter: that identifier."""
    parts = pieces(node)
    for before, after in pairwise(parts):
        ending = IDENTIFIER_END.search(text_of(before))
        if ending and flow.sources(after) and not text_of(after):
            return ending.group()
    return None
