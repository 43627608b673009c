"""The schemas that a scan holds the code against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from isolint.engine.material import Material
from isolint.model.settings import SchemaSettings
from isolint.model.source import Language, Place, Problem, Span
from isolint.schema.known import Schemas, load_schemas

CONFIG = "isolint.yaml"
"""Where remarks stand that belong to no file, when there is no configuration."""


def read_schemas(settings: SchemaSettings, root: Path) -> Schemas:
    """The schemas that the configuration names, without a server where files tell enough."""
    if settings == SchemaSettings():
        return Schemas()
    from isolint.schema.load import closing

    with closing():
        return load_schemas(settings, root, quick=True)


def schema_problems(schemas: Schemas, config: str) -> Iterator[Problem]:
    """What of the schemas was not read: the answer is then one in part."""
    for failure in schemas.failures:
        yield Problem("schema", config, failure)
    for label, schema in schemas.named:
        if schema.busy:
            yield Problem("schema", config, f"{label}: busy: {', '.join(schema.busy)}")
        for place in schema.unread:
            yield Problem("schema", config, f"{label}: {place}")


def config_place(config: str) -> Place:
    """The first line of the configuration."""
    return Place(config or CONFIG, Span(1, 1, 1, 1))


def scripts_of(material: Material) -> dict[str, str]:
    """The texts of the SQL files that may be reported on."""
    found = {path: source for path, source in material.sources.items() if source.language is Language.SQL}
    return {path: source.text for path, source in found.items() if material.reports(path)}


@contextmanager
def on_disk(files: Mapping[str, str]) -> Iterator[Path]:
    """The files in a folder that is gone afterwards, for references to schemas, which name files."""
    with TemporaryDirectory(prefix="isolint-") as name:
        folder = Path(name).resolve()
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        yield folder
