"""One hand-made report with something of everything in it."""

from __future__ import annotations

import pytest

from isolint.model.access import Access, Client, Operation, Role
from isolint.model.evidence import Evidence, Reason, Step
from isolint.model.finding import Finding, Suppressed
from isolint.model.report import Notice, Report
from isolint.model.rule import Confidence, Rule, Severity
from isolint.model.source import Place, Problem, Span
from isolint.model.tenancy import Assumption, Strategy, Tenancy

ROUTES, MODELS, ODD = "src/api/campaigns.py", "src/models.py", "src/año 1%/a b.py"
READ_LINE = "    return session.get(Campaign, campaign_id)"
RAW_LINE = "\treturn db.raw('Ünïcødé ☃', `x`)  # \x1b[31mred"


def place(path: str, line: int, column: int = 5, end_column: int = 20, end_line: int = 0) -> Place:
    return Place(path, Span(line, column, end_line or line, end_column))


def rule(id: str, name: str, severity: Severity = Severity.HIGH, confidence: Confidence = Confidence.HIGH) -> Rule:
    return Rule(
        id=id,
        name=name,
        summary=f"What {name} is",
        why="A customer reads rows that are not theirs.\nThe query never asks whose row it is.",
        fix="Compare the row's tenant with the session's.",
        severity=severity,
        confidence=confidence,
        since="0.1.0",
        match={"reason": "no-predicate"},
        cwe=("CWE-639",),
        owasp=("API1:2023",),
        limits=("A check in a trigger is not seen.",),
    )


READ = rule("ISO102", "unscoped-tenant-read")
FROM_REQUEST = rule("ISO301", "tenant-from-request", confidence=Confidence.MEDIUM)
RAW = rule("ISO203", "interpolated-identifier", Severity.LOW)


def finding(rule: Rule, at: Place, message: str, fingerprint: str, **more: object) -> Finding:
    given = {"function": "read_campaign", "table": "Campaign", "fix": rule.fix, **more}
    return Finding(rule.id, rule.name, at, message, rule.severity, rule.confidence, fingerprint * 32, **given)  # type: ignore[arg-type]


def evidence(at: Place, reason: Reason) -> Evidence:
    access = Access(at, "read_campaign", Role.ROUTE, Client.ORM, "sqlalchemy", Operation.READ, "Campaign")
    return Evidence(access, reason)


@pytest.fixture
def report() -> Report:
    """Two open findings of different levels in one file, one in a file with an odd name, one suppressed."""
    read, moved = place(ROUTES, 12, 12, 46), place(ROUTES, 20, 5, 10, end_line=22)
    odd, hidden = place(ODD, 3, 9, 33), place(ROUTES, 30)
    trail = (
        Step("`campaign_id` comes from the path of the request", place(ROUTES, 10, 23, 34)),
        Step("`Campaign` belongs to a tenant by `organization_id`", place(MODELS, 7), assumed=True),
        Step("nothing compares it"),
    )
    findings = (
        finding(READ, read, "`Campaign` is read by an id of the request | with no tenant <in> sight", "a", trail=trail),
        finding(FROM_REQUEST, moved, "the tenant comes from `body.org_id`", "b"),
        finding(READ, hidden, "hidden", "c", suppressed=Suppressed("audited by hand", place(ROUTES, 30, 1, 1, 31))),
        finding(RAW, odd, "an escape \x1b[31m and a, comma: colon", "d", function="<module>", table="", fix=""),
    )
    return Report(
        root="/srv/shop",
        version="1.2.3",
        tenancy=Tenancy(
            Strategy.ROW,
            roots=("Organization",),
            keys=("organization_id",),
            assumptions=(
                Assumption("tenants are the rows of Organization", place(MODELS, 3)),
                Assumption("Country is shared"),
            ),
        ),
        rules=(READ, FROM_REQUEST, RAW),
        findings=findings,
        evidence=(
            evidence(read, Reason.NO_PREDICATE),
            evidence(place(ROUTES, 15), Reason.TENANT_PREDICATE),
            evidence(moved, Reason.TENANT_FROM_REQUEST),
            evidence(hidden, Reason.NO_PREDICATE),
            evidence(place(ROUTES, 40), Reason.DYNAMIC_SQL),
            evidence(odd, Reason.INTERPOLATED_IDENTIFIER),
        ),
        problems=(
            Problem("unparsable", "src/broken.py", "unexpected indent", Span(9, 1, 9, 3)),
            Problem("undecodable", "src/latin.py", "line 2 is not UTF-8 text"),
        ),
        notices=(Notice("unused-suppression", place(ROUTES, 50, 1, 1, 51), "nothing here is reported as ISO102"),),
        files=45,
        statements=7,
        skipped={"generated": 3, "folder dist": 1},
        seconds=0.123,
        lines={
            ROUTES: {12: READ_LINE, 20: "    rows = query(", 21: "        body.org_id,", 22: "    )", 30: "    x = 1"},
            ODD: {3: RAW_LINE},
        },
    )


@pytest.fixture
def empty() -> Report:
    """A report on files without a single data access."""
    return Report("/srv/shop", "1.2.3", Tenancy(), (READ,), (), (), (), (), 4, 0, {}, 0.01, {})
