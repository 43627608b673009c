"""Guards that let only the platform's own operators through."""

from __future__ import annotations

from isolint.model.identifiers import split
from isolint.prove.case import Case
from isolint.prove.columns import Meaning, read_column
from isolint.prove.guards import trusted
from isolint.prove.origins import Kind, is_callers_id, origin
from isolint.prove.terms import (
    Column,
    Entity,
    Global,
    Items,
    Literal,
    Logic,
    Member,
    Negated,
    Outcome,
    Query,
    Result,
    Rows,
    Term,
    Test,
    lookups,
)
from isolint.tenancy.owned import is_administrator

OPERATOR_WORDS = frozenset(
    "superuser superadmin sysadmin platform staff master root internal godmode operator impersonator".split()
)
THINGS = frozenset(
    {"key", "keys", "token", "tokens", "path", "url", "dir", "folder", "node", "element", "error", "errors"}
)
"""A root key or an internal token is no person: it tells which thing was presented."""
OPERATOR_PAIRS = (
    ("super", "user"),
    ("super", "admin"),
    ("system", "admin"),
    ("platform", "admin"),
    ("global", "admin"),
)


def says_operator(name: str) -> bool:
    """Whether an identifier or role names the platform's operators, and not a tenant's own administrators."""
    words = split(name)
    if words and words[-1] in THINGS:
        return False
    if set(words) & OPERATOR_WORDS:
        return True
    return any(pair == words[i : i + 2] for pair in OPERATOR_PAIRS for i in range(len(words) - 1))


def is_operator_check(case: Case, fact: Term) -> bool:
    """Whether a condition (or its negation) tells operators from everybody else."""
    match fact:
        case Negated(operand):
            return is_operator_check(case, operand)
        case Logic(_, operands):
            return all(is_operator_check(case, operand) for operand in operands)
        case Test(_, left, right):
            return any(
                (_operator_roles(side) and _of_caller(case, other))
                or _is_listed(side, other)
                or _is_platform_role(case, side, other)
                for side, other in ((left, right), (right, left))
            )
        case Member(_, name) if name in case.tenancy.operator_flags:
            return True
        case Member(_, name) | Global(name):
            return says_operator(name.rpartition(".")[2])
        case Result() | Outcome():
            return _names_operator(case, fact)
        case Rows(query):
            return _is_of_one_tenant(case, query)
        case _:
            return False


def tells_operator(fact: Term) -> bool:
    """Whether a fact alone, whatever the program's tables are, says that the caller is one of the operators."""
    match fact:
        case Logic("and", operands):
            return any(map(tells_operator, operands))
        case Logic(_, operands):
            return all(map(tells_operator, operands))
        case Test("eq" | "in", left, right):
            sides = ((left, right), (right, left))
            return any(_operator_roles(side) and origin(other).kind is Kind.SESSION for side, other in sides)
        case Member(_, name):
            return says_operator(name) and origin(fact).kind is Kind.SESSION
        case Result() | Outcome():
            return says_operator(_callee(fact)) and origin(fact).kind is Kind.SESSION
        case _:
            return False


def _is_platform_role(case: Case, side: Term, other: Term) -> bool:
    """Whether people who belong to no one tenant are asked for an administrator's role: `user.roles` holds it."""
    if not (isinstance(other, Member) and other.name in case.tenancy.operator_roles and _of_caller(case, other)):
        return False
    roles = side.items if isinstance(side, Items) else (side,)
    return bool(roles) and all(is_administrator(_role_name(role)) for role in roles)


def _role_name(term: Term) -> str:
    if isinstance(term, Literal):
        return term.value if isinstance(term.value, str) else ""
    return term.name.rpartition(".")[2] if isinstance(term, Member | Global) else ""


def _is_listed(side: Term, other: Term) -> bool:
    """Whether the caller is one of the people that the deployment's environment names: it knows no tenants."""
    named = isinstance(other, Member) and split(other.name)[-1:] == ("email",) and origin(other).kind is Kind.SESSION
    return (named or is_callers_id(other)) and origin(side).kind is Kind.ENVIRONMENT


def _is_of_one_tenant(case: Case, query: Query) -> bool:
    """Whether the caller belongs to the one tenant that the code names: the platform's own."""
    table = case.table(query.tables[0]) if query.tables else None
    tests = [test for test in lookups(query) if isinstance(test.left, Column)]
    named = [test for test in tests if isinstance(test.right, Literal) and isinstance(test.right.value, str)]
    return any(is_callers_id(test.right) for test in tests) and any(
        read_column(case, test.left, table).meaning is Meaning.TENANT for test in named if isinstance(test.left, Column)
    )


def _of_caller(case: Case, term: Term) -> bool:
    """Whether a value is the caller's: of the session, or of the row that the session was found by."""
    found = origin(term)
    return found.kind is Kind.SESSION or (found.kind is Kind.ROW and trusted(case, term))


def _operator_roles(term: Term) -> bool:
    """A literal role, or only such roles in a list: one tenant role among them is enough to let tenants in."""
    if isinstance(term, Items):
        return bool(term.items) and all(_operator_roles(item) for item in term.items)
    return says_operator(_role_name(term))


def _names_operator(case: Case, fact: Result | Outcome) -> bool:
    name = _callee(fact)
    return name in case.tenancy.privileged or says_operator(name)


def _callee(fact: Result | Outcome) -> str:
    """The last name of what was called."""
    name = fact.function.qualname if isinstance(fact, Outcome) else getattr(fact.callee, "name", "")
    if isinstance(fact, Result) and isinstance(fact.callee, Entity):
        name = getattr(fact.callee.ref, "qualname", "")
    return str(name).rpartition(".")[2]


def operators_only(case: Case, facts: tuple[Term, ...]) -> Term | None:
    """The fact that lets only operators through, None when there is none."""
    for fact in facts:
        if not isinstance(fact, Negated) and not (isinstance(fact, Test) and fact.operator in {"ne", "not in"}):
            if is_operator_check(case, fact):
                return fact
    return None


def guard_is_operator(name: str, mentioned: set[str]) -> bool:
    """Whether a decorator, dependency or permission class admits only operators; prose in it tells nothing."""
    return says_operator(name) or any(says_operator(word) for word in mentioned if " " not in word.strip())
