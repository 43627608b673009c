"""Steps for privileges, owners and comments."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.schema.difference import Change, Difference
from isolint.schema.factor import SCHEMA
from isolint.schema.model import (
    Column,
    Constraint,
    DefaultPrivilege,
    Grant,
    Index,
    Kind,
    Policy,
    Rule,
    Schema,
    Statistics,
    Table,
    Trigger,
    Type,
    View,
)
from isolint.schema.plan.sql import comment_on, ident, own, visible
from isolint.schema.plan.steps import Phase, Step


def grant(item: Difference) -> Iterator[Step]:
    """GRANT what is missing; taking away is refused, since it may stop somebody's work."""
    wanted: Grant | None = item.wanted
    present: Grant | None = item.present
    if item.change is Change.MISSING and wanted:
        option = " WITH GRANT OPTION" if wanted.grantable else ""
        sql = f"GRANT {_privilege(wanted)} ON {_target(wanted)} TO {wanted.grantee}{option};"
        yield Step(Phase.GRANT, f"grant {visible(item.name)}", sql)
    elif item.change is Change.CHANGED and wanted and wanted.grantable:
        sql = f"GRANT {_privilege(wanted)} ON {_target(wanted)} TO {wanted.grantee} WITH GRANT OPTION;"
        yield Step(Phase.GRANT, f"grant {visible(item.name)}", sql)
    elif present:
        option = "GRANT OPTION FOR " if item.change is Change.CHANGED else ""
        sql = f"REVOKE {option}{_privilege(present)} ON {_target(present)} FROM {present.grantee};"
        yield Step(Phase.GRANT, f"revoke {visible(item.name)}", sql, refusal="somebody may rely on the privilege")


def _privilege(item: Grant) -> str:
    return f"{item.privilege} ({ident(item.column)})" if item.column else item.privilege


def _target(item: Grant) -> str:
    kind, _, name = item.target.partition(" ")
    if kind == "schema":
        return f"SCHEMA {SCHEMA}"
    if kind == "function":
        return f"ROUTINE {SCHEMA}.{name}"
    words = {"table": "TABLE", "view": "TABLE", "sequence": "SEQUENCE", "type": "TYPE"}
    return f"{words[kind]} {own(name)}"


def default_privilege(item: Difference) -> Iterator[Step]:
    """ALTER DEFAULT PRIVILEGES, which says what objects made from now on start with."""
    subject: DefaultPrivilege = item.wanted or item.present
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {subject.role} IN SCHEMA {SCHEMA}"
    what = f"default privilege {visible(item.name)}"
    if item.wanted is not None and (item.present is None or item.wanted.grantable):
        option = " WITH GRANT OPTION" if item.wanted.grantable else ""
        sql = f"{head} GRANT {subject.privilege} ON {subject.objects} TO {subject.grantee}{option};"
        yield Step(Phase.GRANT, what, sql)
        return
    option = "GRANT OPTION FOR " if item.wanted is not None else ""
    sql = f"{head} REVOKE {option}{subject.privilege} ON {subject.objects} FROM {subject.grantee};"
    yield Step(Phase.GRANT, what, sql, refusal="somebody may rely on the privilege")


def owner(item: Difference, table: str) -> Iterator[Step]:
    """ALTER … OWNER TO, which is refused: it decides who may change the object, and the role may not exist."""
    sql = f"ALTER {_object(item.wanted, table)} OWNER TO {ident(item.reference)};"
    yield Step(Phase.DESCRIBE, f"owner of {item.name}", sql, refusal="who owns an object may drop it")


def comment(item: Difference, table: str) -> Iterator[Step]:
    """COMMENT ON; a comment that the reference lacks is kept."""
    present = item.present if item.present is not None else item.wanted
    target = _object(present, table)
    refusal = "the comment would be lost" if item.change is Change.EXTRA else ""
    yield Step(Phase.DESCRIBE, f"comment on {item.name}", comment_on(target, item.reference), refusal=refusal)


def comments_of(subject: Table | View | Type) -> Iterator[Step]:
    """The comments of a new object and its parts."""
    parts = [subject]
    for name in ("columns", "constraints", "indexes", "triggers", "rules", "policies", "statistics"):
        parts += getattr(subject, name, ())
    for part in parts:
        if part.comment:
            target = _object(part, subject.name)
            yield Step(Phase.DESCRIBE, f"comment on {visible(subject.name)}", comment_on(target, part.comment))


def new_grants(kind: str, name: str, reference: Schema) -> Iterator[Step]:
    """The privileges on a new object."""
    for item in reference.grants:
        if item.target == f"{kind} {name}":
            difference = Difference(
                Kind.GRANT, Change.MISSING, "", f"{item.privilege} on {item.target}", "", "", wanted=item
            )
            yield from grant(difference)


def _object(item: object, table: str) -> str:
    """How ALTER and COMMENT name an object."""
    if isinstance(item, Column):
        return f"COLUMN {own(table)}.{ident(item.name)}"
    if isinstance(item, Constraint):
        return f"CONSTRAINT {ident(item.name)} ON {own(table)}"
    if isinstance(item, (Trigger, Rule, Policy)):
        return f"{type(item).__name__.upper()} {ident(item.name)} ON {own(table)}"
    if isinstance(item, View):
        return f"{'MATERIALIZED VIEW' if item.materialized else 'VIEW'} {own(item.name)}"
    if isinstance(item, Type):
        return f"{'DOMAIN' if item.type == 'domain' else 'TYPE'} {own(item.name)}"
    if isinstance(item, Index):
        return f"INDEX {own(item.name)}"
    if isinstance(item, Statistics):
        return f"STATISTICS {own(item.name)}"
    signature = getattr(item, "signature", "")
    if signature:
        return f"{getattr(item, 'type', 'function').upper()} {SCHEMA}.{signature}"
    return f"{type(item).__name__.upper()} {own(getattr(item, 'name', ''))}"
