"""One text for expressions that PostgreSQL prints in several ways although they mean the same.

A check made by `s IN ('a', 'b')` on a varchar is printed with one cast around the array, and after a dump and restore
with a cast around each element: the parser moves a cast of an array constructor to its elements, and so does this.
Up to version 15 views name the table of each column even when there is only one; later versions do not.
"""

from __future__ import annotations

from isolint.schema.lexer import Token, tokens

_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


def expression(text: str) -> str:
    """With casts of array constructors moved to the elements."""
    while "ARRAY[" in text:
        moved = _moved(text)
        if moved == text:
            break
        text = moved
    return text


def _moved(text: str) -> str:
    """The first `(ARRAY[…])::type[]` rewritten; the text itself when there is none."""
    found = list(tokens(text))
    for at, token in enumerate(found):
        if token.text != "(" or [t.text for t in found[at + 1 : at + 3]] != ["ARRAY", "["]:
            continue
        inner = closing(found, at + 2)
        if [t.text for t in found[inner + 1 : inner + 3]] != [")", "::"]:
            continue
        target = _array_type(found, inner + 3)
        if target is None:
            continue
        cast, end = target
        items = ", ".join(f"({item})::{cast}" for item in _items(found[at + 3 : inner]))
        return f"{text[: token.start]}ARRAY[{items}]{text[end:]}"
    return text


def _array_type(found: list[Token], at: int) -> tuple[str, int] | None:
    """The element type of the `type[]` that starts here and the offset behind it."""
    parts: list[str] = []
    for position in range(at, len(found) - 1):
        token = found[position]
        if token.text == "[" and found[position + 1].text == "]":
            return "".join(parts).strip(), found[position + 1].end
        if not (token.name or token.kind in ("space", "number") or token.text in (".", "(", ",", ")")):
            return None
        parts.append(token.text)
    return None


def _items(inside: list[Token]) -> list[str]:
    items, depth, current = [], 0, ""
    for token in inside:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if token.text == "," and depth == 0:
            items.append(current.strip())
            current = ""
        else:
            current += token.text
    return [*items, current.strip()] if current.strip() else items


def closing(found: list[Token], at: int) -> int:
    """The place of the bracket that closes the one here; the last place when none does."""
    depth = 0
    for position in range(at, len(found)):
        depth += (found[position].text in _OPEN) - (found[position].text in _CLOSE)
        if depth == 0:
            return position
    return len(found) - 1


def query(text: str) -> str:
    """A view's query, without the qualifiers that a single relation does not need."""
    text = expression(text)
    found = [token for token in tokens(text) if token.significant]
    alias = _only_relation(found)
    if not alias:
        return text
    dropped: set[int] = set()
    for at, token in enumerate(found[:-2]):
        if token.name == alias and found[at + 1].text == "." and (at == 0 or found[at - 1].text != "."):
            if found[at + 2].text == "*" or (at + 3 < len(found) and found[at + 3].text == "."):
                continue
            dropped |= {token.start, found[at + 1].start}
    inside = _subqueries(found)
    return "".join(t.text for t in tokens(text) if t.start not in dropped or any(a < t.start < b for a, b in inside))


def _only_relation(found: list[Token]) -> str:
    """The name by which columns of the query's only relation are qualified; '' when there is none or are several."""
    depth, start = 0, None
    for at, token in enumerate(found):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.name == "from" and token.kind == "word" and start is None:
            start = at + 1
        elif depth == 0 and token.kind == "word" and token.name in ("union", "intersect", "except", "join", "with"):
            return ""
    return "" if start is None else _alias(found, start)


_ENDS = ("where", "group", "order", "limit", "having", "offset", "fetch", "window")


def _alias(found: list[Token], at: int) -> str:
    """What columns of the relation that starts here are qualified with; '' when more relations follow it."""
    name = found[at].name if at < len(found) else ""
    if at < len(found) and found[at].text == "(":
        inner = next((t for t in found[at:] if t.text != "("), None)
        if inner is None or inner.name not in ("select", "with", "values"):
            return ""
        at = closing(found, at)
    while at + 2 < len(found) and found[at + 1].text == ".":
        at += 2
        name = found[at].name
    if at + 1 < len(found) and found[at + 1].text == "(":
        at = closing(found, at + 1)
    rest = found[at + 1 :]
    if rest and rest[0].name and not (rest[0].kind == "word" and rest[0].name in _ENDS):
        name, rest = rest[0].name, rest[1:]
        if rest and rest[0].text == "(":
            rest = rest[closing(rest, 0) + 1 :]
    follows = rest[0].text if rest else ";"
    return name if follows == ";" or (rest and rest[0].name in _ENDS) else ""


def _subqueries(found: list[Token]) -> list[tuple[int, int]]:
    """The offsets between which inner queries stand."""
    spans = []
    for at, token in enumerate(found[:-1]):
        if token.text == "(" and found[at + 1].name in ("select", "with", "values"):
            spans.append((token.start, found[closing(found, at)].start))
    return spans
