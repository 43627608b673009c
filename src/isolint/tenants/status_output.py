"""The fleet's status for people, programs, pull requests and monitoring; it decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from isolint.schema.output.words import rule_id, sentence
from isolint.tenants.needs import Lack, Needs
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
    total = status.alike + status.different + len(status.busy) + len(status.denied)
    parts = [f"{status.alike} like {status.yardstick}"] if status.alike else []
    lacking = list(_stand_out(status))
    parts += [text for text, _ in lacking]
    different = status.different - sum(count for _, count in lacking)
    parts += [f"{different} different"] if different else []
    parts += [f"{len(status.busy)} busy"] if status.busy else []
    parts += [f"{len(status.denied)} denied"] if status.denied else []
    parts += [f"{len(status.absent)} without a schema"] if status.absent else []
    return f"{total} tenants: {', '.join(parts)}"


def _stand_out(status: Status) -> Iterator[tuple[str, int]]:
    """What the code needs of the groups that differ, each with how many tenants that are not counted otherwise."""
    for group in status.groups if status.needs else ():
        lacks = [lack for lack in status.needs.lacks if group.schemas[0] in lack.schemas] if status.needs else []
        if group.differs and lacks:
            first = min(lacks, key=lambda lack: len(lack.schemas))
            more = f" and {len(lacks) - 1} more" if len(lacks) > 1 else ""
            yield f"{len(group.schemas)} lack {_needed(first)}{more}", len(group.schemas)


def _needed(lack: Lack) -> str:
    """`Invoice.type (read in src/billing.py:12)`."""
    place = lack.use.place
    return f"{lack.use.name} ({lack.use.verb} in {place.path}:{place.span.line})"


def _code(needs: Needs) -> Iterator[str]:
    """What was looked at, and what is lacking, a line each."""
    uses = needs.uses
    tables = len({use.tables[0].lower() for use in uses.uses})
    columns = sum(bool(use.columns) for use in uses.uses)
    unknown = f", {uses.unknown} of them unknown" if uses.unknown else ""
    problems = f", {uses.problems} places could not be read" if uses.problems else ""
    yield (
        f"the code: {tables} tables and {columns} columns used by {uses.accesses} accesses{unknown} "
        f"in {uses.files} files{problems}"
    )
    if not needs.lacks:
        yield "  every tenant has what it needs"
    for lack in needs.lacks[:TOLD]:
        instead = "; public has one of that name, which is used instead" if lack.shared else ""
        yield f"  {_needed(lack)} is lacking in {_names(lack.schemas)}{instead}"
    if len(needs.lacks) > TOLD:
        yield f"  … and {len(needs.lacks) - TOLD} more"


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
    if status.denied:
        yield f"denied, not compared: this role has no USAGE on {_names(status.denied)}"
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
    if status.needs:
        yield ""
        yield from _code(status.needs)
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
    if status.needs:
        head, *lines = _code(status.needs)
        yield ""
        yield f"- {head}"
        yield from (f"  - `{line.strip().replace('`', chr(39))}`" for line in lines)
    yield ""
    yield from (f"- {line}" for line in _rest(status))


def _counts(status: Status) -> dict[str, int]:
    """How many tenants are in which state."""
    return {
        "alike": status.alike,
        "different": status.different,
        "busy": len(status.busy),
        "denied": len(status.denied),
        "absent": len(status.absent),
        "altered": len(status.altered),
    }


def _json(status: Status) -> Iterator[str]:
    document: dict[str, object] = {
        "format": 1,
        "yardstick": status.yardstick,
        "summary": _counts(status) | ({"lacking": status.needs.lacking} if status.needs else {}),
        "groups": [_group(group) for group in status.groups],
        "busy": list(status.busy),
        "absent": list(status.absent),
        "denied": list(status.denied),
        "altered": list(status.altered),
        "versions": dict(status.versions),
    }
    if status.needs:
        uses = status.needs.uses
        document["code"] = {
            "accesses": uses.accesses,
            "files": uses.files,
            "unknown": uses.unknown,
            "problems": uses.problems,
            "uses": len(uses.uses),
            "lacking": [_lack(lack) for lack in status.needs.lacks],
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


def _lack(lack: Lack) -> dict[str, object]:
    use = lack.use
    return {
        "table": use.tables[0],
        "column": use.columns[0] if use.columns else None,
        "use": use.verb,
        "path": use.place.path,
        "line": use.place.span.line,
        "schemas": list(lack.schemas),
        "shared": lack.shared,
    }


def _prometheus(status: Status) -> Iterator[str]:
    yield "# HELP isolint_tenants Tenants by what their schema is like."
    yield "# TYPE isolint_tenants gauge"
    for state, count in _counts(status).items():
        yield f'isolint_tenants{{state="{state}"}} {count}'
    yield "# HELP isolint_tenants_at_version Tenants by the version that the ledger has."
    yield "# TYPE isolint_tenants_at_version gauge"
    yield from (f'isolint_tenants_at_version{{version="{v}"}} {count}' for v, count in status.versions)
    if status.needs:
        yield "# HELP isolint_tenants_lacking Tenants that lack a table or column that the code uses."
        yield "# TYPE isolint_tenants_lacking gauge"
        yield f"isolint_tenants_lacking {status.needs.lacking}"
        yield "# HELP isolint_tenants_lacking_object The same by table and column."
        yield "# TYPE isolint_tenants_lacking_object gauge"
        for lack in status.needs.lacks:
            yield f"isolint_tenants_lacking_object{{name={json.dumps(lack.use.name)}}} {len(lack.schemas)}"
