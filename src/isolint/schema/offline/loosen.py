"""Expressions without what a server adds when it prints them, so that written and printed ones compare equal.

Used only when one side was read without a server. Casts go, lists become one form, parentheses go with the structure
kept, and names of the schema's own objects lose their schema.
"""

from __future__ import annotations

import re
from functools import lru_cache

from isolint.schema.factor import SCHEMA
from isolint.schema.lexer import quote, tokens

_CHECK = re.compile(r"CHECK\s*\((?P<body>.*)\)(?P<rest>[A-Z ]*)\Z", re.DOTALL)
_INDEX = re.compile(r"USING (?P<method>\w+) (?P<rest>\(.*)\Z", re.DOTALL)


@lru_cache(maxsize=20_000)
def loosened(text: str) -> str:
    """A text that is equal for expressions, checks and index definitions which mean the same."""
    text = text.replace(f"{SCHEMA}.", "")
    check = _CHECK.match(text)
    if check:
        return f"CHECK {_expression(check['body'])}{check['rest'].rstrip()}"
    index = _INDEX.match(text)
    if index:
        return f"USING {index['method']} {_index(index['rest'])}"
    if text.startswith(("FOREIGN KEY", "PRIMARY KEY", "UNIQUE")):
        return flat(text)
    return _expression(text)


def flat(text: str) -> str:
    """The tokens in one spelling."""
    words = []
    for token in tokens(text):
        if token.significant:
            words.append(quote(token.name) if token.name else token.text)
    return " ".join(words)


def _index(rest: str) -> str:
    """Columns and expressions by themselves, then INCLUDE and the predicate."""
    from isolint.schema.canonical import closing

    found = [token for token in tokens(rest) if token.significant]
    end = closing(found, 0)
    inner = rest[found[0].end : found[end].start]
    items = [_item(item) for item in split_commas(inner)]
    tail = rest[found[end].end :]
    head, separator, predicate = (
        re.split(r"(\bWHERE\b)", tail, maxsplit=1, flags=re.IGNORECASE) if _where(tail) else (tail, "", "")
    )
    return (
        f"({', '.join(items)}) {flat(head)} {separator.upper()} {_expression(predicate) if predicate else ''}".strip()
    )


def _where(text: str) -> bool:
    return re.search(r"\bWHERE\b", text, re.IGNORECASE) is not None


_ORDER = re.compile(r"(?:\s+(ASC|DESC))?(\s+NULLS\s+(?:FIRST|LAST))?\s*\Z", re.IGNORECASE)


def _item(text: str) -> str:
    """An indexed expression, and its order where that is not the usual one."""
    order = _ORDER.search(text)
    head = text[: order.start()] if order else text
    descending = " DESC" if order and (order[1] or "").upper() == "DESC" else ""
    nulls = " ".join((order[2] or "").upper().split()) if order else ""
    usual = "NULLS FIRST" if descending else "NULLS LAST"
    return _expression(head) + descending + (f" {nulls}" if nulls not in ("", usual) else "")


def split_commas(text: str) -> list[str]:
    """The parts between commas that stand in no brackets."""
    parts, depth, current = [], 0, ""
    for token in tokens(text):
        depth += (token.text in "([" and len(token.text) == 1) - (token.text in ")]" and len(token.text) == 1)
        if token.text == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += token.text
    return [*parts, current] if current.strip() else parts


def _expression(text: str) -> str:
    """The structure of the expression; its tokens when it does not parse."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(f"SELECT {text}", read="postgres")
    except (SqlglotError, RecursionError):
        return flat(text)
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        return flat(text)
    return _structure(tree.expressions[0])


def _structure(node: object) -> str:
    """Nested operators as text, without parentheses and casts."""
    from sqlglot import exp

    if isinstance(node, (exp.Paren, exp.Cast)):
        return _structure(node.this)
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this, expression=node.args["low"])
        return _structure(exp.And(this=low, expression=exp.LTE(this=node.this, expression=node.args["high"])))
    listed = _listed(node)
    if listed:
        return listed
    if isinstance(node, exp.Identifier):
        return str(node.this)
    if isinstance(node, exp.Literal):
        return repr(str(node.this)) if node.is_string else str(node.this)
    if isinstance(node, exp.Expression):
        inner = [f"{key}={_structure(value)}" for key, value in node.args.items() if value not in (None, False, [])]
        return f"{type(node).__name__}({', '.join(inner)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_structure, node))}]"
    return str(node).lower()


def _listed(node: object) -> str:
    """`IN (…)`, `= ANY (ARRAY[…])` and `<> ALL (ARRAY[…])` in one form; '' for anything else."""
    from sqlglot import exp

    if isinstance(node, exp.In) and node.expressions:
        return f"In({_structure(node.this)}, [{', '.join(map(_structure, node.expressions))}])"
    if isinstance(node, (exp.EQ, exp.NEQ)):
        other = node.expression
        wanted = exp.Any if isinstance(node, exp.EQ) else exp.All
        array = other.this.unnest() if isinstance(other, wanted) else None
        while isinstance(array, exp.Cast):
            array = array.this.unnest()
        if isinstance(array, exp.Array):
            found = f"In({_structure(node.this)}, [{', '.join(map(_structure, array.expressions))}])"
            return found if isinstance(node, exp.EQ) else f"Not(this={found})"
    return ""
