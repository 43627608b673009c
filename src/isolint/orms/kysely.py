"""Kysely: tables and columns by their names in the database."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, Yields, actions

WHERE = Action(where={"0": Form.COMPARISON})
LAYER = Layer(
    name="kysely",
    rank=56,
    modules=("kysely",),
    named={
        "selectFrom": Action(),
        **actions(Action(operation=Operation.CREATE), "insertInto replaceInto"),
        "updateTable": Action(operation=Operation.UPDATE),
        "deleteFrom": Action(operation=Operation.DELETE),
    },
    query={
        "where": WHERE,
        **actions(Action(join=True), "innerJoin"),
        **actions(Action(join=True, outer=True), "leftJoin rightJoin fullJoin"),
        **actions(Action(payload=("0",)), "values set"),
        **actions(Action(yields=Yields.ROWS), "execute executeTakeFirst stream"),
        "executeTakeFirstOrThrow": Action(yields=Yields.ROWS, raises=True),
        **actions(
            Action(),
            "select selectAll distinct distinctOn groupBy having orderBy limit offset top forUpdate returning "
            "returningAll as onConflict whereRef $if clearSelect modifyEnd",
        ),
    },
    conditions={"eb": "comparison", "and": "and", "or": "or", "not": "not", "exists": "exists"},
    fragments=frozenset({"sql"}),
    thenable=False,
)
