"""Where two ways through a function meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.model import code
from isolint.orms import layer
from isolint.prove.terms import Items, Maybe, Query, Record, Term, Test, Where, either

if TYPE_CHECKING:
    from isolint.prove.frame import Frame


def merge_names(
    left: dict[str, Term], right: dict[str, Term], left_if: tuple[Term, ...], right_if: tuple[Term, ...]
) -> dict[str, Term]:
    """The names after a branch: `left_if` and `right_if` are the conditions under which each side was taken."""
    merged: dict[str, Term] = {}
    for name in {**left, **right}:  # in order: what is reported must not differ from run to run
        if name not in left:
            merged[name] = right[name]
        elif name not in right:
            merged[name] = left[name]
        else:
            merged[name] = merge(left[name], right[name], left_if, right_if)
    return merged


def merge(left: Term, right: Term, left_if: tuple[Term, ...], right_if: tuple[Term, ...]) -> Term:
    """One value for both sides: the same query with some restrictions optional, the same record with some entries
    optional.
    """
    if left == right:
        return left
    if isinstance(left, Query) and isinstance(right, Query) and same_query(left, right):
        return _merge_queries(left, right, left_if, right_if)
    if isinstance(left, Record) and isinstance(right, Record) and _grown_from_one(left, right):
        return _merge_records(left, right, left_if, right_if)
    if isinstance(left, Items) and isinstance(right, Items):
        shared = _begin_alike(left.items, right.items)
        if shared or not (left.items and right.items):
            ways = ((left.items[shared:], left_if), (right.items[shared:], right_if))
            return Items((*left.items[:shared], *(_maybe(item, when) for items, when in ways for item in items)))
    return either((left, right))


def _begin_alike(left: tuple[Term, ...], right: tuple[Term, ...]) -> int:
    """How many items two lists begin with alike: one list that was added to on either way."""
    count = 0
    while count < min(len(left), len(right)) and left[count] == right[count]:
        count += 1
    return count


def _maybe(item: Term, conditions: tuple[Term, ...]) -> Maybe:
    if isinstance(item, Maybe):
        return Maybe(item.value, item.conditions + conditions)
    return Maybe(item, conditions)


def same_query(left: Query, right: Query) -> bool:
    """Whether both began as the same expression, which may stand in a function that both were handed on by."""
    here, there = left.begun or left.site, right.begun or right.site
    return here.path == there.path and here.span[:2] == there.span[:2]


def _merge_queries(left: Query, right: Query, left_if: tuple[Term, ...], right_if: tuple[Term, ...]) -> Query:
    where: dict[Where, None] = {}
    for item in left.where:
        same = item if item in right.where else _restricted_alike(item, right.where)
        where[same or replace(item, optional=item.optional + left_if)] = None
    for item in right.where:
        if item not in left.where and _restricted_alike(item, left.where) is None:
            where[replace(item, optional=item.optional + right_if)] = None
    payload = merge(left.payload, right.payload, left_if, right_if)
    return replace(
        left,
        where=tuple(where),
        joins=tuple(dict.fromkeys((*left.joins, *right.joins))),
        payload=payload if isinstance(payload, Record) else left.payload,
        open=left.open or right.open,
        replaced=tuple(dict.fromkeys((*left.replaced, *right.replaced))),
    )


def _restricted_alike(item: Where, others: tuple[Where, ...]) -> Where | None:
    """The restriction of one column to either value, when another one restricts it in the same way."""
    test = item.condition
    for other in others:
        against = other.condition
        if not (isinstance(test, Test) and isinstance(against, Test)) or item.optional or other.optional:
            continue
        if (test.operator, test.left, item.position) == (against.operator, against.left, other.position):
            return replace(item, condition=replace(test, right=either((test.right, against.right))))
    return None


def _grown_from_one(left: Record, right: Record) -> bool:
    """Whether one record holds what the other does; two that differ are alternatives, not one that was added to."""
    shorter, longer = sorted((left.entries, right.entries), key=len)
    return all(entry in longer for entry in shorter) or bool(set(shorter) & set(longer))


def _merge_records(left: Record, right: Record, left_if: tuple[Term, ...], right_if: tuple[Term, ...]) -> Record:
    entries = []
    for key, value, optional in left.entries:
        shared = (key, value, optional) in right.entries
        entries.append((key, value, optional if shared else optional + left_if))
    for key, value, optional in right.entries:
        if (key, value, optional) not in left.entries:
            entries.append((key, value, optional + right_if))
    return Record(tuple(entries))


def is_refined(frame: Frame, value: Term) -> bool:
    """Whether a statement has only changed a query builder that a name holds: something later runs it."""
    return isinstance(value, Query) and layer(value.layer).mutable and value in frame.names.values()


def keep_query(frame: Frame, node: code.Expression, before: Query, value: Query) -> None:
    """A query builder is changed by its methods: the name that the chain begins with has what it is now."""
    while isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
        node = node.function.base
    held = frame.lookup(node.id) if isinstance(node, code.Name) else None
    if isinstance(node, code.Name) and isinstance(held, Query) and same_query(held, before):
        frame.names[node.id] = value
