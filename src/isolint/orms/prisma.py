"""Prisma Client, and Prisma Client Python; its models are declared in `schema.prisma`."""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions

WHERE = {"0.where": Form.MAPPING, "where": Form.MAPPING}
INCLUDE = ("0.include", "0.select", "include")
DATA = ("0.data", "data")
FETCH = Action(yields=Yields.ROWS, where=WHERE, include=INCLUDE)
FETCH_OR_RAISE = replace(FETCH, raises=True)
NUMBER = Action(yields=Yields.NUMBER, where=WHERE)
CREATE = Action(yields=Yields.ROWS, operation=Operation.CREATE, payload=DATA)
UPDATE = Action(yields=Yields.ROWS, operation=Operation.UPDATE, where=WHERE, payload=DATA)
UPSERT = replace(UPDATE, payload=("0.create", "0.update", "data.create", "data.update"))
DELETE = Action(yields=Yields.ROWS, operation=Operation.DELETE, where=WHERE)
FIRST = {"0": Form.MAPPING, "where": Form.MAPPING}
IN_PYTHON = {
    **actions(replace(FETCH, where=FIRST), "find_many find_first find_unique"),
    **actions(replace(FETCH_OR_RAISE, where=FIRST), "find_first_or_raise find_unique_or_raise"),
    "group_by": Action(yields=Yields.NUMBER, where={"where": Form.MAPPING}),
    "create_many": CREATE,
    "update_many": UPDATE,
    "delete_many": replace(DELETE, where=FIRST),
}
"""What is named otherwise in Prisma Client Python, where `where`, `data` and `include` are keywords."""
LAYER = Layer(
    name="prisma",
    rank=60,
    modules=("@prisma/client", "prisma"),
    fragments=frozenset({"sql"}),
    delegates={
        **actions(FETCH, "findMany findFirst findUnique findRaw aggregateRaw"),
        **actions(FETCH_OR_RAISE, "findFirstOrThrow findUniqueOrThrow"),
        **actions(NUMBER, "count aggregate groupBy"),
        **actions(CREATE, "create createMany createManyAndReturn"),
        **actions(UPDATE, "update updateMany updateManyAndReturn"),
        "upsert": UPSERT,
        **actions(DELETE, "delete deleteMany"),
        **IN_PYTHON,
    },
    sure=frozenset(
        "findMany findFirst findUnique findFirstOrThrow findUniqueOrThrow createMany updateMany deleteMany upsert "
        "groupBy aggregate".split()
    )
    | IN_PYTHON.keys(),
    words=Vocabulary(
        operators={
            "equals": "eq", "in": "in", "notIn": "not in", "not": "ne", "lt": "lt", "lte": "le", "gt": "gt",
            "gte": "ge", "contains": "other", "startsWith": "other", "endsWith": "other", "search": "other",
            "has": "other", "hasSome": "other", "hasEvery": "other", "isEmpty": "other", "path": "other",
            "not_in": "not in", "startswith": "other", "endswith": "other", "has_some": "other", "has_every": "other",
            "is_empty": "other", "array_contains": "other", "string_contains": "other", "mode": "other",
        },
        every=frozenset({"AND"}),
        any=frozenset({"OR"}),
        none=frozenset({"NOT"}),
        through=frozenset({"some", "every", "is"}),
        without=frozenset({"none", "isNot", "is_not"}),
        drops=frozenset({"undefined"}),
    ),
)  # fmt: skip
