"""Knex: tables and columns by their names in the database; the client is called with a table's name."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, actions

COMPARED = {"0": Form.COMPARISON}
LAYER = Layer(
    name="knex",
    rank=57,
    modules=("knex", "objection"),
    named=actions(Action(), "from into table"),
    callable=True,
    query={
        **actions(Action(where=COMPARED), "where andWhere"),
        **actions(Action(where=COMPARED, widens=True), "orWhere"),
        **actions(Action(where=COMPARED, operator="in"), "whereIn andWhereIn"),
        **actions(Action(where=COMPARED, operator="ne"), "whereNot andWhereNot"),
        **actions(Action(where=COMPARED, operator="not in"), "whereNotIn"),
        **actions(Action(join=True), "join innerJoin"),
        **actions(Action(join=True, outer=True), "leftJoin leftOuterJoin rightJoin fullOuterJoin"),
        **actions(Action(operation=Operation.CREATE, payload=("0",)), "insert"),
        **actions(Action(operation=Operation.UPDATE, payload=("0",)), "update"),
        **actions(Action(operation=Operation.DELETE), "del delete"),
        **actions(
            Action(),
            "select column columns first distinct groupBy having orderBy limit offset returning as from into "
            "whereNull whereNotNull whereRaw count sum min max avg pluck clone transacting onConflict merge ignore "
            "forUpdate increment decrement andWhereRaw",
        ),
    },
    thenable=True,
)
