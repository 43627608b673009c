"""Methods that look rows up by whatever columns their keyword arguments name: `Model.find(tenant_id=…, id=…)`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef
from isolint.model.code import Attribute, Call, Compare, Expression, Function, Loop, Name, Operation
from isolint.model.code import Sequence as Listed
from isolint.model.walk import nodes
from isolint.prove.terms import NULL, Entity, Term

if TYPE_CHECKING:
    from isolint.prove.run import Run

READS = frozenset({"getattr", "attrgetter"})
RESTRICTS = frozenset({"where", "filter", "filter_by"})


def keyword_lookups(
    run: Run, model: Term, method: str, keywords: tuple[tuple[str, Term], ...]
) -> tuple[tuple[str, Term], ...] | None:
    """The columns and values of a call of the model's own look-up by keywords; None when the method is no such one."""
    ref = model.ref if isinstance(model, Entity) and isinstance(model.ref, ClassRef) else None
    own = run.program.method(ref, method) if ref is not None else None
    if own is None or not looks_up_by_keywords(run.program.function(own)):
        return None
    named = {parameter.name for parameter in run.program.function(own).parameters}
    return tuple((name, value) for name, value in keywords if name not in named and value != NULL)


@lru_cache(maxsize=4096)
def looks_up_by_keywords(function: Function) -> bool:
    """Whether the function compares the column that each keyword argument names with its value, and restricts by it."""
    rest = next((p.name for p in function.parameters if p.kind == "**"), "")
    if not rest or not RESTRICTS & set(function.calls):
        return False
    body = tuple(nodes(function))
    values = {pair for node in body if isinstance(node, Loop) for pair in _pairs(node, rest)}
    return any(_compares(node, key, value) for node in body for key, value in values)


def _pairs(loop: Loop, rest: str) -> list[tuple[str, str]]:
    """The names that a loop over `rest.items()` gives to a key and its value."""
    match loop.target, loop.source:
        case Listed(items=(Name(id=key), Name(id=value))), Call(function=Attribute(base=Name(id=name), name="items")):
            return [(key, value)] if name == rest else []
        case _:
            return []


def _compares(node: object, key: str, value: str) -> bool:
    """`getattr(cls, key) == value`, also by another operator and through `attrgetter(key)(cls)`."""
    if isinstance(node, Compare):
        sides: tuple[Expression | None, ...] = (node.left, node.right)
    elif isinstance(node, Operation):
        sides = (node.left, node.right)
    else:
        return False
    named = any(isinstance(side, Name) and side.id == value for side in sides)
    return named and any(isinstance(side, Call) and _reads_column(side) for side in sides)


def _reads_column(call: Call) -> bool:
    inner: Expression = call
    while isinstance(inner, Call):
        inner = inner.function
    return (inner.id if isinstance(inner, Name) else inner.name if isinstance(inner, Attribute) else "") in READS
