"""`switch` statements: chains of branches, in which a `break` ends the case and a case may run on into the next."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from isolint.frontends.typescript.chains import LONGEST, Link, chained
from isolint.frontends.typescript.lowering import Lowering, StatementHandler
from isolint.model import code
from isolint.model.source import Span

MOST_RUN_ON = 200
"""Statements that a case may take over from those it runs on into; long runs would repeat the switch many times."""

DEEPEST_BREAKS = 10
"""Conditional breaks in a row that are turned into branches; each nests the rest of its case one level deeper."""


class _Case(NamedTuple):
    """Cases that share their statements; `tests` is empty for the default alone."""

    at: Span
    tests: tuple[code.Expression, ...]
    default: bool
    body: tuple[code.Statement, ...]


def _switch(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    subject = lowering.part(node, "value")
    if not isinstance(subject, code.Name | code.Attribute | code.Constant):
        # Evaluated once, used in each test: it gets a name that no source can have.
        name = code.Name(subject.at, f"<match:{at.line}:{at.column}>")
        into.append(code.Assign(subject.at, name, subject))
        subject = name
    body = node.child_by_field_name("body")
    clauses = (
        [] if body is None else [child for child in body.children if child.type in ("switch_case", "switch_default")]
    )
    added = min(len(clauses), LONGEST)
    lowering.depth += added
    cases = _run_on(_grouped(lowering, clauses, subject))
    lowering.depth -= added
    links = [Link(case.at, _any(case), case.body) for case in cases if not case.default]
    otherwise = next((case.body for case in cases if case.default), ())
    into.extend(chained(links, otherwise))


def _grouped(lowering: Lowering, clauses: list[Node], subject: code.Expression) -> list[_Case]:
    cases: list[_Case] = []
    tests: list[code.Expression] = []
    first: Node | None = None
    default = False
    for clause in clauses:
        first = first or clause
        value = clause.child_by_field_name("value")
        if value is None:
            default = True
        else:
            tests.append(_test(lowering, value, subject))
        body = clause.children_by_field_name("body")
        if body or clause is clauses[-1]:
            cases.append(_Case(lowering.positions.between(first, clause), tuple(tests), default, lowering.block(body)))
            tests, first, default = [], None, False
    return cases


def _test(lowering: Lowering, node: Node, subject: code.Expression) -> code.Expression:
    value = lowering.expression(node)
    if isinstance(subject, code.Constant) and subject.value is True:
        return value
    return code.Compare(value.at, "eq", subject, value)


def _any(case: _Case) -> code.Expression:
    return case.tests[0] if len(case.tests) == 1 else code.Logical(case.at, "or", case.tests)


def _run_on(cases: list[_Case]) -> list[_Case]:
    """The cases with what each runs on into, and without the `break` at their ends."""
    settled: list[_Case] = []
    following: tuple[code.Statement, ...] = ()
    for case in reversed(cases):
        body = _without_breaks(case.body)
        if not _ends(case.body) and len(following) <= MOST_RUN_ON:
            body = (*body, *following)
        settled.append(case._replace(body=body))
        following = body
    return settled[::-1]


def _without_breaks(statements: tuple[code.Statement, ...], levels: int = 0) -> tuple[code.Statement, ...]:
    """The same statements with a `break`, also one under a condition, turned into not doing the rest."""
    if levels > DEEPEST_BREAKS:
        return statements
    for index, statement in enumerate(statements):
        if _is_break(statement):
            return statements[:index]
        if isinstance(statement, code.Branch) and (_breaks(statement.then) or _breaks(statement.otherwise)):
            rest = statements[index + 1 :]
            then, otherwise = (
                _without_breaks(side if _ends(side) else side + rest, levels + 1)
                for side in (statement.then, statement.otherwise)
            )
            return (*statements[:index], code.Branch(statement.at, statement.test, then, otherwise))
    return statements


def _breaks(statements: tuple[code.Statement, ...]) -> bool:
    return bool(statements) and _is_break(statements[-1])


def _is_break(statement: code.Statement) -> bool:
    return isinstance(statement, code.Jump) and statement.kind == "break"


def _ends(statements: tuple[code.Statement, ...]) -> bool:
    """Whether the end of the statements is never reached."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, code.Branch):
        return _ends(last.then) and _ends(last.otherwise)
    if isinstance(last, code.Try):
        return _ends(last.final) or (_ends(last.body) and all(_ends(handler.body) for handler in last.handlers))
    return isinstance(last, code.Return | code.Raise | code.Jump)


STATEMENTS: dict[str, StatementHandler] = {"switch_statement": _switch}
