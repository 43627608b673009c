"""Literals of collections and comprehensions; assignment targets have the same forms."""

from __future__ import annotations

import libcst as cst

from isolint.frontends.python.lowering import ExpressionHandler, Lowering
from isolint.model import code


def _sequence(lowering: Lowering, node: cst.Tuple | cst.List | cst.Set) -> code.Expression:
    return code.Sequence(lowering.at(node), tuple([_item(lowering, element) for element in node.elements]))


def _item(lowering: Lowering, element: cst.BaseElement) -> code.Expression:
    value = lowering.expression(element.value)
    return code.Spread(lowering.at(element), value) if isinstance(element, cst.StarredElement) else value


def _spread(lowering: Lowering, node: cst.StarredElement) -> code.Expression:
    return code.Spread(lowering.at(node), lowering.expression(node.value))


def _mapping(lowering: Lowering, node: cst.Dict) -> code.Expression:
    return code.Mapping(lowering.at(node), tuple([_entry(lowering, element) for element in node.elements]))


def _entry(lowering: Lowering, element: cst.BaseDictElement) -> code.Entry:
    if isinstance(element, cst.DictElement):
        return code.Entry(lowering.expression(element.key), lowering.expression(element.value))
    return code.Entry(None, lowering.expression(element.value))


def _comprehension(lowering: Lowering, node: cst.GeneratorExp | cst.ListComp | cst.SetComp) -> code.Expression:
    clauses = _clauses(lowering, node.for_in)
    return code.Comprehension(lowering.at(node), lowering.expression(node.elt), clauses)


def _mapping_comprehension(lowering: Lowering, node: cst.DictComp) -> code.Expression:
    clauses = _clauses(lowering, node.for_in)
    key = lowering.expression(node.key)
    return code.Comprehension(lowering.at(node), lowering.expression(node.value), clauses, key)


def _starred_comprehension(lowering: Lowering, node: cst.StarredDictComp) -> code.Expression:
    clauses = _clauses(lowering, node.for_in)
    value = lowering.expression(node.value)
    return code.Comprehension(lowering.at(node), code.Spread(value.at, value), clauses)


def _clauses(lowering: Lowering, first: cst.CompFor) -> tuple[code.Clause, ...]:
    clauses: list[code.Clause] = []
    clause: cst.CompFor | None = first
    while clause is not None:
        target, source = lowering.expression(clause.target), lowering.expression(clause.iter)
        conditions = tuple([lowering.expression(condition.test) for condition in clause.ifs])
        clauses.append(code.Clause(target, source, conditions))
        clause = clause.inner_for_in
    return tuple(clauses)


HANDLERS: dict[type[cst.CSTNode], ExpressionHandler] = {
    cst.Tuple: _sequence,
    cst.List: _sequence,
    cst.Set: _sequence,
    cst.StarredElement: _spread,
    cst.Dict: _mapping,
    cst.GeneratorExp: _comprehension,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _mapping_comprehension,
    cst.StarredDictComp: _starred_comprehension,
}
