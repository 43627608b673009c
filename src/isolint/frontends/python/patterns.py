"""`match` statements: a chain of branches that test the subject and take it apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from isolint.frontends.python.lowering import Lowering, StatementHandler
from isolint.model import code
from isolint.model.source import Span


@dataclass(slots=True)
class _Matched:
    """What a pattern asks of its subject (all must hold) and which names it binds."""

    tests: list[code.Expression] = field(default_factory=list)
    bindings: list[tuple[code.Name, code.Expression]] = field(default_factory=list)


def _match(lowering: Lowering, node: cst.Match, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    subject = lowering.expression(node.subject)
    if not isinstance(subject, code.Name | code.Attribute):
        # Evaluated once, used in each test: it gets a name that no source can have.
        name = code.Name(subject.at, f"<match:{at.line}:{at.column}>")
        into.append(code.Assign(subject.at, name, subject))
        subject = name
    lowering.depth += len(node.cases)
    cases = [_case(lowering, case, subject) for case in node.cases]
    lowering.depth -= len(node.cases)
    otherwise: tuple[code.Statement, ...] = ()
    for case, (test, then) in zip(reversed(node.cases), reversed(cases), strict=True):
        otherwise = then if test is None else (code.Branch(lowering.at(case), test, then, otherwise),)
    into.extend(otherwise)


def _case(
    lowering: Lowering, node: cst.MatchCase, subject: code.Expression
) -> tuple[code.Expression | None, tuple[code.Statement, ...]]:
    """The test of a case (None if it always holds) and what it does."""
    matched = _Matched()
    _pattern(lowering, node.pattern, subject, matched)
    tests = matched.tests
    bindings: list[code.Statement] = []
    if node.guard is None:
        bindings = [code.Assign(name.at, name, value) for name, value in matched.bindings]
    else:
        # The guard reads what the pattern binds, so that is bound before it.
        guard = lowering.expression(node.guard)
        if matched.bindings:
            binds = tuple([code.Bind(name.at, name, value) for name, value in matched.bindings])
            tests = [*tests, code.Opaque(guard.at, binds)]
        tests = [*tests, guard]
    test = _all(lowering.at(node.pattern), tests) if tests else None
    return test, (*bindings, *lowering.block(node.body.body))


def _all(at: Span, tests: list[code.Expression]) -> code.Expression:
    return tests[0] if len(tests) == 1 else code.Logical(at, "and", tuple(tests))


def _pattern(lowering: Lowering, node: cst.MatchPattern, subject: code.Expression, into: _Matched) -> None:
    match node:
        case cst.MatchValue() | cst.MatchSingleton():
            into.tests.append(code.Compare(lowering.at(node), "eq", subject, lowering.expression(node.value)))
        case cst.MatchAs():
            if node.pattern is not None:
                _pattern(lowering, node.pattern, subject, into)
            _bind(lowering, node.name, subject, into)
        case cst.MatchOr():
            _any(lowering, node, subject, into)
        case cst.MatchList() | cst.MatchTuple():
            _items(lowering, node, subject, into)
        case cst.MatchMapping():
            _entries(lowering, node, subject, into)
        case cst.MatchClass():
            _instance(lowering, node, subject, into)


def _bind(lowering: Lowering, name: cst.Name | None, value: code.Expression, into: _Matched) -> None:
    if name is not None:
        into.bindings.append((code.Name(lowering.at(name), name.value), value))


def _any(lowering: Lowering, node: cst.MatchOr, subject: code.Expression, into: _Matched) -> None:
    at = lowering.at(node)
    patterns = [element.pattern for element in node.patterns]
    values = [pattern.value for pattern in patterns if isinstance(pattern, cst.MatchValue | cst.MatchSingleton)]
    if len(values) == len(patterns):
        listed = code.Sequence(at, tuple([lowering.expression(value) for value in values]))
        into.tests.append(code.Compare(at, "in", subject, listed))
        return
    alternatives: list[code.Expression] = []
    for pattern in patterns:
        matched = _Matched()
        _pattern(lowering, pattern, subject, matched)
        into.bindings.extend(matched.bindings)
        if not matched.tests:
            return
        alternatives.append(_all(lowering.at(pattern), matched.tests))
    into.tests.append(code.Logical(at, "or", tuple(alternatives)))


def _items(lowering: Lowering, node: cst.MatchList | cst.MatchTuple, subject: code.Expression, into: _Matched) -> None:
    at = lowering.at(node)
    into.tests.append(code.Opaque(at, (subject,)))
    stars = [index for index, item in enumerate(node.patterns) if isinstance(item, cst.MatchStar)]
    for index, item in enumerate(node.patterns):
        place = lowering.at(item)
        if isinstance(item, cst.MatchStar):
            _bind(lowering, item.name, code.Index(place, subject, code.Constant(place, None)), into)
            continue
        # Behind a star, items are counted from the end.
        key = index - len(node.patterns) if stars and index > stars[0] else index
        _pattern(lowering, item.value, code.Index(place, subject, code.Constant(place, key)), into)


def _entries(lowering: Lowering, node: cst.MatchMapping, subject: code.Expression, into: _Matched) -> None:
    at = lowering.at(node)
    into.tests.append(code.Opaque(at, (subject,)))
    for element in node.elements:
        place = lowering.at(element)
        _pattern(lowering, element.pattern, code.Index(place, subject, lowering.expression(element.key)), into)
    _bind(lowering, node.rest, code.Opaque(at, (subject,)), into)


def _instance(lowering: Lowering, node: cst.MatchClass, subject: code.Expression, into: _Matched) -> None:
    at = lowering.at(node)
    into.tests.append(code.Opaque(at, (subject, lowering.expression(node.cls))))
    for element in node.patterns:
        if isinstance(element, cst.MatchSequenceElement):
            # Which attribute a positional pattern reads is up to the class; `int(x)` is the subject itself.
            _pattern(lowering, element.value, code.Opaque(lowering.at(element), (subject,)), into)
    for keyword in node.kwds:
        place = lowering.at(keyword)
        _pattern(lowering, keyword.pattern, code.Attribute(place, subject, keyword.key.value), into)


HANDLERS: dict[type[cst.CSTNode], StatementHandler] = {cst.Match: _match}
