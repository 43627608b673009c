"""A schema in comparable form: frozen values with the schema's own name factored out, so that `==` means the same.

Definitions are SQL as PostgreSQL prints it, except that the schema's own name stands as a mark (see `factor`): two
tenants with the same tables have equal texts. Fields that do not take part in the comparison (positions, names that
the definition makes irrelevant) are declared with `compare=False`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a difference is about, and what a source declares that it can express."""

    TABLE = "table"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    STATISTICS = "statistics"
    SEQUENCE = "sequence"
    TYPE = "type"
    COLLATION = "collation"
    EXTENSION = "extension"
    FUNCTION = "function"
    TRIGGER = "trigger"
    RULE = "rule"
    VIEW = "view"
    POLICY = "policy"
    GRANT = "grant"
    DEFAULT_PRIVILEGE = "default privilege"
    OWNER = "owner"
    COMMENT = "comment"


ALL_KINDS = frozenset(Kind)
CONSTRAINT_TYPES = ("primary key", "foreign key", "unique", "check", "exclusion")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `identity` is `always` or `by default`; `generated` an expression; texts are '' where there is none.

    `default` names a sequence that the column itself owns by `factor.OWNED`. `inherited` columns are declared by a
    parent.
    """

    name: str
    type: str
    nullable: bool = True
    default: str = ""
    identity: str = ""
    identity_options: str = ""
    generated: str = ""
    virtual: bool = False
    collation: str = ""
    storage: str = ""
    compression: str = ""
    statistics: int = -1
    options: tuple[str, ...] = ()
    inherited: bool = False
    comment: str = ""
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of a table or domain; `type` is `primary key`, `foreign key`, `unique`, `check` or `exclusion`.

    `definition` ends in NOT VALID when the rows present were never checked. `options` are those of its index.
    """

    type: str
    definition: str
    columns: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    inherited: bool = False
    comment: str = ""
    name: str = field(default="", compare=False)

    @property
    def valid(self) -> bool:
        """Whether all rows are known to satisfy it."""
        return not self.definition.endswith(" NOT VALID")


@dataclass(frozen=True, slots=True)
class Index:
    """An index that backs no constraint; `definition` starts with its method: `USING gin (payload)`."""

    definition: str
    unique: bool = False
    valid: bool = True
    clustered: bool = False
    comment: str = ""
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger; `definition` is all that follows its name. `enabled` is `origin`, `disabled`, `replica`, `always`."""

    name: str
    definition: str
    enabled: str = "origin"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rewrite rule; `definition` is the whole statement."""

    name: str
    definition: str
    enabled: str = "origin"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A row-level security policy; `roles` are sorted, and hold `public` for everyone."""

    name: str
    command: str
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str = ""
    check: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """An extended statistics object; `definition` is all that follows its name."""

    definition: str
    comment: str = ""
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its parts are sorted. `partition_key` and `bound` are '' when it is neither partitioned nor a partition.

    `replica_identity` is `default`, `full`, `nothing` or `index` with its columns.
    """

    name: str
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    partition_key: str = ""
    parents: tuple[str, ...] = ()
    bound: str = ""
    options: tuple[str, ...] = ()
    persistence: str = "permanent"
    replica_identity: str = "default"
    row_security: bool = False
    row_security_forced: bool = False
    access_method: str = "heap"
    tablespace: str = ""
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A view or materialised view; `definition` is the query."""

    name: str
    definition: str
    materialized: bool = False
    populated: bool = True
    columns: tuple[Column, ...] = ()
    options: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence that is not an identity column's; `owned_by` is (table, column) or empty."""

    name: str
    definition: str
    owned_by: tuple[str, ...] = ()
    persistence: str = "permanent"
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """An enum, domain, composite or range type: `definition` is all that follows `CREATE TYPE name`.

    For an enum `labels` hold the labels in order, for a composite `columns` the attributes. A domain's definition has
    its base type, default and NOT NULL, and its checks are `constraints`.
    """

    name: str
    type: str
    definition: str
    labels: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function, procedure or aggregate. `signature` is `name(argument types)`, which tells overloads apart.

    `definition` is the whole `CREATE OR REPLACE` statement. The other fields repeat parts of it, for readers.
    """

    name: str
    signature: str
    type: str
    definition: str
    arguments: str = field(default="", compare=False)
    returns: str = field(default="", compare=False)
    language: str = field(default="", compare=False)
    attributes: tuple[str, ...] = field(default=(), compare=False)
    settings: tuple[str, ...] = field(default=(), compare=False)
    body: str = field(default="", compare=False)
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Collation:
    """A collation; `definition` is what stands between the parentheses."""

    name: str
    definition: str
    owner: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension whose objects are in this schema."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege. `target` is the kind and name of the object: `table acct`, `function f1()`, `schema`."""

    target: str
    privilege: str
    grantee: str
    column: str = ""
    grantable: bool = False


@dataclass(frozen=True, slots=True)
class DefaultPrivilege:
    """A privilege that objects which `role` will make in this schema start with."""

    role: str
    objects: str
    privilege: str
    grantee: str
    grantable: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a schema was read: the reference without its password, and the file, when there is one.

    `places` are (table, file, line) of the statements that make tables; the table '' is the function that makes all.
    `server` is the server's version number, 0 without one.
    """

    label: str
    path: str = ""
    places: tuple[tuple[str, str, int], ...] = ()
    server: int = 0


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do in a schema: `usable` is false where it does not even see it, `bypasses` tells that
    row-level security does not hold for it, and `owned` are the tables for which that is so because they are its own.
    """

    name: str
    bypasses: bool = False
    usable: bool = True
    owned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything in one schema. `name` and what is said of the reading do not take part in the comparison.

    `kinds` and `constraint_types` are those which the source can express; others are "not compared". `canonical` is
    false when expressions are as somebody wrote them and not as a server prints them. `busy` names tables that could
    not be read because somebody is altering them, `notes` what is not compared by kind, and `unread` the places of a
    file that should have been read and could not. `elsewhere` names the other schemas of its database that hold tables
    when this one holds nothing. `rights` are those of the role that the reference names, None without a server.
    `dependencies` are pairs (object, needed object) of keys such as
    `("relation", "acct")`.
    """

    name: str = field(compare=False)
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    types: tuple[Type, ...] = ()
    functions: tuple[Function, ...] = ()
    collations: tuple[Collation, ...] = ()
    extensions: tuple[Extension, ...] = ()
    grants: tuple[Grant, ...] = ()
    default_privileges: tuple[DefaultPrivilege, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)
    kinds: frozenset[Kind] = field(default=ALL_KINDS, compare=False)
    constraint_types: tuple[str, ...] = field(default=CONSTRAINT_TYPES, compare=False)
    canonical: bool = field(default=True, compare=False)
    busy: tuple[str, ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    unread: tuple[str, ...] = field(default=(), compare=False)
    elsewhere: tuple[str, ...] = field(default=(), compare=False)
    rights: Rights | None = field(default=None, compare=False)
    dependencies: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = field(default=(), compare=False)

    @property
    def empty(self) -> bool:
        """Whether there is no object in it."""
        objects = (self.tables, self.views, self.sequences, self.types, self.functions, self.collations)
        return not any((*objects, self.extensions))
