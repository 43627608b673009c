"""The schemas that code is held against, and the names in them that judging an access needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from isolint.errors import SchemaError
from isolint.model.schemas import KnownSchema, SchemaFacts
from isolint.model.settings import SchemaSettings
from isolint.model.source import Place, Span
from isolint.schema.load import load_reference
from isolint.schema.model import Schema, Table, View
from isolint.schema.references import Reference, parse

REFERENCE, SHARED = "the reference", "the shared schema"
"""What schemas are called in sentences."""
FILED = ("file", "function")
"""Forms of references whose targets are paths."""


@dataclass(frozen=True, slots=True)
class Schemas:
    """`reference` is what every tenant is to have, `provisioned` what is made for a new one; None for what nobody named
    or nobody could read. `failures` are sentences about the latter.
    """

    reference: Schema | None = None
    provisioned: Schema | None = None
    shared: Schema | None = None
    tenants: tuple[Schema, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[tuple[str, Schema], ...]:
        """Each schema with what it is called in sentences."""
        single = (
            (REFERENCE, self.reference),
            ("what provisioning makes", self.provisioned),
            (SHARED, self.shared),
        )
        return (
            *((label, schema) for label, schema in single if schema is not None),
            *((f"tenant {schema.name}", schema) for schema in self.tenants),
        )


def load_schemas(settings: SchemaSettings, root: Path, *, quick: bool = False) -> Schemas:
    """The schemas that a configuration in `root` names. What cannot be read is part of the answer.

    `quick` reads files without a server, and only where that leaves something out with one. It imports nothing and
    connects to nothing: whoever writes the configuration of a project must not decide what a scan of it runs.
    """
    failures: list[str] = []

    def read(text: str) -> Schema | None:
        try:
            return _load(text, root, quick) if text else None
        except SchemaError as error:
            failures.append(str(error))
            return None

    reference, provisioned, shared = map(read, (settings.reference, settings.provisioning, settings.shared))
    tenants = tuple(schema for text in settings.tenants if (schema := read(text)) is not None)
    return Schemas(reference, provisioned, shared, tenants, tuple(failures))


def schema_facts(schemas: Schemas, root: Path) -> SchemaFacts:
    """The names in the schemas; places are relative to `root`."""
    found = {label: _known(label, schema, root) for label, schema in schemas.named}
    tenants = tuple(known for label, known in found.items() if label != SHARED)
    return SchemaFacts(tenants, found.get(SHARED), found.get(REFERENCE))


def within(reference: Reference, root: Path) -> Reference:
    """The reference with its files found from `root`."""
    rooted: Callable[[str], str] = lambda path: str(root / path)  # noqa: E731 - one word for two uses
    if reference.form not in FILED:
        return reference
    options = {key: rooted(value) if key == "setup" else value for key, value in reference.options.items()}
    return replace(reference, target=rooted(reference.target), options=options)


def place_of(schema: Schema, table: str, root: Path) -> Place | None:
    """Where a file of the project makes the table, or what makes all of them."""
    places = {name: (path, line) for name, path, line in schema.origin.places}
    found = places.get(table) or places.get("")
    if found is None or not Path(found[0]).is_relative_to(root):
        return None
    return Place(Path(found[0]).relative_to(root).as_posix(), Span(found[1], 1, found[1], 1))


def _load(text: str, root: Path, quick: bool) -> Schema:
    reference = within(parse(text), root)
    if not quick:
        return load_reference(reference)
    if reference.form not in FILED:
        does = "imports code" if reference.form == "models" else "connects to a server"
        raise SchemaError(
            f"{reference.shown} {does}, which a scan does not do for a file of what it scans: write a snapshot with "
            "`isolint schema snapshot` and name that, or run `isolint audit`"
        )
    schema = load_reference(replace(reference, options={**reference.options, "offline": ""}))
    return load_reference(reference) if schema.unread and not reference.offline else schema


def _known(label: str, schema: Schema, root: Path) -> KnownSchema:
    relations: tuple[Table | View, ...] = (*schema.tables, *schema.views)
    tables = {item.name: frozenset(column.name for column in item.columns) for item in relations}
    places = {name: place for name in (*tables, "") if (place := place_of(schema, name, root)) is not None}
    return KnownSchema(label, tables, places)
