"""Classes: their fields and methods, also those that stand under an `if` or `try` of the class body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import libcst as cst

from isolint.frontends.python.functions import definition_span, lower_function
from isolint.frontends.python.lowering import Lowering, Scope, StatementHandler
from isolint.frontends.python.operators import AUGMENTED
from isolint.model import code
from isolint.model.source import Span

_CLAUSES = (cst.If, cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase, cst.WithItem)


@dataclass(slots=True)
class _Members:
    """What a class body holds; `rest` is what runs in it besides."""

    qualname: str
    fields: list[code.Field] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    rest: list[code.Statement] = field(default_factory=list)


def _define(lowering: Lowering, node: cst.ClassDef, into: list[code.Statement]) -> None:
    """A class statement; expressions that its body only evaluates become the enclosing body's."""
    rest: list[code.Statement] = []
    defined = _class(lowering, node, lowering.scope.function, rest)
    into.append(code.Define(defined.at, defined.name, defined.qualname))
    into.extend(rest)


def _class(lowering: Lowering, node: cst.ClassDef, parent: str, rest: list[code.Statement]) -> code.Class:
    qualname = lowering.declare(node.name.value)
    at = definition_span(lowering, node)
    outer = lowering.scope
    with lowering.entered(Scope(outer.prefix, outer.function)):
        decorators = tuple([lowering.expression(decorator.decorator) for decorator in node.decorators])
        bases = tuple([_base(lowering, base) for base in node.bases])
        keywords = tuple([_keyword(lowering, keyword) for keyword in node.keywords])
    members = _Members(qualname, rest=rest)
    with lowering.entered(Scope(f"{qualname}.", outer.function, qualname, outer.calls)):
        _collect(lowering, node.body, members)
    defined = code.Class(
        qualname=qualname,
        name=node.name.value,
        at=at,
        bases=bases,
        keywords=keywords,
        decorators=decorators,
        fields=tuple(members.fields),
        methods=tuple(members.methods),
        parent=parent,
    )
    lowering.classes.append(defined)
    return defined


def _base(lowering: Lowering, argument: cst.Arg) -> code.Expression:
    value = lowering.expression(argument.value)
    return code.Spread(lowering.at(argument), value) if argument.star else value


def _keyword(lowering: Lowering, argument: cst.Arg) -> code.Argument:
    name = "" if argument.keyword is None else argument.keyword.value
    return code.Argument(lowering.expression(argument.value), name, len(argument.star))


def _collect(lowering: Lowering, suite: cst.BaseSuite, members: _Members) -> None:
    for node in suite.body:
        for member in node.body if isinstance(node, cst.SimpleStatementLine) else (node,):
            _member(lowering, member, members)


def _member(lowering: Lowering, node: cst.CSTNode, members: _Members) -> None:
    if isinstance(node, cst.FunctionDef):
        members.methods.append(lower_function(lowering, node).qualname)
    elif isinstance(node, cst.ClassDef):
        _class(lowering, node, members.qualname, members.rest)
    elif isinstance(node, cst.Assign | cst.AnnAssign | cst.AugAssign) and _is_field(node):
        members.fields.extend(_fields(lowering, node))
    elif isinstance(node, cst.BaseSmallStatement):
        lowering.statement(node, members.rest)
    else:
        _search(lowering, node, members)


def _search(lowering: Lowering, node: cst.CSTNode, members: _Members) -> None:
    """Members in a compound statement or a clause of one."""
    for child in node.children:
        if isinstance(child, cst.BaseSuite):
            _collect(lowering, child, members)
        elif isinstance(child, cst.BaseExpression):
            _evaluate(lowering, child, members.rest)
        elif isinstance(child, _CLAUSES):
            _search(lowering, child, members)


def _evaluate(lowering: Lowering, node: cst.BaseExpression, into: list[code.Statement]) -> None:
    value = lowering.expression(node)
    if not isinstance(value, code.Name | code.Constant):
        into.append(code.Evaluate(value.at, value))


def _is_field(node: cst.Assign | cst.AnnAssign | cst.AugAssign) -> bool:
    targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else [node.target]
    return all(isinstance(target, cst.Name | cst.Tuple | cst.List) for target in targets)


def _fields(lowering: Lowering, node: cst.Assign | cst.AnnAssign | cst.AugAssign) -> list[code.Field]:
    at = lowering.at(node)
    # The calls made for a field are found in the class, not in the function around it.
    with lowering.entered(replace(lowering.scope, calls={})):
        value = lowering.optional(node.value)
        if isinstance(node, cst.Assign):
            targets = [lowering.expression(target.target) for target in node.targets]
            return [each for target in targets for each in _assigned(at, target, value)]
        target = lowering.expression(node.target)
        if isinstance(node, cst.AnnAssign):
            return list(_assigned(at, target, value, lowering.expression(node.annotation.annotation)))
        if value is not None:
            value = code.Operation(at, AUGMENTED[type(node.operator)], target, value)
        return list(_assigned(at, target, value))


def _assigned(
    at: Span, target: code.Expression, value: code.Expression | None, annotation: code.Expression | None = None
) -> Iterator[code.Field]:
    """The fields that an assignment makes; a target of several names takes the value apart."""
    if isinstance(target, code.Name):
        yield code.Field(at, target.id, annotation, value)
    elif isinstance(target, code.Sequence) and value is not None:
        items = value.items if isinstance(value, code.Sequence) else ()
        for index, item in enumerate(target.items):
            fits = len(items) == len(target.items)
            yield from _assigned(at, item, items[index] if fits else code.Index(at, value, code.Constant(at, index)))


STATEMENTS: dict[type[cst.CSTNode], StatementHandler] = {cst.ClassDef: _define}
