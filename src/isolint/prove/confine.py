"""Whether the restrictions of a query keep it inside the caller's tenant, and if not, what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isolint.model.access import Operation
from isolint.model.evidence import Reason, Step, Verdict
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, Reading, as_column, read_column, row_column
from isolint.prove.guards import trusted
from isolint.prove.knowing import exhaustive
from isolint.prove.mapping import UNSET
from isolint.prove.origins import Kind, origin
from isolint.prove.restricted import examine_tenant, examine_value
from isolint.prove.show import show
from isolint.prove.stated import stated_scope
from isolint.prove.subqueries import exists_within
from isolint.prove.terms import (
    NULL,
    OUTER,
    Column,
    Either,
    Global,
    Items,
    Literal,
    Logic,
    Negated,
    Outcome,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Where,
    contents,
    walk,
)

NONE = (NULL, Literal(""))
RESTRICTING = {"where", "join"}
TENANT_REASONS = {
    Reason.TENANT_PREDICATE,
    Reason.SCOPED_PARENT,
    Reason.FRAMEWORK_GUARD,
    Reason.DOMINATING_GUARD,
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the restrictions show: the arguments that it is confined, and those that a restriction fails."""

    holds: tuple[Found, ...]
    fails: tuple[Found, ...]


def confined(case: Case, query: Query) -> Found | None:
    """The first argument that the query stays inside the tenant, None when there is none."""
    from isolint.prove.afterwards import checked_before_use

    def first() -> Found | None:
        there = case.fetching(query)
        found = _in_own_schema(there, query) or examine(there, query)
        return found.holds[0] if found.holds else _by_class(case, query) or checked_before_use(case, query)

    return case.answers.ask(query, first)


def _by_class(case: Case, query: Query) -> Found | None:
    table = own_table(case, query)
    return stated_scope(case, query, table) if table is not None else None


def _in_own_schema(case: Case, query: Query) -> Confinement | None:
    """Rows that were fetched in the tenant's own schema are the tenant's."""
    from isolint.prove.schemas import judge_schema

    table = own_table(case, query)
    found = judge_schema(case, query, table) if table is not None else None
    if found is None or found.reason.verdict is not Verdict.SCOPED:
        return None
    return Confinement((found,), ())


def examine(case: Case, query: Query) -> Confinement:
    """Look at each restriction of a query, and at what its joins add."""
    holds: list[Found] = []
    fails: list[Found] = []
    examined = [(where, *_examine(case, query, where.condition)) for where in _restrictions(query)]
    covered = exhaustive([where.optional for where, good, _ in examined if good and where.position in RESTRICTING])
    for where, good, bad in examined:
        if where.position not in RESTRICTING:
            bad = bad or ([Found(Reason.MISPLACED_PREDICATE, good[0].subject, good[0].steps)] if good else [])
            good = []
        elif good and where.optional and _by_kind_of_caller(where):
            step = Step("which restriction applies depends on who is calling", assumed=True)
            good = [Found(good[0].reason, good[0].subject, (*good[0].steps, step))]
        elif good and where.optional and not covered and not _always_there(case, where):
            bad, good = [Found(Reason.OPTIONAL_PREDICATE, good[0].subject, good[0].steps)], []
        elif bad and UNSET in where.optional:
            bad = [_left_out(found) for found in bad]
        holds.extend(good)
        fails.extend(bad)
    for where in query.replaced:
        good, _ = _examine(case, query, where.condition)
        fails.extend(Found(Reason.REPLACED_PREDICATE, found.subject, found.steps) for found in good)
    return Confinement(tuple(holds), tuple(fails))


def _left_out(found: Found) -> Found:
    """A tenant that the request chooses, and that is written so that it may also choose none: that is wrong whoever
    calls the function.
    """
    chosen = found.reason is Reason.TENANT_FROM_REQUEST
    return Found(Reason.OPTIONAL_PREDICATE, found.subject, found.steps) if chosen else found


def _restrictions(query: Query) -> Iterator[Where]:
    yield from query.where
    for join in query.joins:
        for condition in join.on:
            yield Where(condition, "outer join" if join.outer else "join")


def _by_kind_of_caller(where: Where) -> bool:
    """Each kind of caller has a restriction of its own: the condition asks who it is, not whether there is a value."""
    values = {part.right for part in walk(where.condition, 60) if isinstance(part, Test)}
    return all(
        origin(condition).kind is Kind.SESSION
        and isinstance(condition, Result | Outcome | Negated)
        and not values & contents(condition)
        for condition in where.optional
    )


def _always_there(case: Case, where: Where) -> bool:
    """A restriction under a condition is there for every caller who needs it when only operators escape it, or when
    the condition is known to hold where the query runs.
    """
    from isolint.prove.operators import is_operator_check

    return all(condition in case.certain or is_operator_check(case, condition) for condition in where.optional)


def _examine(case: Case, query: Query, condition: Term) -> tuple[list[Found], list[Found]]:
    match condition:
        case Logic("and", operands):
            parts = [_examine(case, query, operand) for operand in operands]
            return [f for good, _ in parts for f in good], [f for _, bad in parts for f in bad]
        case Logic("or", operands):
            return _examine_or(case, query, operands)
        case Literal(False) | Test("in", Column(), Items(())):
            return [Found(Reason.TENANT_PREDICATE, "", (Step("no row can match"),))], []
        case Test(operator, left, right) if operator in {"eq", "in"}:
            return _examine_test(case, query, left, right)
        case Record(entries):
            return _examine_record(case, query, entries)
        case Result(Global("exists"), (Query() as inner, *_)) | Rows(Query() as inner) | (Query() as inner):
            return exists_within(case, inner), []
        case Result():
            return _examine_opaque(case, condition)
        case Either(options, _):
            good, bad = _examine_or(case, query, options)
            if not good and _value_or_none(options):
                return [], []
            return good, [Found(Reason.REPLACED_PREDICATE, f.subject, f.steps) for f in bad]
        case _:
            return [], []


def _examine_or(case: Case, query: Query, operands: tuple[Term, ...]) -> tuple[list[Found], list[Found]]:
    """An OR confines when each branch does; a branch for rows of no tenant (defaults for all) counts as one."""
    parts = [_examine(case, query, operand) for operand in operands]
    good = [found for found, _ in parts if found]
    if not good:
        return [], [f for _, bad in parts for f in bad]
    rest = [operand for operand, (found, _) in zip(operands, parts, strict=True) if not found]
    if rest and all(_by_unique_value(case, operand) for operand in rest):
        step = Step("other rows are admitted by a value of the tenant's own, which no other tenant has", assumed=True)
        return [Found(good[0][0].reason, good[0][0].subject, (*good[0][0].steps, step))], []
    if all(_is_default_row(case, query, operand) for operand in rest):
        return good[0], []
    if all(found[0].reason not in TENANT_REASONS or not found[0].subject for found in good):
        return [], []
    chosen = [f for found, bad in parts if not found for f in bad if f.reason is Reason.TENANT_FROM_REQUEST]
    if chosen:
        return [], chosen
    if any(_by_what_rows_say(case, operand) for operand in rest):
        return [], []
    return [], [Found(Reason.WIDENED_PREDICATE, good[0][0].subject, good[0][0].steps)]


def _by_unique_value(case: Case, operand: Term) -> bool:
    """Whether a branch asks for a value of the tenant's rows that is unique over all tenants."""
    for test in walk(operand):
        column = row_column(test.right) if isinstance(test, Test) and test.operator == "eq" else None
        table = read_column(case, column, None).table if column is not None else None
        held = table.columns.get(column.path[-1]) if table is not None and column is not None else None
        if held is not None and held.unique and isinstance(test, Test) and trusted(case, test.right):
            return True
    return False


def _by_what_rows_say(case: Case, operand: Term) -> bool:
    """Whether a branch asks for what a row of the tenant says (`email: team.mailbox`): how far, is not told."""
    tests = [part for part in walk(operand) if isinstance(part, Test) and part.operator in {"eq", "in"}]
    return any(origin(test.right).kind is Kind.ROW and trusted(case, test.right) for test in tests)


def _value_or_none(options: tuple[Term, ...]) -> bool:
    """Whether alternatives ask one column for a value, or for having none: neither replaces the other."""
    ways = [option.operands if isinstance(option, Logic) else (option,) for option in options]
    tests = [[part for part in way if isinstance(part, Test) and part.operator == "eq"] for way in ways]
    if any(len(way) != len(found) for way, found in zip(ways, tests, strict=True)):
        return False
    columns = {test.left for found in tests for test in found}
    return len(columns) == 1 and any(all(test.right in NONE for test in found) for found in tests)


def _is_default_row(case: Case, query: Query, operand: Term) -> bool:
    """`tenant IS NULL`: rows that belong to nobody."""
    if isinstance(operand, Logic) and operand.operator == "and":
        return any(_is_default_row(case, query, part) for part in operand.operands)
    if not (isinstance(operand, Test) and isinstance(operand.left, Column)):
        return False
    reading = read_column(case, operand.left, case.table(query.tables[0]) if query.tables else None)
    is_null = operand.operator == "eq" and operand.right == NULL
    return reading.meaning is Meaning.TENANT and (is_null or operand.left.path[-1].endswith("isnull"))


def _examine_record(
    case: Case, query: Query, entries: tuple[tuple[Term | None, Term, tuple[Term, ...]], ...]
) -> tuple[list[Found], list[Found]]:
    holds: list[Found] = []
    fails: list[Found] = []
    for key, value, _ in entries:
        if isinstance(key, Literal) and isinstance(key.value, str):
            good, bad = _examine_test(case, query, Column(None, (key.value,)), value)
        elif key is not None and _is_tenant(case, value):
            good, bad = examine_tenant(case, show(key), value, origin(value))
        else:
            continue
        holds.extend(good)
        fails.extend(bad)
    return holds, fails


def _is_tenant(case: Case, value: Term) -> bool:
    """Whether a value is a tenant's own row: a column that is only named at run time, and that it may equal, is the
    tenant's.
    """
    rows = [part for part in contents(value) if isinstance(part, Rows)]
    return any(table.name in case.tenancy.roots for row in rows if (table := own_table(case, row.query)) is not None)


def _examine_opaque(case: Case, condition: Result) -> tuple[list[Found], list[Found]]:
    """A restriction of unknown code that is given something of the caller's is taken to confine."""
    for operand in condition.operands():
        if origin(operand).kind is Kind.SESSION:
            step = Step(f"`{show(condition)}` is given the caller's `{show(operand)}`", assumed=True)
            return [Found(Reason.TENANT_PREDICATE, show(operand), (step,))], []
    return [], []


def _examine_test(case: Case, query: Query, left: Term, right: Term) -> tuple[list[Found], list[Found]]:
    left, right = as_column(left), as_column(right)
    if isinstance(right, Column) and not isinstance(left, Column):
        left, right = right, left
    if not isinstance(left, Column):
        return [], []
    primary = case.table(query.tables[0]) if query.tables else None
    reading = read_column(case, left, primary)
    if isinstance(right, Column):
        return _examine_equation(case, query, reading, read_column(case, right, primary), right)
    if isinstance(right, Result) and right.callee == Global("subquery"):
        return [], []
    if right == NULL and reading.meaning is Meaning.TENANT and query.operation is Operation.READ:
        return [Found(Reason.SHARED_TABLE, reading.name, (Step(f"rows without `{reading.name}` are everybody's"),))], []
    return examine_value(case, reading, left, right)


def _examine_equation(
    case: Case, query: Query, left: Reading, right: Reading, column: Column
) -> tuple[list[Found], list[Found]]:
    """Column = column restricts nothing by itself, except that a subquery's tenant is that of the query around it."""
    if left.meaning is Meaning.TENANT and right.meaning is Meaning.TENANT and column.table == OUTER:
        step = Step("the tenant is that of the query around it")
        return [Found(Reason.SCOPED_PARENT, left.name, (step,))], []
    if column.table == OUTER and (left.meaning in {Meaning.KEY, Meaning.PARENT} or column.path[-1] in {"pk", "id"}):
        step = Step("its rows are those of the query around it, by their keys")
        return [Found(Reason.SCOPED_PARENT, left.name, (step,))], []
    return [], []


def own_table(case: Case, query: Query) -> Table | None:
    """The query's own table."""
    return case.table(query.tables[0]) if query.tables else None
