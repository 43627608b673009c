"""The `isolint.yaml` of a new project: what was found, as settings where it can be pinned and as comments where not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import isolint
from isolint.engine.setup.detect import Picture, Sighting
from isolint.model.settings import TenancySettings
from isolint.model.tenancy import Executor, Strategy

WIDTH = 110
MOST = 12
"""Names in a list; more are counted."""

_PLAIN = re.compile(r"[A-Za-z_][\w.$-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What YAML takes for something else than a text."""


def yaml_text(picture: Picture, pinned: TenancySettings, schema: str) -> str:
    """The whole file. `schema` is where editors find the JSON Schema; what is not `pinned` stands there as a comment.

    Every comment about the code ends in the place that it was read from.
    """
    return "".join(f"{line}\n" for line in _file(picture, pinned, schema))


def _file(picture: Picture, pinned: TenancySettings, schema: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={schema}"
    yield f"# Written by isolint {isolint.__version__} from what the code shows. Confirm it, and correct what is wrong."
    yield from _wrapped("", "Found: ", (_told(item) for item in picture.stack), "; ")
    yield from _wrapped("", "Data is accessed by: ", (_told(item) for item in picture.layers), "; ")
    yield "tenancy:"
    if picture.tenancy.strategy is Strategy.NONE:
        yield from _nothing()
    else:
        yield from _tenants(picture, pinned)
        yield from _executors(picture, pinned)
        yield from _for_all(picture)
    yield ""
    yield "# Files that are not scanned, in the manner of .gitignore."
    yield "# exclude: [legacy/]"
    yield ""
    yield "# Rules of your own, and severities: low, medium, high, off."
    yield "# rules:"
    yield "#   files: [lint/*.yaml]"
    yield "#   severity: {ISO503: off}"


def _nothing() -> Iterator[str]:
    yield "  # No tenancy was found: no table or column is named like a tenant. Name the tables whose rows are the"
    yield "  # tenants, and the columns by which other rows belong to one."
    yield "  # roots: [Organization]"
    yield "  # keys: [organization_id]"


def _tenants(picture: Picture, pinned: TenancySettings) -> Iterator[str]:
    tenancy = picture.tenancy
    named = {executor.name for executor in tenancy.executors}
    for item in picture.tenants:
        if item.what.partition(" ")[0] not in named:
            yield from _wrapped("  ", "", [_told(item)], "")
    yield _set("strategy", str(tenancy.strategy), active=pinned.strategy is not None)
    if tenancy.roots:
        yield _set("roots", _list(tenancy.roots), active=bool(pinned.roots))
    if tenancy.keys:
        yield _set("keys", _list(tenancy.keys), active=bool(pinned.keys))
    if tenancy.schema_pattern:
        yield _set("schema_pattern", _word(tenancy.schema_pattern), active=bool(pinned.schema_pattern))


def _executors(picture: Picture, pinned: TenancySettings) -> Iterator[str]:
    if not picture.tenancy.executors:
        return
    lead = "  " if pinned.executors else "  # "
    yield "  # Functions that confine what they run to the tenant that they are given."
    yield f"{lead}executors:"
    for executor, found in zip(picture.tenancy.executors, picture.executors, strict=True):
        yield f"{lead}  - {_executor(executor)}{f'  # {_shown(found.where)}' if found.where else ''}"


def _for_all(picture: Picture) -> Iterator[str]:
    if picture.guards:
        yield from _wrapped("  ", "Guards that let only your own staff through: ", map(_told, picture.guards), "; ")
    yield "  # Further guards of that kind."
    yield "  # privileged: [require_platform_admin]"
    if picture.shared:
        told = f"{len(picture.shared)} taken to belong to no tenant: "
        yield from _wrapped("  ", told, map(_told, _most(picture.shared)), ", ")
        yield "  # Name one that is a tenant's all the same, with the column that says whose a row is:"
        yield "  # tables: {owned: {audit_log: [organization_id]}}"
    yield "  # Tables with a tenant's column that all tenants may read all the same."
    yield "  # shared: [Template]"


def _set(key: str, value: str, *, active: bool) -> str:
    """A setting; as a comment where writing it would change what is found."""
    return f"  {key}: {value}" if active else f"  # {key}: {value}  # as inferred, which it is left to"


def _executor(executor: Executor) -> str:
    given = {"tenant": executor.tenant, "sql": executor.sql, "callback": executor.callback}
    parts = [f"name: {_word(executor.name)}", *(f"{key}: {_word(value)}" for key, value in given.items() if value)]
    return f"{{{', '.join(parts)}}}"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(_word, names))}]"


def _word(text: str) -> str:
    plain = text.isdecimal() or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS)
    return text if plain else json.dumps(text, ensure_ascii=False)


def _most(items: tuple[Sighting, ...]) -> Iterator[Sighting]:
    yield from items[:MOST]
    if len(items) > MOST:
        yield Sighting(f"and {len(items) - MOST} more")


def _told(item: Sighting) -> str:
    return f"{item.what} ({item.where})" if item.where else item.what


def _wrapped(margin: str, head: str, parts: Iterable[str], glue: str) -> Iterator[str]:
    """Parts as comment lines, broken between words, or between parts that are too long for it."""
    from textwrap import wrap

    text = _shown(head + glue.join(parts))
    lead = f"{margin}# "
    if text != head:
        lines = wrap(text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False,
                     break_on_hyphens=False)  # fmt: skip
        yield from lines


def _shown(text: str) -> str:
    """Text that stays inside its comment."""
    return "".join(c if c.isprintable() else "?" for c in text)
