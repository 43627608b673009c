"""The actions of ALTER TABLE, offline."""

from __future__ import annotations

from dataclasses import replace

from isolint.schema.offline.cursor import Cursor, Unreadable
from isolint.schema.offline.elements import STARTS, Draft, Resolve, column, constraint, default
from isolint.schema.offline.typenames import canonical_type


def alter_table(draft: Draft, action: str, resolve: Resolve, security: set[str]) -> tuple[str, bool]:
    """Apply one action to the table: (its new name if it has one, whether the action was understood)."""
    cursor = Cursor(action)
    if cursor.take("ADD"):
        _add(draft, cursor, resolve)
    elif cursor.take("DROP"):
        _drop(draft, cursor)
    elif cursor.take("ALTER"):
        cursor.take("COLUMN")
        return "", _alter_column(draft, cursor)
    elif cursor.take("RENAME"):
        return _rename(draft, cursor), True
    elif cursor.take("ENABLE", "ROW") or cursor.take("FORCE", "ROW"):
        security.add("ENABLE" if action.upper().startswith("ENABLE") else "FORCE")
    elif cursor.take("DISABLE", "ROW"):
        security.discard("ENABLE")
    elif not (cursor.take("OWNER") or cursor.take("VALIDATE")):
        return "", False
    return "", True


def _add(draft: Draft, cursor: Cursor, resolve: Resolve) -> None:
    if not cursor.peek("COLUMN") and cursor.token.kind == "word" and cursor.token.text.upper() in STARTS:
        constraint(cursor, draft, resolve)
        return
    cursor.take("COLUMN")
    optional = cursor.take("IF", "NOT", "EXISTS")
    if cursor.token.name in draft.columns:
        if optional:
            return
        raise Unreadable(f"column {cursor.token.name} exists already")
    column(cursor, draft, resolve)


def _drop(draft: Draft, cursor: Cursor) -> None:
    what = "CONSTRAINT" if cursor.take("CONSTRAINT") else "COLUMN"
    cursor.take("COLUMN")
    cursor.take("IF", "EXISTS")
    name = cursor.name()
    if what == "CONSTRAINT":
        draft.constraints = [c for c in draft.constraints if c.name != name]
        return
    draft.columns.pop(name, None)
    draft.constraints = [c for c in draft.constraints if name not in c.columns]


def _rename(draft: Draft, cursor: Cursor) -> str:
    if cursor.take("TO"):
        return cursor.name()
    if cursor.take("CONSTRAINT"):
        old = cursor.name()
        cursor.expect("TO")
        new = cursor.name()
        draft.constraints = [replace(c, name=new) if c.name == old else c for c in draft.constraints]
        return ""
    raise Unreadable("a renamed column needs a server")


def _alter_column(draft: Draft, cursor: Cursor) -> bool:
    name = cursor.name()
    found = draft.columns.get(name)
    if found is None:
        raise Unreadable(f"column {name} is not known here")
    if cursor.take("SET", "DEFAULT"):
        made = replace(found, default=default(cursor.rest()))
    elif cursor.take("DROP", "DEFAULT"):
        made = replace(found, default="")
    elif cursor.take("SET", "NOT", "NULL"):
        made = replace(found, nullable=False)
    elif cursor.take("DROP", "NOT", "NULL"):
        made = replace(found, nullable=True)
    elif cursor.take("SET", "DATA", "TYPE") or cursor.take("TYPE"):
        made = replace(found, type=canonical_type(cursor.until("USING", "COLLATE")))
    elif cursor.take("SET") or cursor.take("RESET"):
        return False
    else:
        raise Unreadable(f"column {name}: {cursor.token.text} is not read")
    draft.columns[name] = made
    return True
