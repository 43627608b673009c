"""Terms in the user's words."""

from __future__ import annotations

from isolint.model.masked import masked
from isolint.prove.interning import NOTHING
from isolint.prove.terms import (
    Bound,
    Closed,
    Column,
    Computed,
    Each,
    Either,
    Entity,
    Global,
    Injected,
    Input,
    Item,
    Items,
    Literal,
    Logic,
    Lost,
    Mapped,
    Maybe,
    Member,
    Negated,
    Object,
    Outcome,
    Passed,
    Pending,
    Query,
    Record,
    Result,
    Rows,
    SqlTable,
    Term,
    Test,
    Text,
    Unknown,
)

MAX_LENGTH = 60
SIGNS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "in": "in",
    "not in": "not in",
    "other": "~",
}


def show(term: Term, depth: int = 0) -> str:
    """The term as short source-like text."""
    text = masked(_show(term, depth)) if depth < 5 else "…"
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def _show(term: Term, depth: int) -> str:
    deeper = depth + 1
    match term:
        case Literal(value):
            return "null" if value is None else "undefined" if value is NOTHING else repr(value)
        case Input(name, _, _) | Injected(name, _, _):
            return name
        case Global(name):
            return name.rpartition(".")[2] or name
        case Entity(ref):
            return getattr(ref, "qualname", "") or getattr(ref, "name", "") or getattr(ref, "path", "")
        case Bound(function, _) | Closed(function, _):
            return function.qualname
        case Member(base, name):
            return f"{show(base, deeper)}.{name}"
        case Item(base, key):
            return f"{show(base, deeper)}[{show(key, deeper)}]"
        case Result(callee, arguments, keywords):
            inner = [show(a, deeper) for a in arguments] + [f"{k}={show(v, deeper)}" for k, v in keywords]
            return f"{show(callee, deeper)}({', '.join(inner)})"
        case Outcome(function, arguments, _):
            shown = ", ".join(show(a, deeper) for a in arguments if not isinstance(a, Entity | Object))
            return f"{function.qualname}({shown})"
        case Text(parts):
            return "".join(str(p.value) if isinstance(p, Literal) else f"{{{show(p, deeper)}}}" for p in parts)
        case Test(operator, left, right):
            return f"{show(left, deeper)} {SIGNS.get(operator, operator)} {show(right, deeper)}"
        case Logic(operator, operands):
            return f" {operator} ".join(show(o, deeper) for o in operands)
        case Negated(operand):
            return f"not {show(operand, deeper)}"
        case Either(options, fallback):
            return (" or " if fallback else " | ").join(show(o, deeper) for o in options)
        case Each(source):
            return f"each of {show(source, deeper)}"
        case Maybe(value, _) | Pending(value, _) | Passed(value) | Lost(value, _, _):
            return show(value, deeper)
        case Mapped(element, _, _):
            return show(element, deeper)
        case Items(items):
            return f"[{', '.join(show(i, deeper) for i in items)}]"
        case Record():
            return "{…}"
        case Object(klass, _, _):
            return "self" if depth else klass.name
        case Column(table, path):
            owner = show(table, deeper) + "." if table is not None else ""
            return owner + ".".join(path)
        case SqlTable(name, schema, _, holes):
            shown = f"{schema}.{name}" if schema else name
            for number, hole in enumerate(holes):
                shown = shown.replace(f"⟦{number}⟧", f"{{{show(hole, deeper)}}}")
            return shown
        case Query(_, _, tables):
            return show(tables[0], deeper) if tables else "query"
        case Rows(query):
            return f"row of {show(query, deeper)}"
        case Computed(operator, operands):
            return f" {operator} ".join(show(o, deeper) for o in operands)
        case Unknown(hint):
            return hint or "?"
        case _:
            return "…"
