"""An access led through the tenant's executor, in the form in which the project uses that one."""

from __future__ import annotations

import re

from isolint.fixes.code import Code, name_of
from isolint.fixes.edit import Edit
from isolint.fixes.imports import imported
from isolint.model.code import (
    Assign,
    Attribute,
    Call,
    Constant,
    Evaluate,
    Expression,
    Name,
    Node,
    Return,
    Template,
)
from isolint.model.remedy import Form, Remedy, Route
from isolint.model.source import Language, Span

Edits = tuple[Edit, ...]
WRAPPERS = frozenset({"text", "SQL", "TextClause"})
"""What turns text into a statement, which an executor does itself."""
VARIADIC = frozenset({"$queryRawUnsafe", "$executeRawUnsafe"})
"""Methods that are given the values of a statement one by one, not as a list."""
COMPARED = re.compile(r"(?:[=<>,(]|\b(?:LIKE|ILIKE|IN|AND|BETWEEN|LIMIT|OFFSET|ANY))\s*$", re.I)
"""What stands before a value in a statement; a name or a part of the text stands behind something else."""
INDENT = "    "


def routed(code: Code, call: Call, remedy: Remedy) -> Edits:
    """The edits that lead a call through an executor; () when there is no place where that can be written."""
    route = remedy.route
    assert route is not None
    value = _as_written(code, remedy.value)
    if route.form is Form.CLIENT:
        return (Edit(code.source.path, route.client, route.name),)
    if route.form is Form.FUNCTION:
        edits = _function(code, call, route, value)
    elif route.form is Form.BLOCK:
        edits = _block(code, call, route, value)
    else:
        edits = _text(code, call, route, value)
    known = imported(code, route.module, route.executor) if route.module else ()
    return (*edits, *known) if edits and known is not None else ()


def _as_written(code: Code, value: str) -> str:
    """An expression with the mark that it is not null, where the file puts that behind it."""
    return f"{value}!" if re.search(rf"(?<![\w.]){re.escape(value)}!(?!=)", code.page.text) else value


def _replaced(code: Code, start: int, end: int, text: str) -> Edit:
    return Edit(code.source.path, code.page.span(start, end), text)


def _function(code: Code, call: Call, route: Route, value: str) -> Edits:
    python = code.source.language is Language.PYTHON
    start, end = code.page.range(call.at)
    client = code.page.range(route.client)
    begin = f"lambda {route.name}: " if python else f"({route.name}) => "
    opening = f"{route.executor}({value}, {begin}"
    if client[0] != start:
        return ()
    return _replaced(code, *client, f"{opening}{route.name}"), code.insert(end, ")")


def _block(code: Code, call: Call, route: Route, value: str) -> Edits:
    """The statement inside a block of its own, further in by one step; lines that are inside of a text stay."""
    simple = (node for node in code.everything() if isinstance(node, Assign | Evaluate | Return))
    statement = next((node for node in simple if _inside(call.at, node.at)), None)
    if statement is None:
        return ()
    start, _ = code.page.range(statement.at)
    line_start = code.page.offset(statement.at.line, 1)
    before = code.page.indent(start)
    if code.page.text[line_start:start] != before:
        return ()
    opens = f"{'async ' if route.waits else ''}with {route.executor}({value}) as {route.name}:"
    inner = _lines_in_texts(code, statement)
    lines = [line for line in range(statement.at.line + 1, statement.at.end_line + 1) if line not in inner]
    offsets = [code.page.offset(line, 1) for line in lines]
    moved = [code.insert(at, INDENT) for at in offsets if code.page.text[at : at + 1] not in {"\n", "\r"}]
    first = code.insert(start, f"{opens}\n{before}{INDENT}")
    return first, *moved, Edit(code.source.path, route.client, route.name)


def _inside(inner: Span, outer: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _lines_in_texts(code: Code, statement: Node) -> set[int]:
    """The lines of a statement that begin inside of a text."""
    texts = (node for node in code.everything() if isinstance(node, Constant | Template))
    inside = [node.at for node in texts if _inside(node.at, statement.at) and node.at.end_line > node.at.line]
    return {line for at in inside for line in range(at.line + 1, at.end_line + 1)}


def _text(code: Code, call: Call, route: Route, value: str) -> Edits:
    if not isinstance(call.function, Attribute) or not call.arguments:
        return ()
    written, text = code.page.text, call.arguments[0].value
    _, end = code.page.range(call.function.at)
    start = code.page.range(call.at)[0]
    first = code.page.range(text.at)[0]
    if call.tagged:
        name = f"{route.executor}{_generic(code, written[end:first], route)}"
        values = _numbered(code, text)
        return (_replaced(code, start, first, f"{name}({value}, "), *values) if values is not None else ()
    opening = written.find("(", end)
    if opening < 0 or opening >= first:
        return ()
    name = f"{route.executor}{_generic(code, written[end:opening], route)}"
    broken = "\n" in written[opening:first]
    gap = f"\n{code.page.indent(first)}" if broken else " "
    edits = [_replaced(code, start, opening, name), code.insert(first, f"{value},{gap}")]
    return (*edits, *_unwrapped(code, text), *_listed(code, call))


def _generic(code: Code, given: str, route: Route) -> str:
    """The type of the rows, where the file gives one to the executor elsewhere."""
    rows = re.fullmatch(r"\s*<(.+)\[\]>\s*", given, re.S)
    return f"<{rows[1]}>" if rows is not None and f"{route.executor}<" in code.page.text else ""


def _unwrapped(code: Code, text: Expression) -> Edits:
    if not isinstance(text, Call) or name_of(text) not in WRAPPERS or len(text.arguments) != 1:
        return ()
    (start, end), (first, last) = code.page.range(text.at), code.page.range(text.arguments[0].value.at)
    return _replaced(code, start, first, ""), _replaced(code, last, end, "")


def _listed(code: Code, call: Call) -> Edits:
    """Values that were given one by one as a list."""
    values = call.arguments[1:]
    if name_of(call) not in VARIADIC or not values:
        return ()
    start, end = code.page.range(values[0].value.at)[0], code.page.range(values[-1].value.at)[1]
    return code.insert(start, "["), code.insert(end, "]")


def _numbered(code: Code, text: Expression) -> Edits | None:
    """The values of a tagged text by number, and listed behind it; None when one could be no value."""
    end = code.page.range(text.at)[1]
    edits: list[Edit] = []
    values: list[str] = []
    for part in text.parts if isinstance(text, Template) else ():
        if isinstance(part, Constant):
            continue
        start, stop = code.page.range(part.at)
        opened = code.page.text.rfind("${", 0, start)
        closed = code.page.text.find("}", stop)
        around = code.page.text[opened + 2 : start] + code.page.text[stop:closed]
        before = code.page.text[:opened]
        if not isinstance(part, Name | Attribute) or around.strip() or not COMPARED.search(before[-40:]):
            return None
        values.append(code.page.text[start:stop])
        edits.append(_replaced(code, opened, closed + 1, f"${len(values)}"))
    return (*edits, code.insert(end, f", [{', '.join(values)}])" if values else ")"))
