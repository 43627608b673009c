"""The fleet's status for people, programs, pull requests and monitoring; it decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from isolint.schema.output.words import rule_id, sentence
from isolint.tenants.status import Group, Status

NAMED = 10
"""Tenants that are named in a line."""

TOLD = 25
"""Differences that are listed of a group."""


def render(status: Status, form: str) -> str:
    """The status as `text`, `json`, `markdown` or `prometheus`."""
    forms: dict[str, Callable[[Status], Iterator[str]]] = {
        "text": _text,
        "json": _json,
        "markdown": _markdown,
        "prometheus": _prometheus,
    }
    return "\n".join(forms[form](status)) + "\n"


def _head(status: Status) -> str:
    total = status.alike + status.different + len(status.busy)
    parts = [f"{status.alike} like {status.yardstick}"] if status.alike else []
    parts += [f"{status.different} different"] if status.different else []
    parts += [f"{len(status.busy)} busy"] if status.busy else []
    parts += [f"{len(status.absent)} without a schema"] if status.absent else []
    return f"{total} tenants: {', '.join(parts)}"


def _names(schemas: tuple[str, ...]) -> str:
    more = f" and {len(schemas) - NAMED} more" if len(schemas) > NAMED else ""
    return ", ".join(schemas[:NAMED]) + more


def _differences(group: Group) -> Iterator[str]:
    if group.comparison is None:
        yield "not compared: too many groups"
        return
    found = group.comparison.differences
    yield from (" ".join(sentence(difference).split()) for difference in found[:TOLD])
    if len(found) > TOLD:
        yield f"… and {len(found) - TOLD} more (isolint schema diff tells all)"


def _rest(status: Status) -> Iterator[str]:
    if status.busy:
        yield f"busy, not compared: {_names(status.busy)}"
    if status.absent:
        yield f"without a schema: {_names(status.absent)}"
    if status.altered:
        yield f"altered since the ledger's last entry: {_names(status.altered)}"
    yield "versions: " + ", ".join(f"{count} at {version}" for version, count in status.versions)


def _text(status: Status) -> Iterator[str]:
    yield _head(status)
    for group in status.groups:
        if group.differs:
            yield ""
            yield f"{len(group.schemas)} different: {_names(group.schemas)}"
            yield from (f"  {line}" for line in _differences(group))
    yield ""
    yield from _rest(status)


def _markdown(status: Status) -> Iterator[str]:
    yield "## Tenants"
    yield ""
    yield f"**{_head(status)}**"
    for group in status.groups:
        if group.differs:
            yield ""
            yield f"- {len(group.schemas)} different: `{_names(group.schemas)}`"
            yield from (f"  - `{line.replace('`', chr(39))}`" for line in _differences(group))
    yield ""
    yield from (f"- {line}" for line in _rest(status))


def _json(status: Status) -> Iterator[str]:
    document = {
        "format": 1,
        "yardstick": status.yardstick,
        "summary": {"alike": status.alike, "different": status.different, "busy": len(status.busy)}
        | {"absent": len(status.absent), "altered": len(status.altered)},
        "groups": [_group(group) for group in status.groups],
        "busy": list(status.busy),
        "absent": list(status.absent),
        "altered": list(status.altered),
        "versions": dict(status.versions),
    }
    yield json.dumps(document, indent=2, ensure_ascii=False)


def _group(group: Group) -> dict[str, object]:
    found = group.comparison.differences if group.comparison else ()
    return {
        "schemas": list(group.schemas),
        "relations": group.relations,
        "compared": group.comparison is not None,
        "differences": [
            {"rule": rule_id(d), "kind": str(d.kind), "change": str(d.change), "table": d.table, "name": d.name}
            for d in found
        ],
    }


def _prometheus(status: Status) -> Iterator[str]:
    yield "# HELP isolint_tenants Tenants by what their schema is like."
    yield "# TYPE isolint_tenants gauge"
    counts = {"alike": status.alike, "different": status.different, "busy": len(status.busy)}
    for state, count in (counts | {"absent": len(status.absent), "altered": len(status.altered)}).items():
        yield f'isolint_tenants{{state="{state}"}} {count}'
    yield "# HELP isolint_tenants_at_version Tenants by the version that the ledger has."
    yield "# TYPE isolint_tenants_at_version gauge"
    yield from (f'isolint_tenants_at_version{{version="{v}"}} {count}' for v, count in status.versions)
