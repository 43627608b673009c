"""Drizzle: queries. Its tables are variables (`drizzle_tables`)."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.drizzle_tables import declare_variable, relate
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions

CONDITION = {"0": Form.CONDITION}
FETCH = Action(yields=Yields.ROWS, where={"0.where": Form.CONDITION})
LAYER = Layer(
    name="drizzle",
    rank=55,
    modules=("drizzle-orm",),
    declare_variable=declare_variable,
    relate=relate,
    session={
        "from": Action(tables="0"),
        "insert": Action(tables="0", operation=Operation.CREATE),
        "update": Action(tables="0", operation=Operation.UPDATE),
        "delete": Action(tables="0", operation=Operation.DELETE),
        "$count": Action(yields=Yields.NUMBER, tables="0", where={"1": Form.CONDITION}),
    },
    query={
        "where": Action(where=CONDITION, replaces=True),
        **actions(Action(payload=("0",)), "values set"),
        **actions(Action(payload=("0.set",)), "onConflictDoUpdate onDuplicateKeyUpdate"),
        **actions(Action(join=True), "innerJoin crossJoin innerJoinLateral crossJoinLateral from"),
        **actions(Action(join=True, outer=True), "leftJoin rightJoin fullJoin leftJoinLateral"),
        **actions(
            Action(),
            "$dynamic $withCache as having groupBy orderBy limit offset for comment returning $returningId prepare "
            "union unionAll intersect except onConflictDoNothing ignore with getSQL",
        ),
        **actions(Action(yields=Yields.ROWS), "all get execute run iterator"),
    },
    delegates=actions(FETCH, "findMany findFirst"),
    conditions={
        **{name: name for name in ("eq", "ne", "lt", "gt", "and", "or", "not", "exists")},
        "gte": "ge", "lte": "le", "inArray": "in", "notInArray": "not in", "isNull": "is null",
        "isNotNull": "is not null", "notExists": "other", "like": "other", "ilike": "other", "notLike": "other",
        "notIlike": "other", "between": "other", "notBetween": "other", "arrayContains": "other",
        "arrayContained": "other", "arrayOverlaps": "other",
    },
    fragments=frozenset({"sql"}),
    aliases=frozenset({"alias", "aliasedTable"}),
    thenable=True,
    transparent=frozenset({"_", "selectedFields"}),
    words=Vocabulary(
        operators={
            "eq": "eq", "ne": "ne", "in": "in", "notIn": "not in", "lt": "lt", "lte": "le", "gt": "gt", "gte": "ge",
            "like": "other", "ilike": "other", "notLike": "other", "notIlike": "other", "isNull": "other",
            "isNotNull": "other", "arrayContains": "other", "arrayContained": "other", "arrayOverlaps": "other",
        },
        every=frozenset({"AND"}),
        any=frozenset({"OR"}),
        none=frozenset({"NOT"}),
    ),
)  # fmt: skip
