"""A tenant that lives for one test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    from isolint.schema.model import Schema
    from isolint.testing.world import World


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted row: its table, the columns that name it, and whether it is the tenant's own or one that all share."""

    schema: str
    table: str
    key: dict[str, Any]
    own: bool


@dataclass
class LiveTenant:
    """A tenant in the database of the tests. `org_id` is its id, of the type that its key column has.

    `schema` is its own schema, or the one that all share when rows tell tenants apart by their `keys`. `rows` are its
    own that were planted, a dictionary of columns a table: what a test may ask for as somebody else.
    """

    slug: str
    schema: str
    org_id: Any
    world: World
    keys: tuple[str, ...] = ()
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    reference: Schema | None = None
    planted: list[Planted] = field(default_factory=list)
    unplanted: dict[str, str] = field(default_factory=dict)
    """Tables that no row could be made for, with the reason."""

    @property
    def url(self) -> str:
        """How an application connects. Which tenant it then is, is the application's to say."""
        return self.world.url

    @property
    def parameters(self) -> dict[str, Any]:
        """What statements may name: `%(org_id)s`, `%(slug)s`, `%(schema)s`."""
        return {"org_id": self.org_id, "slug": self.slug, "schema": self.schema}

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """A connection as this tenant: names are looked up in its schema and then in `public`; the role and the
        statement of the settings `isolint_role` and `isolint_session` are in force. It commits each statement.
        """
        return self.world.connect_as(self)

    def execute(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        """Run a statement as this tenant; its rows."""
        with self.connect() as connection:
            cursor = connection.execute(sql.encode(), self.parameters if parameters is None else parameters)
            return cursor.fetchall() if cursor.description else []

    def __repr__(self) -> str:
        return f"<tenant {self.slug}: schema {self.schema}, id {self.org_id}>"
