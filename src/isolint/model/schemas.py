"""What is known of real schemas, by name: all that judging an access needs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """One schema: its tables and views as the database calls them, each with its columns (none where a view's are not
    known). `label` says in the user's words which one it is; `places` is where a file makes a table, '' for all others.
    """

    label: str
    tables: Mapping[str, frozenset[str]] = field(hash=False)
    places: Mapping[str, Place] = field(default_factory=dict, hash=False)

    def place(self, table: str) -> Place | None:
        """Where the table is made, or what makes all of them."""
        return self.places.get(table) or self.places.get("")


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """`reference` is what every tenant is to have, `tenants` are it, what provisioning makes, and each tenant that was
    read. `shared` is the schema that the search path goes on to. None stands for what nobody told.
    """

    tenants: tuple[KnownSchema, ...] = ()
    shared: KnownSchema | None = None
    reference: KnownSchema | None = None

    def lacking(self, table: str) -> tuple[KnownSchema, ...]:
        """The tenants' schemas without a table of that name; none for a table that is not meant to be in them: the
        reference does not have it, and the shared schema does.
        """
        if self.reference is not None and self.shared is not None:
            if table not in self.reference.tables and table in self.shared.tables:
                return ()
        return tuple(schema for schema in self.tenants if table not in schema.tables)
