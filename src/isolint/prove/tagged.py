"""SQL in tagged templates: values in their holes are bound, columns and tables are named, fragments are put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.orms import LAYERS
from isolint.prove.absent import MISSING
from isolint.prove.members import table_of
from isolint.prove.terms import (
    NULL,
    Alias,
    Column,
    Computed,
    Either,
    Entity,
    Global,
    Items,
    Literal,
    Maybe,
    Member,
    Result,
    Term,
    Text,
)

if TYPE_CHECKING:
    from isolint.prove.run import Run

BOUND = "bound"
RAW = frozenset({"raw", "unsafe", "identifier", "literal", "id", "ref", "table"})
"""Functions beside a tag whose argument becomes part of the text."""
SAME = frozenset({"as", "mapWith", "inlineParams", "$castTo", "$notNull"})
TAGS = frozenset(tag for known in LAYERS for tag in known.fragments)
EMPTY = Literal("")
FRAGMENT = Global("a part of a statement")
"""What stands for the tag of a part of a statement, whatever it is called."""


def hole(value: Term) -> Term:
    """A value in a hole of a tagged template."""
    return Computed(BOUND, (value,))


def is_fragment(term: Term) -> bool:
    """Whether the term is SQL text that a data layer puts into its queries."""
    return isinstance(term, Result) and _is_tag(term.callee) and bool(term.arguments)


def _is_tag(callee: Term) -> bool:
    if not isinstance(callee, Global):
        return False
    module, _, last = callee.name.rpartition(".")
    return callee == FRAGMENT or any(last in known.fragments and known.has_module(module) for known in LAYERS)


def has_holes(term: Term) -> bool:
    """Whether the term is a tagged template, or a fragment."""
    text = _text(term)
    return isinstance(text, Text) and any(isinstance(p, Computed) and p.operator == BOUND for p in text.parts)


def _text(term: Term) -> Term:
    """The text of a fragment; any other term as it is."""
    while isinstance(term, Result) and isinstance(term.callee, Member) and term.callee.name in SAME:
        term = term.callee.base
    return term.arguments[0] if is_fragment(term) and isinstance(term, Result) else term


def rendered(run: Run, term: Term) -> tuple[Term, tuple[Term, ...]]:
    """The text with `$1`, `$2`, … for what is bound, and the values of those."""
    values: list[Term] = []
    parts = tuple(_parts(run, _text(term), values))
    return Text(parts), tuple(values)


def _parts(run: Run, text: Term, values: list[Term]) -> Iterator[Term]:
    for part in text.parts if isinstance(text, Text) else (text,):
        if isinstance(part, Computed) and part.operator == BOUND:
            yield from _hole(run, part.operands[0], values)
        else:
            yield part


def _hole(run: Run, value: Term, values: list[Term]) -> Iterator[Term]:
    joined = _joined(value)
    if (raw := _raw(value)) is not None:
        yield from raw
    elif joined is not None:
        yield from _listed(run, *joined, values)
    elif is_fragment(value) or has_holes(value):
        yield from _parts(run, _text(value), values)
    elif isinstance(value, Global) and value.name.endswith(".empty") and _beside_tag(value.name[: -len(".empty")]):
        yield EMPTY
    elif (name := name_of(run, value)) is not None:
        yield Literal(name)
    elif isinstance(value, Either) and any(is_fragment(option) for option in value.options):
        yield Either(tuple(_alternative(run, option, values) for option in value.options))
    elif isinstance(value, Maybe):
        yield Either((EMPTY, _alternative(run, value.value, values)))
    elif isinstance(value, Items) and all(is_fragment(_held(item)) for item in value.items):
        yield from _listed(run, value.items, Literal(", "), values)
    else:
        values.append(value)
        yield Literal(f"${len(values)}")


def _alternative(run: Run, option: Term, values: list[Term]) -> Term:
    return EMPTY if option in MISSING else Text(tuple(_hole(run, option, values)))


def _held(item: Term) -> Term:
    return item.value if isinstance(item, Maybe) else item


def _raw(value: Term) -> tuple[Term, ...] | None:
    """The text that `sql.raw(x)` and its like put in; None for other values."""
    if not (isinstance(value, Result) and value.arguments):
        return None
    callee = value.callee
    module, _, last = callee.name.rpartition(".") if isinstance(callee, Global) else ("", "", "")
    return value.arguments[:1] if last in RAW and _beside_tag(module) else None


def _beside_tag(module: str) -> bool:
    """Whether functions of that module belong to a tag: `sql.raw(…)` to `sql`, `Prisma.raw(…)` to `Prisma.sql`."""
    return module.rpartition(".")[2] == "sql" or any(_is_tag(Global(f"{module}.{tag}")) for tag in TAGS)


def _joined(value: Term) -> tuple[tuple[Term, ...], Term] | None:
    """The parts of `sql.join(parts, separator)`, and what stands between them."""
    if not (isinstance(value, Result) and isinstance(value.callee, Global) and value.arguments):
        return None
    module, _, last = value.callee.name.rpartition(".")
    listed = value.arguments[0]
    if last != "join" or not (_is_tag(Global(module)) or _beside_tag(module)) or not isinstance(listed, Items):
        return None
    return listed.items, _text(value.arguments[1]) if len(value.arguments) > 1 else Literal(", ")


def _listed(run: Run, items: tuple[Term, ...], separator: Term, values: list[Term]) -> Iterator[Term]:
    for index, item in enumerate(items):
        if index:
            yield separator
        yield from _hole(run, item, values)


def name_of(run: Run, value: Term) -> str | None:
    """How a column or a table of the project is written in SQL; None for other values."""
    if isinstance(value, Entity | Alias):
        table = table_of(run, value)
        return f'"{table.declaration.sql_name or table.declaration.name}"' if table is not None else None
    if isinstance(value, Column) and value.table is not None and len(value.path) == 1:
        table = table_of(run, value.table)
        if table is None:
            return None
        column = table.columns.get(value.path[0])
        name = column.sql_name if column is not None and column.sql_name else value.path[0]
        return f'"{table.declaration.sql_name or table.declaration.name}"."{name}"'
    return None


def tables_in(run: Run, term: Term) -> tuple[str, ...]:
    """The SQL names of the tables whose columns a fragment names."""
    found: dict[str, None] = {}
    text = _text(term)
    for part in text.parts if isinstance(text, Text) else ():
        value = part.operands[0] if isinstance(part, Computed) and part.operator == BOUND else NULL
        if isinstance(value, Column) and value.table is not None and (name := name_of(run, value.table)):
            found[name] = None
        elif is_fragment(value):
            found.update(dict.fromkeys(tables_in(run, value)))
    return tuple(found)
