"""Sequelize: models that are queried themselves, with objects of conditions."""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions
from isolint.orms.sequelize_tables import RELATING, declare, declare_variable, relate

WHERE = {"0.where": Form.MAPPING}
SECOND = {"1.where": Form.MAPPING}
FETCH = Action(Yields.ROWS, where=WHERE, joins=("0.include",))
NUMBER = Yields.NUMBER
BY_KEY = Action(Yields.ROWS, where={"0": Form.KEY}, joins=("1.include",))
FIND_OR_MAKE = Action(
    Yields.ROWS, where=WHERE, payload=("0.where", "0.defaults"), operation=Operation.UPDATE, joins=("0.include",)
)
UPDATE = Action(NUMBER, where=SECOND, payload=("0",), operation=Operation.UPDATE)
MODEL = {
    **actions(FETCH, "findAll findOne findAndCountAll"),
    **actions(BY_KEY, "findByPk findById findByPrimary"),
    **actions(replace(FETCH, yields=NUMBER), "count"),
    **actions(Action(NUMBER, where=SECOND), "max min sum aggregate"),
    **actions(FIND_OR_MAKE, "findOrCreate findOrBuild findCreateFind"),
    **actions(Action(Yields.ROWS, payload=("0",), operation=Operation.CREATE), "create bulkCreate upsert"),
    **actions(Action(Yields.INSTANCE, payload=("0",)), "build bulkBuild"),
    **actions(UPDATE, "update"),
    **actions(Action(NUMBER, where=SECOND, operation=Operation.UPDATE), "increment decrement"),
    **actions(Action(NUMBER, where=WHERE, operation=Operation.DELETE), "destroy truncate"),
    **actions(Action(NUMBER, where=WHERE, operation=Operation.UPDATE), "restore"),
    "scope": Action(where={"0": Form.NAMED}),
    **actions(Action(), "unscoped schema"),
}
OPERATORS = {
    "eq": "eq", "is": "eq", "in": "in", "any": "in", "ne": "ne", "not": "ne", "notIn": "not in", "lt": "lt",
    "lte": "le", "gt": "gt", "gte": "ge", "like": "other", "iLike": "other", "notLike": "other", "notILike": "other",
    "startsWith": "other", "endsWith": "other", "substring": "other", "between": "other", "notBetween": "other",
    "regexp": "other", "iRegexp": "other", "contains": "other", "contained": "other", "overlap": "other",
    "match": "other", "col": "other", "all": "other",
}  # fmt: skip
CHANGED = Action(NUMBER, payload=("0",), operation=Operation.UPDATE)
LAYER = Layer(
    name="sequelize",
    rank=74,
    modules=("sequelize", "sequelize-typescript", "@sequelize/core"),
    declare=declare,
    declare_variable=declare_variable,
    relate=relate,
    makers=frozenset({"define"}),
    relating=RELATING,
    injects=frozenset({"InjectModel"}),
    model=MODEL,
    delegates=MODEL,
    query=MODEL,
    row={
        **actions(CHANGED, "save update increment decrement restore"),
        "destroy": Action(NUMBER, operation=Operation.DELETE),
    },
    words=Vocabulary(
        operators={f"{prefix}{name}": sign for name, sign in OPERATORS.items() for prefix in ("Op.", "$")},
        every=frozenset({"Op.and", "$and"}),
        any=frozenset({"Op.or", "$or"}),
        none=frozenset({"Op.not", "$not"}),
    ),
)
