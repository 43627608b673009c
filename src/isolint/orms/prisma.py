"""Prisma Client; its models are declared in `schema.prisma`."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions

WHERE = {"0.where": Form.MAPPING}
INCLUDE = ("0.include", "0.select")
FETCH = Action(yields=Yields.ROWS, where=WHERE, include=INCLUDE)
FETCH_OR_RAISE = Action(yields=Yields.ROWS, where=WHERE, raises=True, include=INCLUDE)
CREATE = Action(yields=Yields.ROWS, operation=Operation.CREATE, payload=("0.data",))
UPDATE = Action(yields=Yields.ROWS, operation=Operation.UPDATE, where=WHERE, payload=("0.data",))
UPSERT = Action(yields=Yields.ROWS, operation=Operation.UPDATE, where=WHERE, payload=("0.create", "0.update"))
DELETE = Action(yields=Yields.ROWS, operation=Operation.DELETE, where=WHERE)
LAYER = Layer(
    name="prisma",
    rank=60,
    modules=("@prisma/client",),
    fragments=frozenset({"sql"}),
    delegates={
        **actions(FETCH, "findMany findFirst findUnique findRaw aggregateRaw"),
        **actions(FETCH_OR_RAISE, "findFirstOrThrow findUniqueOrThrow"),
        **actions(Action(yields=Yields.NUMBER, where=WHERE), "count aggregate groupBy"),
        **actions(CREATE, "create createMany createManyAndReturn"),
        **actions(UPDATE, "update updateMany updateManyAndReturn"),
        "upsert": UPSERT,
        **actions(DELETE, "delete deleteMany"),
    },
    sure=frozenset(
        "findMany findFirst findUnique findFirstOrThrow findUniqueOrThrow createMany updateMany deleteMany upsert "
        "groupBy aggregate".split()
    ),
    words=Vocabulary(
        operators={
            "equals": "eq", "in": "in", "notIn": "not in", "not": "ne", "lt": "lt", "lte": "le", "gt": "gt",
            "gte": "ge", "contains": "other", "startsWith": "other", "endsWith": "other", "search": "other",
            "has": "other", "hasSome": "other", "hasEvery": "other", "isEmpty": "other", "path": "other",
            "array_contains": "other", "string_contains": "other", "mode": "other",
        },
        every=frozenset({"AND"}),
        any=frozenset({"OR"}),
        none=frozenset({"NOT"}),
        through=frozenset({"some", "every", "is"}),
        without=frozenset({"none", "isNot"}),
        drops=frozenset({"undefined"}),
    ),
)  # fmt: skip
