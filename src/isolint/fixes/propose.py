"""From a remedy to the edits that carry it out."""

from __future__ import annotations

from isolint.fixes.code import Code
from isolint.fixes.edit import Edit
from isolint.fixes.narrow import narrowed
from isolint.fixes.qualify import qualified
from isolint.fixes.reorder import reordered
from isolint.fixes.route import routed
from isolint.model.code import Attribute, Call, Constant, Index
from isolint.model.remedy import Change, Remedy


def edits_for(code: Code, remedy: Remedy) -> tuple[Edit, ...]:
    """The edits in the file of the remedy's place; () when there is no place where they can be written."""
    span = remedy.place.span
    call = code.at(span, Call)
    if remedy.change is Change.REPLACE and code.at(span, Constant) is not None:
        return (Edit(code.source.path, span, remedy.value),)
    if remedy.change is Change.NARROW and call is not None:
        return narrowed(code, call, remedy)
    if remedy.change is Change.REORDER:
        return reordered(code, remedy)
    if remedy.change is Change.QUALIFY:
        return qualified(code, remedy)
    if remedy.change is Change.ROUTE and call is not None:
        return routed(code, call, remedy)
    return _awaited(code, call) if remedy.change is Change.AWAIT and call is not None else ()


def _awaited(code: Code, call: Call) -> tuple[Edit, ...]:
    """`await` before a call; with brackets where something is asked of what it gives."""
    start, end = code.page.range(call.at)
    asked = any(
        (isinstance(node, Attribute | Index) and node.base is call)
        or (isinstance(node, Call) and node.function is call)
        for node in code.everything()
    )
    if asked:
        return code.insert(start, "(await "), code.insert(end, ")")
    return (code.insert(start, "await "),)
