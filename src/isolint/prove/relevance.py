"""Which functions are worth running by themselves: those that could hold an access."""

from __future__ import annotations

from isolint.link import Program
from isolint.model.code import Attribute, Function, Name
from isolint.model.walk import body_of
from isolint.orms import LAYERS
from isolint.prove.sqltext import SURE_METHODS

COMMON_NAMES = frozenset(
    "get all first update delete add count exists values create save filter raw merge union copy".split()
)
"""Methods of data layers that plain collections have too: they tell nothing by themselves."""
STARTS = frozenset(
    name
    for layer in LAYERS
    for names in (layer.functions, layer.model, layer.session, layer.attributes, layer.delegates)
    for name in names
    if name not in COMMON_NAMES
)


def may_access(program: Program, function: Function) -> bool:
    """Whether the function names a table's class or calls something that begins a query or runs SQL."""
    if not STARTS.isdisjoint(function.calls) or not SURE_METHODS.isdisjoint(function.calls):
        return True
    classes = program.table_classes
    body = body_of(function)
    return any(node.name in STARTS or node.name in classes for node in body.of(Attribute)) or any(
        node.id in classes for node in body.of(Name)
    )
