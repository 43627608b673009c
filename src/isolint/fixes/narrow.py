"""One more restriction of a query, written as its data layer writes restrictions."""

from __future__ import annotations

import re
from collections.abc import Callable

from isolint.fixes.code import Code, entry_of, first_mapping, links, name_of
from isolint.fixes.edit import Edit
from isolint.fixes.imports import imported
from isolint.model.code import Attribute, Call, Constant, Mapping, Node
from isolint.model.remedy import Remedy

Edits = tuple[Edit, ...]
DRIZZLE = "drizzle-orm"
BY_CONDITIONS = frozenset({"findOneBy", "findBy", "findOneByOrFail", "countBy", "existsBy"})
WRITES_BY_CONDITIONS = frozenset({"delete", "update", "softDelete", "restore"})
FINDING = re.compile("find|count|aggregate|groupBy|exists?|delete|update|softDelete|restore|sum|average")
"""How methods begin that are given the restrictions as an object."""
BUILDER = "createQueryBuilder"
GETTERS = frozenset({"filter", "get", "get_object_or_404", "get_list_or_404", "aget", "get_or_none"})


def narrowed(code: Code, query: Call, remedy: Remedy) -> Edits:
    """The edits that restrict a query as the remedy says; () when there is no place where that can be written."""
    write = _WRITERS.get(remedy.layer)
    return write(code, query, remedy) if write is not None else ()


def _only(edit: Edit | None) -> Edits:
    return (edit,) if edit is not None else ()


def _sqlalchemy(code: Code, query: Call, remedy: Remedy) -> Edits:
    condition = f"{remedy.table}.{remedy.column} == {remedy.value}"
    chain = {name_of(call): call for call in reversed(list(links(query)))}
    if not remedy.table:
        return ()
    for name in ("where", "filter"):
        if name in chain:
            return _only(code.argument(chain[name], condition))
    for name, link in (("filter_by", "filter"), ("query", "filter"), ("select", "where")):
        if name in chain:
            return (code.after(chain[name], f".{link}({condition})"),)
    for name in ("update", "delete"):
        if name in chain and not isinstance(chain[name].function, Attribute):
            return (code.after(chain[name], f".where({condition})"),)
    return ()


def _peewee(code: Code, query: Call, remedy: Remedy) -> Edits:
    condition = f"{remedy.table}.{remedy.column} == {remedy.value}"
    chain = {name_of(call): call for call in reversed(list(links(query)))}
    if not remedy.table:
        return ()
    for name in ("where", "get", "get_or_none"):
        if name in chain and chain[name].arguments:
            return _only(code.argument(chain[name], condition))
    started = next((chain[name] for name in ("select", "update", "delete") if name in chain), None)
    return (code.after(started, f".where({condition})"),) if started is not None else ()


def _django(code: Code, query: Call, remedy: Remedy) -> Edits:
    condition = f"{remedy.column.replace('.', '__')}={remedy.value}"
    chain = list(links(query))
    for call in chain:
        if name_of(call) in GETTERS and call.arguments:
            return _only(code.argument(call, condition))
    first = chain[-1] if chain else None
    if first is not None and isinstance(first.function, Attribute) and isinstance(first.function.base, Attribute):
        started = first if name_of(first) == "all" else first.function.base
        return (code.after(started, f".filter({condition})"),)
    return ()


def _objects(code: Code, query: Call, remedy: Remedy) -> Edits:
    """Layers that are given the restrictions as an object: `{ where: { id } }`."""
    if any(name_of(call) == BUILDER for call in links(query)):
        return _built(code, query, remedy)
    *relations, column = remedy.column.split(".")
    entry = column if remedy.value == column else f"{column}: {remedy.value}"
    for relation in reversed(relations):
        entry = f"{relation}: {{ {entry} }}"
    call = next(links(query), None)
    if call is None or not FINDING.match(name_of(call)) or (call.arguments and first_mapping(call) is None):
        return ()
    options = first_mapping(call)
    if options is not None and (name_of(call) in BY_CONDITIONS or _is_condition(call, remedy.layer)):
        return _restricted(code, options, (*relations, column)[0], entry)
    if options is None:
        return _only(code.argument(call, f"{{ where: {{ {entry} }} }}"))
    where = entry_of(options, "where")
    if where is None:
        return _only(code.first_entry(options, f"where: {{ {entry} }}"))
    return _restricted(code, where.value, (*relations, column)[0], entry) if isinstance(where.value, Mapping) else ()


def _built(code: Code, query: Call, remedy: Remedy) -> Edits:
    """A query that is built link by link from text, whose rows have the name that it was begun with."""
    chain = {name_of(call): call for call in reversed(list(links(query)))}
    begun = chain[BUILDER].arguments
    alias = begun[0].value if begun else None
    if not isinstance(alias, Constant) or "." in remedy.column:
        return ()
    name = remedy.column
    entry = name if remedy.value == name else f"{name}: {remedy.value}"
    link = "andWhere" if "where" in chain else "where"
    last = next((call for call in links(query) if name_of(call) in {"andWhere", "where"}), chain[BUILDER])
    return (code.after(last, f".{link}('{alias.value}.{name} = :{name}', {{ {entry} }})"),)


def _is_condition(call: Call, layer: str) -> bool:
    return layer == "typeorm" and name_of(call) in WRITES_BY_CONDITIONS


def _restricted(code: Code, conditions: Mapping, column: str, entry: str) -> Edits:
    return () if entry_of(conditions, column) is not None else _only(code.entry(conditions, entry))


def _drizzle(code: Code, query: Call, remedy: Remedy) -> Edits:
    condition = f"eq({remedy.table}.{remedy.column}, {remedy.value})"
    chain = {name_of(call): call for call in reversed(list(links(query)))}
    if not remedy.table:
        return ()
    if "where" in chain and len(chain["where"].arguments) == 1:
        edits = _and(code, chain["where"].arguments[0].value, condition)
    else:
        call = next((chain[name] for name in ("from", "set", "delete") if name in chain), None)
        options = first_mapping(next(iter(chain.values()))) if call is None and chain else None
        where = entry_of(options, "where") if options is not None else None
        if call is not None:
            edits = (code.after(call, f".where({condition})"),)
        elif where is not None:
            edits = _and(code, where.value, condition)
        elif options is not None:
            edits = _only(code.first_entry(options, f"where: {condition}"))
        else:
            edits = ()
    needed = ["eq"] + (["and"] if any("and(" in edit.text for edit in edits) else [])
    imports = [imported(code, DRIZZLE, name, alone=False) for name in needed]
    if not edits or any(added is None for added in imports):
        return ()
    return (*edits, *(edit for added in imports if added is not None for edit in added))


def _and(code: Code, condition: Node, more: str) -> Edits:
    if isinstance(condition, Call) and name_of(condition) == "and":
        return _only(code.argument(condition, more))
    start, end = code.page.range(condition.at)
    return code.insert(start, "and("), code.insert(end, f", {more})")


_WRITERS: dict[str, Callable[[Code, Call, Remedy], Edits]] = {
    "sqlalchemy": _sqlalchemy,
    "peewee": _peewee,
    "django": _django,
    "prisma": _objects,
    "typeorm": _objects,
    "drizzle": _drizzle,
}
