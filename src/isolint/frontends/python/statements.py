"""Statements, except definitions, imports and `match`."""

from __future__ import annotations

import libcst as cst

from isolint.frontends.python.lowering import Lowering, StatementHandler
from isolint.frontends.python.operators import AUGMENTED
from isolint.model import code


def _line(
    lowering: Lowering, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, into: list[code.Statement]
) -> None:
    for statement in node.body:
        lowering.statement(statement, into)


def _expression(lowering: Lowering, node: cst.Expr, into: list[code.Statement]) -> None:
    value = lowering.expression(node.value)
    # Docstrings, and the `...` of a body that is none.
    if not isinstance(value, code.Constant) and not isinstance(node.value, cst.Ellipsis):
        into.append(code.Evaluate(lowering.at(node), value))


def _assign(lowering: Lowering, node: cst.Assign, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    value = lowering.expression(node.value)
    into.extend([code.Assign(at, lowering.expression(target.target), value) for target in node.targets])


def _annotated(lowering: Lowering, node: cst.AnnAssign, into: list[code.Statement]) -> None:
    if node.value is not None:
        value = lowering.expression(node.value)
        into.append(code.Assign(lowering.at(node), lowering.expression(node.target), value))


def _augmented(lowering: Lowering, node: cst.AugAssign, into: list[code.Statement]) -> None:
    target, value = lowering.expression(node.target), lowering.expression(node.value)
    into.append(code.Assign(lowering.at(node), target, value, AUGMENTED[type(node.operator)]))


def _type_alias(lowering: Lowering, node: cst.TypeAlias, into: list[code.Statement]) -> None:
    into.append(code.Assign(lowering.at(node), lowering.expression(node.name), lowering.expression(node.value)))


def _return(lowering: Lowering, node: cst.Return, into: list[code.Statement]) -> None:
    into.append(code.Return(lowering.at(node), lowering.optional(node.value)))


def _raise(lowering: Lowering, node: cst.Raise, into: list[code.Statement]) -> None:
    value = lowering.optional(node.exc)
    if node.cause is not None and not isinstance(node.cause.item, cst.Name):
        cause = lowering.expression(node.cause.item)
        into.append(code.Evaluate(cause.at, cause))
    into.append(code.Raise(lowering.at(node), value))


def _assert(lowering: Lowering, node: cst.Assert, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    test = lowering.expression(node.test)
    into.append(code.Branch(at, code.Not(test.at, test), (code.Raise(at, lowering.optional(node.msg)),)))


def _delete(lowering: Lowering, node: cst.Del, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    into.append(code.Evaluate(at, code.Opaque(at, (lowering.expression(node.target),))))


def _break(lowering: Lowering, node: cst.Break, into: list[code.Statement]) -> None:
    into.append(code.Jump(lowering.at(node), "break"))


def _continue(lowering: Lowering, node: cst.Continue, into: list[code.Statement]) -> None:
    into.append(code.Jump(lowering.at(node), "continue"))


def _if(lowering: Lowering, node: cst.If, into: list[code.Statement]) -> None:
    test = lowering.expression(node.test)
    then = lowering.block(node.body.body)
    into.append(code.Branch(lowering.at(node), test, then, _otherwise(lowering, node.orelse)))


def _otherwise(lowering: Lowering, node: cst.If | cst.Else | cst.Finally | None) -> tuple[code.Statement, ...]:
    if node is None:
        return ()
    return lowering.block((node,) if isinstance(node, cst.If) else node.body.body)


def _for(lowering: Lowering, node: cst.For, into: list[code.Statement]) -> None:
    source, target = lowering.expression(node.iter), lowering.expression(node.target)
    body = lowering.block(node.body.body)
    into.append(code.Loop(lowering.at(node), target, source, body, _otherwise(lowering, node.orelse)))


def _while(lowering: Lowering, node: cst.While, into: list[code.Statement]) -> None:
    test = lowering.expression(node.test)
    body = lowering.block(node.body.body)
    into.append(code.Loop(lowering.at(node), None, test, body, _otherwise(lowering, node.orelse)))


def _with(lowering: Lowering, node: cst.With, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    items = [
        (lowering.expression(item.item), None if item.asname is None else lowering.expression(item.asname.name))
        for item in node.items
    ]
    lowering.depth += len(items)
    body = lowering.block(node.body.body)
    lowering.depth -= len(items)
    for value, target in reversed(items):
        body = (code.With(at, value, target, body),)
    into.extend(body)


def _try(lowering: Lowering, node: cst.Try | cst.TryStar, into: list[code.Statement]) -> None:
    body = lowering.block(node.body.body)
    handlers = tuple([_handler(lowering, handler) for handler in node.handlers])
    otherwise = _otherwise(lowering, node.orelse)
    into.append(code.Try(lowering.at(node), body, handlers, otherwise, _otherwise(lowering, node.finalbody)))


def _handler(lowering: Lowering, node: cst.ExceptHandler | cst.ExceptStarHandler) -> code.Handler:
    name = node.name.name.value if node.name is not None and isinstance(node.name.name, cst.Name) else ""
    return code.Handler(lowering.at(node), lowering.optional(node.type), name, lowering.block(node.body.body))


HANDLERS: dict[type[cst.CSTNode], StatementHandler] = {
    cst.SimpleStatementLine: _line,
    cst.SimpleStatementSuite: _line,
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.TypeAlias: _type_alias,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
}
