"""MikroORM: entities by decorators, entity managers and repositories, a unit of work."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.access import Operation
from isolint.model.code import Call, Expression, Field
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import (
    ClassView,
    annotation_target,
    entries,
    is_true,
    last_name,
    names_in,
    positional,
    target_name,
    text,
)
from isolint.orms.layer import Action, Form, Layer, Vocabulary, Yields, actions
from isolint.orms.schemas import declare_mikroorm

MODULE = "@mikro-orm"
PRIMARY = frozenset({"PrimaryKey", "SerializedPrimaryKey"})
COLUMNS = PRIMARY | {"Property", "Enum"}
TO_ONE = frozenset({"ManyToOne", "OneToOne"})
TO_MANY = frozenset({"OneToMany", "ManyToMany"})


def declare(view: ClassView) -> Declaration | None:
    """The table of a class with an entity decorator; a relation to one row is its own key column."""
    entity = view.decorator(MODULE, {"Entity"})
    if entity is None or is_true(entries(*positional(entity)).get("abstract")):
        return None
    columns, relations = [], []
    for item in view.fields:
        kind, call = _decorated(item)
        if call is None:
            continue
        options = entries(*positional(call))
        target = _target(view, item, call, options) if kind in TO_ONE | TO_MANY else ""
        owner = kind == "ManyToOne" or (kind == "OneToOne" and "mappedBy" not in options)
        if kind in COLUMNS or (target and owner):
            columns.append(_column(item, kind, options, target))
        if target:
            relations.append(Relation(item.name, target, item.name if owner else "", many=kind in TO_MANY))
    options = entries(*positional(entity))
    return Declaration(
        name=view.name,
        place=view.place,
        layer="mikroorm",
        columns=tuple(columns),
        relations=tuple(relations),
        uniques=tuple(_uniques(view)),
        sql_name=text(options.get("tableName")) or text(options.get("collection")),
        schema=text(options.get("schema")),
        filters=tuple(_filters(view)),
    )


def _filters(view: ClassView) -> Iterator[tuple[str, Expression]]:
    """The conditions of `@Filter({ name, cond, default: true })`."""
    for decorator in view.decorators:
        if isinstance(decorator, Call) and _called(decorator) == "Filter":
            options = entries(*positional(decorator))
            if "cond" in options and is_true(options.get("default")):
                yield text(options.get("name")), options["cond"]


def _decorated(item: Field) -> tuple[str, Call | None]:
    for decorator in item.decorators:
        if isinstance(decorator, Call) and (name := last_name(decorator.function)) in COLUMNS | TO_ONE | TO_MANY:
            return name, decorator
    return "", None


def _column(item: Field, kind: str, options: dict[str, Expression], target: str) -> Column:
    return Column(
        name=item.name,
        references=target,
        nullable=is_true(options.get("nullable")),
        unique=is_true(options.get("unique")) or any(_called(d) == "Unique" for d in item.decorators),
        primary=kind in PRIMARY or is_true(options.get("primary")),
        sql_name=text(options.get("fieldName")) or text(options.get("name")),
    )


def _called(decorator: Expression) -> str:
    return last_name(decorator.function) if isinstance(decorator, Call) else ""


def _target(view: ClassView, item: Field, call: Call, options: dict[str, Expression]) -> str:
    """The entity of a relation: `() => Org`, `{ entity: () => Org }`, `'Org'`, or what its type says."""
    first = options.get("entity") or next(iter(positional(call)), None)
    named = view.returned(first) if first is not None else None
    return target_name(named if named is not None else first) or annotation_target(item.annotation)


def _uniques(view: ClassView) -> list[tuple[str, ...]]:
    found = []
    for decorator in view.decorators:
        if isinstance(decorator, Call) and _called(decorator) == "Unique":
            found.append(names_in(entries(*positional(decorator)).get("properties")))
    return [names for names in found if names]


WHERE = {"0": Form.CRITERIA}
ROWS = Yields.ROWS
NUMBER = Yields.NUMBER
REPOSITORY = {
    **actions(Action(ROWS, where=WHERE), "find findOne findAndCount"),
    **actions(Action(ROWS, where=WHERE, raises=True), "findOneOrFail"),
    **actions(Action(ROWS, where={"0.where": Form.MAPPING}), "findAll findByCursor"),
    **actions(Action(NUMBER, where=WHERE), "count"),
    **actions(Action(NUMBER, where=WHERE, payload=("1",), operation=Operation.UPDATE), "nativeUpdate"),
    **actions(Action(NUMBER, where=WHERE, operation=Operation.DELETE), "nativeDelete"),
    **actions(Action(ROWS, payload=("0",), operation=Operation.CREATE), "insert insertMany upsert upsertMany"),
    **actions(Action(Yields.INSTANCE, payload=("0",), operation=Operation.CREATE), "create"),
    **actions(Action(Yields.REFERENCE, where={"0": Form.KEY}), "getReference"),
    **actions(Action(), "createQueryBuilder qb"),
}
LAYER = Layer(
    name="mikroorm",
    rank=72,
    modules=("@mikro-orm",),
    declare=declare,
    declare_variable=declare_mikroorm,
    handles=frozenset({"EntityRepository", "SqlEntityRepository"}),
    injects=frozenset({"InjectRepository"}),
    mutable=True,
    delegates=REPOSITORY,
    session={
        **{name: action.behind("0") for name, action in REPOSITORY.items()},
        "getRepository": Action(Yields.HANDLE, tables="0"),
    },
    instances={
        **dict.fromkeys("persist persistAndFlush".split(), Operation.CREATE),
        **dict.fromkeys("remove removeAndFlush".split(), Operation.DELETE),
    },
    merges=frozenset({"assign"}),
    tracks=True,
    query={
        **actions(Action(where={"0": Form.FRAGMENT}), "where andWhere"),
        **actions(Action(where={"0": Form.FRAGMENT}, widens=True), "orWhere"),
        **actions(Action(join=True), "join innerJoin joinAndSelect innerJoinAndSelect"),
        **actions(Action(join=True, outer=True), "leftJoin leftJoinAndSelect"),
        "update": Action(payload=("0",), operation=Operation.UPDATE),
        **actions(Action(where={"0": Form.MAPPING}, operation=Operation.DELETE), "delete"),
        "insert": Action(payload=("0",), operation=Operation.CREATE),
        "set": Action(payload=("0",)),
        **actions(
            Action(),
            "select addSelect orderBy groupBy having limit offset populate setLockMode distinct onConflict merge "
            "ignore returning clone withSchema count",
        ),
        **actions(Action(ROWS), "getResult getResultList getSingleResult getResultAndCount execute"),
        **actions(Action(NUMBER), "getCount"),
    },
    words=Vocabulary(
        operators={
            "$eq": "eq", "$in": "in", "$nin": "not in", "$ne": "ne", "$lt": "lt", "$lte": "le", "$gt": "gt",
            "$gte": "ge", "$like": "other", "$ilike": "other", "$re": "other", "$fulltext": "other",
            "$contains": "other", "$contained": "other", "$overlap": "other", "$exists": "other",
        },
        every=frozenset({"$and"}),
        any=frozenset({"$or"}),
        none=frozenset({"$not"}),
        through=frozenset({"$some", "$every"}),
        without=frozenset({"$none"}),
    ),
)  # fmt: skip
