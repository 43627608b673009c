"""The parts of a `schema.prisma` file: models with their fields and attributes, and enums."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLOCK = re.compile(r"^\s*(model|enum|type|view)\s+(\w+)\s*\{(.*?)^\s*\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(\w+)\s+(Unsupported\(\"[^\"]*\"\)|\w+)(\[\])?(\?)?(.*)")
_COMMENT = re.compile(r"(?m)//[^\n]*$")


@dataclass(frozen=True, slots=True)
class PrismaField:
    """A field: `kind` is the type's name without its `[]` (`many`) and `?` (`optional`), `rest` the attributes."""

    name: str
    kind: str
    many: bool
    optional: bool
    rest: str

    @property
    def column(self) -> str:
        """The name of its column in the database."""
        mapped = re.search(r'(?<!@)@map\(\s*(?:name:\s*)?"([^"]+)"', self.rest)
        return mapped[1] if mapped else self.name

    def has(self, attribute: str) -> bool:
        """Whether it carries the attribute, `id` for `@id`."""
        return re.search(rf"@{attribute}\b", self.rest) is not None

    def relation(self, key: str) -> list[str]:
        """The names listed under `fields` or `references` of its `@relation`, none when there is none."""
        found = re.search(r"@relation\((.*)\)", self.rest)
        return bracket(found[1], key) if found else []


@dataclass(slots=True)
class PrismaModel:
    """A model: `table` is its name in the database, `line` counts from 1, `attributes` are its `@@…` lines."""

    name: str
    table: str
    line: int
    fields: list[PrismaField] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    def keys(self, word: str) -> list[tuple[str, ...]]:
        """The field lists of its attributes of one kind (`@@unique`, `@@id`)."""
        return [names(row, word) for row in self.attributes if re.match(rf"{word}\b", row)]


@dataclass(slots=True)
class PrismaFile:
    """The models and enums of a file by name; an enum is its name in the database, its labels and its line."""

    models: dict[str, PrismaModel] = field(default_factory=dict)
    enums: dict[str, tuple[str, dict[str, str], int]] = field(default_factory=dict)
    types: frozenset[str] = frozenset()


def parse(text: str) -> PrismaFile:
    """Read a `schema.prisma`; what is no block or field of the language is passed over."""
    found = PrismaFile()
    text = _COMMENT.sub(lambda m: "" if '"' not in m[0] else m[0], text)
    for match in _BLOCK.finditer(text):
        kind, name, body = match[1], match[2], match[3]
        line = text.count("\n", 0, match.start(1)) + 1
        if kind == "enum":
            found.enums[name] = (mapped(body, name), _labels(body), line)
        elif kind == "model":
            found.models[name] = _model(name, body, line)
        else:
            found.types |= {name}
    return found


def _model(name: str, body: str, line: int) -> PrismaModel:
    model = PrismaModel(name, mapped(body, name), line)
    for row in (r.strip() for r in body.splitlines()):
        if row.startswith("@@"):
            model.attributes.append(row)
        elif (found := _FIELD.match(row)) and not row.startswith("//"):
            model.fields.append(PrismaField(found[1], found[2], bool(found[3]), bool(found[4]), found[5]))
    return model


def mapped(body: str, name: str) -> str:
    """The name that `@@map` gives, or the model's own."""
    found = re.search(r'@@map\(\s*(?:name:\s*)?"([^"]+)"', body)
    return found[1] if found else name


def _labels(body: str) -> dict[str, str]:
    """The labels in the database by their names in Prisma."""
    labels = {}
    for row in (r.strip() for r in body.splitlines()):
        if row and not row.startswith(("@@", "//")):
            label = re.search(r'@map\("([^"]+)"\)', row)
            name = row.split()[0]
            labels[name] = label[1] if label else name
    return labels


def bracket(text: str, key: str) -> list[str]:
    """The names in `key: [a, b]`."""
    found = re.search(rf"{key}:\s*\[([^\]]*)\]", text)
    return [part.strip() for part in found[1].split(",")] if found else []


def names(attribute: str, word: str) -> tuple[str, ...]:
    """The field names in `@@unique([a, b(sort: Desc)])`."""
    inner = attribute.removeprefix(word)
    found = re.search(r"\[((?:[^\[\]])*)\]", inner)
    parts = re.split(r",\s*(?![^(]*\))", found[1]) if found else []
    return tuple(part.split("(")[0].strip() for part in parts)
