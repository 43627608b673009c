"""Names and markers: what an identifier of the tree stands for."""

from __future__ import annotations

from sqlglot import exp

from isolint.frontends.sql.lex import HOLE, PARAMETER
from isolint.frontends.sql.values import parameter_key, readable


def folded(identifier: object) -> str:
    """The name of an identifier as PostgreSQL knows it, '' for anything else."""
    if not isinstance(identifier, exp.Identifier):
        return ""
    name = identifier.name
    return readable(name if identifier.args.get("quoted") else name.lower())


def marker(node: object) -> tuple[str, str] | None:
    """("hole", number) or ("parameter", key) if the node is a bare marker; of several holes in a row, the first."""
    if not isinstance(node, exp.Column) or node.args.get("table") or not isinstance(node.this, exp.Identifier):
        return None
    name = node.this.name
    if parameter := PARAMETER.fullmatch(name):
        return "parameter", parameter_key(parameter)
    if name.startswith("⟦") and not HOLE.sub("", name):
        return "hole", first_hole(name)
    return None


def first_hole(text: str) -> str:
    """The number of the first hole in the text, '' without one."""
    found = HOLE.search(text)
    return found[1] if found else ""
