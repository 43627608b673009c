"""Objects in a line of SQL-like text, without the schema's name."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from isolint.schema.factor import shown
from isolint.schema.model import (
    Collation,
    Column,
    Constraint,
    DefaultPrivilege,
    Extension,
    Function,
    Grant,
    Index,
    Policy,
    Sequence,
    Statistics,
    Table,
    Trigger,
    Type,
    View,
)


@singledispatch
def describe(item: Any) -> str:
    """The object as one text for readers: its definition, without its name where that stands elsewhere."""
    return shown(str(getattr(item, "definition", item)))


@describe.register
def _(item: Column) -> str:
    words = [item.type]
    words += [f"COLLATE {item.collation}"] if item.collation else []
    words += [] if item.nullable else ["NOT NULL"]
    words += [f"DEFAULT {item.default}"] if item.default else []
    words += [f"GENERATED {item.identity.upper()} AS IDENTITY ({item.identity_options})"] if item.identity else []
    stored = "VIRTUAL" if item.virtual else "STORED"
    words += [f"GENERATED ALWAYS AS ({item.generated}) {stored}"] if item.generated else []
    words += [f"STORAGE {item.storage.upper()}"] if item.storage else []
    words += [f"COMPRESSION {item.compression}"] if item.compression else []
    words += [f"STATISTICS {item.statistics}"] if item.statistics >= 0 else []
    words += [f"({', '.join(item.options)})"] if item.options else []
    return shown(" ".join(words))


@describe.register
def _(item: Constraint) -> str:
    return shown(item.definition) + (f" WITH ({', '.join(item.options)})" if item.options else "")


@describe.register
def _(item: Index) -> str:
    words = ["UNIQUE"] if item.unique else []
    words += [shown(item.definition)]
    words += [] if item.valid else ["INVALID"]
    return " ".join([*words, "CLUSTERED"] if item.clustered else words)


@describe.register
def _(item: Statistics) -> str:
    return shown(item.definition)


@describe.register
def _(item: Trigger) -> str:
    return shown(item.definition) + ("" if item.enabled == "origin" else f" [{item.enabled}]")


@describe.register
def _(item: Policy) -> str:
    words = [f"AS {'PERMISSIVE' if item.permissive else 'RESTRICTIVE'} FOR {item.command} TO {', '.join(item.roles)}"]
    words += [f"USING ({item.using})"] if item.using else []
    words += [f"WITH CHECK ({item.check})"] if item.check else []
    return shown(" ".join(words))


@describe.register
def _(item: Table) -> str:
    words = [f"{len(item.columns)} columns"]
    words += [f"partition by {item.partition_key}"] if item.partition_key else []
    words += [f"child of {', '.join(item.parents)}"] if item.parents else []
    words += [item.bound] if item.bound else []
    words += [item.persistence] if item.persistence != "permanent" else []
    words += [f"with ({', '.join(item.options)})"] if item.options else []
    words += ["row security"] if item.row_security else []
    words += ["forced row security"] if item.row_security_forced else []
    words += [f"replica identity {item.replica_identity}"] if item.replica_identity != "default" else []
    words += [f"access method {item.access_method}"] if item.access_method != "heap" else []
    words += [f"tablespace {item.tablespace}"] if item.tablespace else []
    return shown(", ".join(words))


@describe.register
def _(item: View) -> str:
    words = ["materialized"] if item.materialized else []
    words += [f"with ({', '.join(item.options)})"] if item.options else []
    words += [" ".join(item.definition.split())]
    return shown(" ".join(words))


@describe.register
def _(item: Sequence) -> str:
    owned = f" OWNED BY {'.'.join(item.owned_by)}" if item.owned_by else " OWNED BY NONE"
    return shown(item.definition + owned) + ("" if item.persistence == "permanent" else f" {item.persistence}")


@describe.register
def _(item: Type) -> str:
    return shown(item.definition + "".join(f" {c.definition}" for c in item.constraints))


@describe.register
def _(item: Function) -> str:
    words = [f"{item.type} ({item.arguments})"]
    words += [f"RETURNS {item.returns}"] if item.returns else []
    telling = (word for word in item.attributes if word not in ("VOLATILE", "PARALLEL UNSAFE"))
    words += [f"LANGUAGE {item.language}", *telling, *(f"SET {setting}" for setting in item.settings)]
    body = item.body if item.body else item.definition
    return shown(" ".join(words) + f" AS {' '.join(body.split())}")


@describe.register
def _(item: Collation) -> str:
    return f"({item.definition})"


@describe.register
def _(item: Extension) -> str:
    return f"version {item.version}"


@describe.register
def _(item: Grant) -> str:
    column = f" ({item.column})" if item.column else ""
    option = " WITH GRANT OPTION" if item.grantable else ""
    return shown(f"{item.privilege}{column} ON {item.target} TO {item.grantee}{option}")


@describe.register
def _(item: DefaultPrivilege) -> str:
    option = " WITH GRANT OPTION" if item.grantable else ""
    return f"FOR ROLE {item.role} GRANT {item.privilege} ON {item.objects} TO {item.grantee}{option}"
