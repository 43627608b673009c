"""TypeORM: entities by decorators, repositories and entity managers, query builders."""

from __future__ import annotations

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
from isolint.orms.schemas import declare_typeorm

MODULE = "typeorm"
ENTITIES = frozenset({"Entity", "ChildEntity", "ViewEntity"})
PRIMARY = frozenset({"PrimaryGeneratedColumn", "PrimaryColumn", "ObjectIdColumn"})
COLUMNS = PRIMARY | frozenset(
    "Column CreateDateColumn UpdateDateColumn DeleteDateColumn VersionColumn Generated ViewColumn".split()
)
TO_ONE = frozenset({"ManyToOne", "OneToOne"})
TO_MANY = frozenset({"OneToMany", "ManyToMany"})


def declare(view: ClassView) -> Declaration | None:
    """The table of a class with an entity decorator; what it inherits counts as its own."""
    entity = view.decorator(MODULE, ENTITIES)
    if entity is None:
        return None
    columns = {item.name: column for item in view.fields if (column := _column(item)) is not None}
    relations = []
    for item in view.fields:
        kind, call = _decorated(item, TO_ONE | TO_MANY)
        target = _target(view, item, call) if call is not None else ""
        if call is None or not target:
            continue
        key = _key(item, kind, columns)
        if key:
            columns[key] = Column(key, target, nullable=True) if key not in columns else columns[key]
        relations.append(Relation(item.name, target, key, many=kind in TO_MANY))
    options = entries(*positional(entity))
    return Declaration(
        name=view.name,
        place=view.place,
        layer="typeorm",
        columns=tuple(columns.values()),
        relations=tuple(relations),
        uniques=tuple(_uniques(view)),
        sql_name=next((name for a in positional(entity) if (name := text(a))), "") or text(options.get("name")),
        schema=text(options.get("schema")),
    )


def _decorated(item: Field, names: frozenset[str]) -> tuple[str, Call | None]:
    """The decorator of a field that has one of these names."""
    for decorator in item.decorators:
        if isinstance(decorator, Call) and (name := last_name(decorator.function)) in names:
            return name, decorator
    return "", None


def _column(item: Field) -> Column | None:
    kind, call = _decorated(item, COLUMNS)
    if call is None:
        return None
    options = entries(*positional(call))
    return Column(
        name=item.name,
        nullable=is_true(options.get("nullable")),
        unique=is_true(options.get("unique")),
        primary=kind in PRIMARY or is_true(options.get("primary")),
        sql_name=text(options.get("name")),
    )


def _target(view: ClassView, item: Field, call: Call) -> str:
    """The entity that a relation leads to: `() => Org`, `'Org'`, or what its type says."""
    first = next(iter(positional(call)), None)
    named: Expression | None = view.returned(first) if first is not None else None
    return target_name(named if named is not None else first) or annotation_target(item.annotation)


def _key(item: Field, kind: str, columns: dict[str, Column]) -> str:
    """The property, or else the column, that holds a relation's key; '' when the other side has it."""
    _, join = _decorated(item, frozenset({"JoinColumn"}))
    if kind not in TO_ONE or (kind == "OneToOne" and join is None):
        return ""
    named = text(entries(*positional(join)).get("name")) if join is not None else ""
    name = named or f"{item.name}Id"
    return next((column.name for column in columns.values() if name in (column.name, column.sql_name)), name)


def _uniques(view: ClassView) -> list[tuple[str, ...]]:
    found = []
    for decorator in view.decorators:
        if isinstance(decorator, Call) and last_name(decorator.function) in {"Unique", "Index"}:
            given = positional(decorator)
            unique = last_name(decorator.function) == "Unique" or is_true(entries(*given).get("unique"))
            names = next((names for each in reversed(given) if len(names := names_in(each)) > 1), ())
            found.extend([names] if unique and names else [])
    return found


FIND = {"0.where": Form.MAPPING}
BY = {"0": Form.MAPPING}
CRITERIA = {"0": Form.CRITERIA}
ROWS = Yields.ROWS
NUMBER = Yields.NUMBER
DELETE = Action(NUMBER, where=CRITERIA, operation=Operation.DELETE)
UPDATE = Action(NUMBER, where=CRITERIA, payload=("1",), operation=Operation.UPDATE)
UPSERT = Action(NUMBER, payload=("0",), operation=Operation.CREATE)
REPOSITORY = {
    **actions(Action(ROWS, where=FIND), "find findOne findAndCount"),
    **actions(Action(ROWS, where=FIND, raises=True), "findOneOrFail"),
    **actions(Action(ROWS, where=BY), "findBy findOneBy findAndCountBy"),
    **actions(Action(ROWS, where=BY, raises=True), "findOneByOrFail"),
    **actions(Action(NUMBER, where=FIND), "count exist exists"),
    **actions(Action(NUMBER, where=BY), "countBy existsBy"),
    **actions(Action(NUMBER, where={"1": Form.MAPPING}), "sum average minimum maximum"),
    **actions(Action(ROWS, where=CRITERIA), "findOneById findById findByIds"),
    **actions(UPDATE, "update"),
    **actions(Action(NUMBER, where=BY, operation=Operation.UPDATE), "increment decrement"),
    **actions(DELETE, "delete softDelete restore"),
    **actions(Action(NUMBER, operation=Operation.DELETE), "clear"),
    **actions(UPSERT, "insert upsert"),
    **actions(Action(Yields.INSTANCE, payload=("0",)), "create"),
    **actions(Action(), "createQueryBuilder"),
    **actions(Action(Yields.HANDLE), "extend"),
}
FRAGMENT = {"0": Form.FRAGMENT}
LAYER = Layer(
    name="typeorm",
    rank=70,
    modules=("typeorm",),
    declare=declare,
    declare_variable=declare_typeorm,
    handles=frozenset({"Repository", "TreeRepository", "MongoRepository"}),
    injects=frozenset({"InjectRepository"}),
    mutable=True,
    delegates=REPOSITORY,
    model={**REPOSITORY, "getRepository": Action(Yields.HANDLE)},
    session={
        **{name: action.behind("0") for name, action in REPOSITORY.items() if name != "extend"},
        **actions(
            Action(Yields.HANDLE, tables="0"),
            "getRepository getTreeRepository getMongoRepository getCustomRepository withRepository",
        ),
    },
    instances={
        **dict.fromkeys("save insert recover".split(), Operation.CREATE),
        **dict.fromkeys("remove softRemove".split(), Operation.DELETE),
    },
    merges=frozenset({"merge"}),
    query={
        **actions(Action(where=FRAGMENT, replaces=True), "where"),
        **actions(Action(where=FRAGMENT), "andWhere"),
        **actions(Action(where=FRAGMENT, widens=True), "orWhere"),
        **actions(Action(where={"0": Form.CRITERIA}), "whereInIds andWhereInIds"),
        **actions(Action(join=True), "innerJoin innerJoinAndSelect"),
        **actions(Action(join=True, outer=True), "leftJoin leftJoinAndSelect"),
        **actions(Action(tables="0"), "from"),
        "update": Action(tables="0", operation=Operation.UPDATE),
        **actions(Action(tables="0", operation=Operation.DELETE), "delete softDelete"),
        "insert": Action(operation=Operation.CREATE),
        "into": Action(tables="0", operation=Operation.CREATE),
        "set": Action(payload=("0",)),
        "values": Action(payload=("0",)),
        **actions(
            Action(),
            "select addSelect orderBy addOrderBy groupBy addGroupBy having andHaving orHaving limit offset take skip "
            "distinct distinctOn setParameter setParameters cache setLock withDeleted returning orUpdate orIgnore "
            "onConflict clone useTransaction comment setQueryRunner loadRelationCountAndMap relation of",
        ),
        **actions(
            Action(ROWS),
            "getOne getMany getManyAndCount getRawOne getRawMany getRawAndEntities getOneOrFail stream execute",
        ),
        **actions(Action(NUMBER), "getCount getExists"),
    },
    words=Vocabulary(
        drops=frozenset({"undefined", "null"}),
        calls={
            "In": "in", "Any": "in", "Equal": "eq", "IsNull": "null", "Not": "not", "LessThan": "lt", "MoreThan": "gt",
            "LessThanOrEqual": "le", "MoreThanOrEqual": "ge", "Like": "other", "ILike": "other", "Between": "other",
            "Raw": "other", "ArrayContains": "other", "ArrayContainedBy": "other", "ArrayOverlap": "other",
            "JsonContains": "other", "And": "other", "Or": "other",
        },
    ),
)  # fmt: skip
