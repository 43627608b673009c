"""JSX: an `Opaque` of the expressions in it, however deep the elements nest."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside
from isolint.model import code

_HOLES = frozenset(("jsx_expression", "spread_element"))
_WITHOUT_EXPRESSIONS = frozenset(
    ("jsx_text", "html_character_reference", "property_identifier", "string", "jsx_closing_element")
)


def _element(lowering: Lowering, node: Node) -> code.Expression:
    parts: list[code.Expression] = []
    pending = [node]
    while pending:
        child = pending.pop()
        if child.type in _HOLES:
            parts.extend([lowering.expression(each) for each in inside(child)])
        elif child.type not in _WITHOUT_EXPRESSIONS:
            named = child.child_by_field_name("name")
            pending.extend([each for each in reversed(inside(child)) if each != named])
    return code.Opaque(lowering.at(node), tuple([part for part in parts if not isinstance(part, code.Constant)]))


HANDLERS: dict[str, ExpressionHandler] = {
    "jsx_element": _element,
    "jsx_self_closing_element": _element,
    "jsx_expression": _element,
}
