"""Mongoose: models that are queried themselves, with objects of conditions and with chains that name fields."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions
from isolint.orms.mongoose_schemas import declare, declare_variable

FILTER = {"0": Form.MAPPING}
KEY = {"0": Form.KEY}
ROWS = Yields.ROWS
NUMBER = Yields.NUMBER
CHANGES = ("1", "1.$set", "1.$setOnInsert")
UPDATE = Action(where=FILTER, payload=CHANGES, operation=Operation.UPDATE)
UPDATE_BY_KEY = Action(where=KEY, payload=CHANGES, operation=Operation.UPDATE)
MODEL = {
    **actions(Action(where=FILTER), "find findOne countDocuments count exists"),
    **actions(Action(where=KEY), "findById"),
    **actions(Action(where={"1": Form.MAPPING}), "distinct"),
    **actions(UPDATE, "findOneAndUpdate findOneAndReplace updateOne updateMany replaceOne update"),
    **actions(UPDATE_BY_KEY, "findByIdAndUpdate"),
    **actions(
        Action(where=FILTER, operation=Operation.DELETE), "findOneAndDelete findOneAndRemove deleteOne deleteMany"
    ),
    **actions(Action(where=FILTER, operation=Operation.DELETE), "remove"),
    **actions(Action(where=KEY, operation=Operation.DELETE), "findByIdAndDelete findByIdAndRemove"),
    **actions(Action(ROWS, payload=("0",), operation=Operation.CREATE), "create insertMany"),
    **actions(Action(NUMBER), "estimatedDocumentCount watch"),
    **actions(Action(where={"0.[].$match": Form.MAPPING}), "aggregate"),
    "where": Action(where={"0": Form.COMPARISON}),
}
CHANGED = Action(NUMBER, payload=("0", "0.$set"), operation=Operation.UPDATE)
COMPARED = {"0": Form.OPERAND}
LAYER = Layer(
    name="mongoose",
    rank=76,
    modules=("mongoose",),
    declare=declare,
    declare_variable=declare_variable,
    makers=frozenset({"model"}),
    handles=frozenset({"Model", "PaginateModel"}),
    injects=frozenset({"InjectModel"}),
    model=MODEL,
    delegates=MODEL,
    query={
        **{name: action for name, action in MODEL.items() if name not in {"create", "insertMany"}},
        **actions(Action(where={"0": Form.COMPARISON}), "where and"),
        **actions(Action(where=COMPARED), "equals eq"),
        **actions(Action(where=COMPARED, operator="in"), "in"),
        **actions(Action(where=COMPARED, operator="ne"), "ne"),
        **actions(Action(where=COMPARED, operator="not in"), "nin"),
        **actions(Action(where=COMPARED, operator="other"), "gt gte lt lte regex all size"),
        **actions(Action(where=FILTER), "match merge setQuery"),
        **actions(Action(where=FILTER, widens=True), "or"),
        **actions(Action(payload=("0", "0.$set"), operation=Operation.UPDATE), "set setUpdate"),
        "orFail": Action(ROWS, raises=True),
        **actions(
            Action(),
            "lean populate select sort limit skip session read hint collation allowDiskUse batchSize comment maxTimeMS "
            "transform slice setOptions explain group project unwind lookup addFields facet sample count sortByCount "
            "replaceRoot graphLookup",
        ),
        **actions(Action(ROWS), "exec cursor then"),
    },
    row={
        **actions(CHANGED, "set updateOne update overwrite"),
        "save": Action(NUMBER, operation=Operation.UPDATE),
        **actions(Action(NUMBER, operation=Operation.DELETE), "deleteOne remove delete"),
    },
    thenable=True,
    words=Vocabulary(
        operators={
            "$eq": "eq", "$in": "in", "$nin": "not in", "$ne": "ne", "$lt": "lt", "$lte": "le", "$gt": "gt",
            "$gte": "ge", "$regex": "other", "$options": "other", "$exists": "other", "$all": "other",
            "$elemMatch": "other", "$size": "other", "$type": "other", "$not": "other", "$mod": "other",
        },
        every=frozenset({"$and"}),
        any=frozenset({"$or"}),
        none=frozenset({"$nor"}),
    ),
)  # fmt: skip
