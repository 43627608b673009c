"""Both halves in one report: schemas beside the reference, the code beside the schemas, and the routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from isolint.engine.analyse import Analysis, analyse
from isolint.engine.judge import report_of
from isolint.engine.prepare import prepare
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import without_collection
from isolint.errors import SchemaError
from isolint.model.audit import Action, Audit, Drift, Gap, State
from isolint.model.evidence import Reason
from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.settings import SchemaSettings
from isolint.schema.difference import Change, Comparison
from isolint.schema.known import Schemas, load_schemas, place_of
from isolint.schema.model import Kind, Schema
from isolint.schema.output.words import rule_id, sentence

DENIED = ("permission denied", "authentication failed", "no pg_hba.conf entry", "must be owner", "not permitted")
LOCKED = ("is locked", "busy")
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit. `schemas` replace those of the configuration where they are given; `tenants` are further schemas
    that somebody has compared already, `differing` those of them that the code is to be held against, `left_out` what
    that somebody could not do.
    """

    scan: ScanRequest = field(default_factory=ScanRequest)
    schemas: SchemaSettings = field(default_factory=SchemaSettings)
    tenants: tuple[Drift, ...] = ()
    differing: tuple[Schema, ...] = ()
    left_out: tuple[str, ...] = ()


@without_collection()
def audit(request: AuditRequest) -> Audit:
    """The audit. Raises UsageError and ConfigError; what could not be read is part of the answer."""
    from isolint.schema.load import closing

    started = perf_counter()
    ready = prepare(request.scan)
    root = ready.material.tree.root
    asked = merged(ready.settings.schema, request.schemas)
    with closing():
        schemas = load_schemas(replace(asked, tenants=()), root)
        single = [_tenant(text, schemas, root) for text in asked.tenants]
    tenants = (*(schema for _, schema in single if schema is not None), *request.differing)
    known = analyse(ready, replace(schemas, tenants=tenants))
    report = replace(report_of(ready, known), seconds=perf_counter() - started)
    drifts = [*_provisioned(schemas, root), *(drift for drift, _ in single), *request.tenants]
    drifts = [replace(drift, gaps=tuple(_joined(drift.gaps, schemas, known))) for drift in drifts]
    return Audit(
        reference=schemas.reference.origin.label if schemas.reference else "",
        drifts=tuple(drifts),
        report=report,
        reached=known.proof.reached,
        actions=tuple(_actions(drifts, report)),
        left_out=tuple(_left_out(asked, schemas, drifts, request.left_out)),
    )


def merged(settings: SchemaSettings, given: SchemaSettings) -> SchemaSettings:
    """What is given, and for the rest what the configuration says."""
    return SchemaSettings(
        given.reference or settings.reference,
        given.provisioning or settings.provisioning,
        given.shared or settings.shared,
        given.tenants or settings.tenants,
    )


def drift_of(label: str, comparison: Comparison, root: Path, tenants: int = 0) -> Drift:
    """A comparison in plain words. What is busy, or was not read whole, is never complete."""
    gaps = tuple(
        Gap(
            str(difference.kind),
            str(difference.change),
            difference.table,
            difference.name,
            difference.reference,
            difference.candidate,
            rule_id(difference),
            sentence(difference),
            place=place_of(comparison.candidate, difference.table or difference.name, root),
        )
        for difference in comparison.differences
    )
    state = State.DIFFERS if gaps else State.COMPLETE
    note = ""
    if comparison.busy:
        state, note = State.BUSY, f"busy: {', '.join(comparison.busy)}"
    elif comparison.unread:
        state = State.DIFFERS if gaps else State.UNREAD
        note = f"not read: {'; '.join(comparison.unread)}"
    return Drift(label, state, gaps, note, tenants)


def unreadable(label: str, message: str) -> Drift:
    """A schema that could not be read, with the reason in the words of whoever refused."""
    lowered = message.lower()
    if any(word in lowered for word in DENIED):
        return Drift(label, State.DENIED, note=message)
    return Drift(label, State.BUSY if any(word in lowered for word in LOCKED) else State.UNREAD, note=message)


def closed(schema: str) -> Drift:
    """A tenant whose schema the role that reads may not use."""
    note = "permission denied: without USAGE the role's queries look past this schema to the next of the search path"
    return Drift(schema, State.DENIED, note=note, tenants=1)


def _provisioned(schemas: Schemas, root: Path) -> Iterator[Drift]:
    from isolint.schema.diff.compare import compare

    if schemas.reference is not None and schemas.provisioned is not None:
        label = f"provisioning ({schemas.provisioned.origin.label})"
        yield drift_of(label, compare(schemas.reference, schemas.provisioned), root)


def _tenant(text: str, schemas: Schemas, root: Path) -> tuple[Drift, Schema | None]:
    """One tenant beside the reference, and its schema where it could be read."""
    from isolint.schema.diff.compare import compare
    from isolint.schema.known import within
    from isolint.schema.load import load_reference
    from isolint.schema.references import parse

    shown = text
    try:
        reference = within(parse(text), root)
        shown = reference.shown
        schema = load_reference(reference)
    except SchemaError as error:
        return unreadable(f"tenant {shown}", str(error)), None
    label = f"tenant {schema.name}"
    if schema.rights is not None and not schema.rights.usable:
        return closed(label), None
    if schemas.reference is None:
        return Drift(label, State.UNREAD, note="there is no reference to compare it with", tenants=1), schema
    return drift_of(label, compare(schemas.reference, schema), root, tenants=1), schema


def _joined(gaps: Iterable[Gap], schemas: Schemas, known: Analysis) -> Iterator[Gap]:
    """Each missing table with what the code makes of it."""
    tables = known.program.tables
    using = Counter(table for _, table in {(reach.route, reach.table) for reach in known.proof.reached})
    shared = {table.name for table in schemas.shared.tables} if schemas.shared is not None else set[str]()
    for gap in gaps:
        if (gap.kind, gap.change) != (Kind.TABLE, Change.MISSING):
            yield gap
            continue
        declared = tables.of_sql(gap.name)
        yield replace(gap, routes=using[declared.name] if declared else 0, falls_through=gap.name in shared)


def _actions(drifts: Sequence[Drift], report: Report) -> Iterator[Action]:
    """What to do first: what lets tenants meet today, then what will, then what fails, then the rest."""
    shown = [finding for finding in report.findings if finding.counts]
    leaking = [finding for finding in shown if finding.rule == "ISO601"]
    if leaking:
        lacking = (item.subject for item in report.evidence if item.reason is Reason.SHARED_FALL_THROUGH)
        tables = ", ".join(dict.fromkeys(lacking))
        sentence = f"Create {tables} for every tenant, and take the shared schema off the search path"
        yield Action(sentence, len(leaking), _places(leaking))
    making = [f for f in shown if f.rule.startswith("ISO7") and f.level > Level.NOTE]
    errors = [f for f in shown if f.level is Level.ERROR and f not in leaking and f not in making]
    if errors:
        yield Action("Confine the accesses that reach other tenants' rows", len(errors), _places(errors))
    if making:
        yield Action("Mend the code that makes tenants' schemas", len(making), _places(making))
    used = [gap for drift in drifts for gap in drift.of("table") if gap.routes]
    if used:
        names = dict.fromkeys(gap.name for gap in sorted(used, key=lambda gap: -gap.routes))
        yield Action("Add the missing tables that the code uses", len(names), tuple(names)[:EXAMPLES])
    behind = [drift for drift in drifts if drift.gaps]
    if behind:
        sentence = "Bring up to the reference what differs: `isolint schema plan REFERENCE CANDIDATE`"
        yield Action(sentence, len(behind), tuple(drift.label for drift in behind)[:EXAMPLES])
    rest = [f for f in shown if f.level is Level.WARNING and f not in making and f not in leaking]
    if rest:
        yield Action("Look at the other warnings", len(rest), _places(rest))


def _places(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(f"{finding.place} {finding.rule}" for finding in findings[:EXAMPLES])


def _left_out(asked: SchemaSettings, schemas: Schemas, drifts: Sequence[Drift], told: Iterable[str]) -> Iterator[str]:
    """What was not looked at, a sentence each."""
    if not asked.reference:
        yield "schemas were not compared: no reference is named (--reference REF, or `schema: {reference: …}`)"
    if not asked.provisioning:
        yield "what provisioning makes was not compared: --provisioning REF, or `schema: {provisioning: …}`"
    if not asked.shared:
        yield "falling through to the shared schema was not looked for: --shared REF, or `schema: {shared: …}`"
    yield from schemas.failures
    for label, schema in schemas.named:
        for place in schema.unread:
            yield f"{label}: {place}"
    for drift in drifts:
        if drift.state not in (State.COMPLETE, State.DIFFERS):
            yield f"{drift.label}: {drift.state}" + (f" ({drift.note})" if drift.note else "")
    yield from told
