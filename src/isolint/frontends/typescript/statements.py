"""Statements, except definitions, declarations, switches, imports and exports."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.chains import LONGEST, Link, chained
from isolint.frontends.typescript.lowering import Lowering, StatementHandler, inside
from isolint.model import code


def _return(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    value = lowering.inner(node) if inside(node) else None
    into.append(code.Return(lowering.at(node), value))


def _throw(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    into.append(code.Raise(lowering.at(node), lowering.inner(node)))


def _break(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    into.append(code.Jump(lowering.at(node), "break"))


def _continue(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    into.append(code.Jump(lowering.at(node), "continue"))


def _block(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    into.extend(lowering.body(node))


def _if(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    branches: list[Node] = []
    last: Node | None = node
    while last is not None and last.type == "if_statement":
        branches.append(last)
        alternative = last.child_by_field_name("alternative")
        last = None if alternative is None else next(iter(inside(alternative)), None)
    added = min(len(branches), LONGEST) - 1
    lowering.depth += added
    links = [_link(lowering, branch) for branch in branches]
    otherwise = lowering.body(last)
    lowering.depth -= added
    into.extend(chained(links, otherwise))


def _link(lowering: Lowering, node: Node) -> Link:
    test = lowering.part(node, "condition")
    return Link(lowering.at(node), test, lowering.body(node.child_by_field_name("consequence")))


def _for(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    first, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
    if first is not None:
        lowering.statement(first, into)
    at = lowering.at(node)
    source = code.Constant(at, True) if test is None or test.type == "empty_statement" else lowering.expression(test)
    body = list(lowering.body(node.child_by_field_name("body")))
    step = node.child_by_field_name("increment")
    if step is not None:
        lowering.statement(step, body)
    into.append(code.Loop(at, None, source, tuple(body)))


def _for_each(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    target, source = lowering.part(node, "left"), lowering.part(node, "right")
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type == "in":
        # The names of the fields: what other languages' loops over a mapping yield as well.
        keys = code.Attribute(source.at, code.Name(source.at, "Object"), "keys")
        source = code.Call(source.at, keys, (code.Argument(source),))
    body = lowering.body(node.child_by_field_name("body"))
    into.append(code.Loop(lowering.at(node), target, source, body))


def _while(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    test = lowering.part(node, "condition")
    into.append(code.Loop(lowering.at(node), None, test, lowering.body(node.child_by_field_name("body"))))


def _try(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    body = lowering.body(node.child_by_field_name("body"))
    handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    handlers = () if handler is None else (_handler(lowering, handler),)
    last = () if final is None else lowering.body(final.child_by_field_name("body"))
    into.append(code.Try(lowering.at(node), body, handlers, (), last))


def _handler(lowering: Lowering, node: Node) -> code.Handler:
    parameter = node.child_by_field_name("parameter")
    body = lowering.body(node.child_by_field_name("body"))
    name = ""
    if parameter is not None and parameter.type == "identifier":
        name = lowering.text(parameter)
    elif parameter is not None:
        at = lowering.at(parameter)
        name = f"<error:{at.line}:{at.column}>"
        body = (code.Assign(at, lowering.expression(parameter), code.Name(at, name)), *body)
    return code.Handler(lowering.at(node), None, name, body)


def _labelled(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    body = node.child_by_field_name("body")
    if body is not None:
        lowering.statement(body, into)


def _with(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    value = lowering.part(node, "object")
    into.append(code.Evaluate(value.at, value))
    into.extend(lowering.body(node.child_by_field_name("body")))


def _error(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """What the parser recognised in a region that it could not make sense of."""
    for child in inside(node):
        count = len(into)
        lowering.statement(child, into)
        if len(into) == count and (parts := lowering.opaque(child).parts):
            into.append(code.Evaluate(lowering.at(child), code.Opaque(lowering.at(child), parts)))


HANDLERS: dict[str, StatementHandler] = {
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _break,
    "continue_statement": _continue,
    "statement_block": _block,
    "if_statement": _if,
    "for_statement": _for,
    "for_in_statement": _for_each,
    "while_statement": _while,
    "do_statement": _while,
    "try_statement": _try,
    "labeled_statement": _labelled,
    "with_statement": _with,
    "ERROR": _error,
}
