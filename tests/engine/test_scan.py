"""The pipeline, with a toy analysis in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolint.engine.choose import Choice
from isolint.engine.scan import ScanRequest, scan, scan_texts
from isolint.errors import UsageError
from isolint.model.evidence import Reason, Verdict
from isolint.model.report import Report
from isolint.model.rule import Severity

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    write(root, "isolint.yaml", "tenancy: {roots: [Organization]}")
    write(root, "api/routes.py", "safe(1)\nleak(2)\n")
    write(root, "lib/helpers.py", "leak(1)\ndynamic(2)\n")
    monkeypatch.chdir(root)
    return root


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def found(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.place)) for finding in report.findings]


def test_report_holds_findings_verdicts_and_counts(project: Path) -> None:
    report = scan(ScanRequest())
    assert found(report) == [("ISO102", "api/routes.py:2"), ("ISO102", "lib/helpers.py:1")]
    assert report.verdicts == {Verdict.SCOPED: 1, Verdict.UNSCOPED: 2, Verdict.UNKNOWN: 1}
    assert (report.files, report.statements, report.root) == (2, 4, str(project))
    assert report.lines["api/routes.py"] == {1: "safe(1)", 2: "leak(2)"}
    assert report.findings[0].statement == "leak(2)"


@pytest.mark.usefixtures("project")
def test_paths_choose_where_results_are_reported_and_nothing_else() -> None:
    report = scan(ScanRequest(("api",)))
    assert found(report) == [("ISO102", "api/routes.py:2")]
    assert (report.files, report.judged) == (1, 2)


@pytest.mark.usefixtures("project")
def test_second_scan_says_the_same() -> None:
    first, second = scan(ScanRequest()), scan(ScanRequest())
    assert first.findings == second.findings
    assert first.evidence == second.evidence


def test_problems_of_every_kind_are_reported_in_the_paths_only(project: Path) -> None:
    write(project, "api/broken.py", "BROKEN")
    write(project, "api/badsql.py", "safe(1)")
    (project / "api/latin.py").write_bytes(b"\xe9")
    write(project, "lib/broken.py", "BROKEN")
    problems = scan(ScanRequest(("api",))).problems
    assert [(problem.kind, problem.path) for problem in problems] == [
        ("statement", "api/badsql.py"),
        ("unparsable", "api/broken.py"),
        ("undecodable", "api/latin.py"),
    ]


def test_generated_code_is_linked_and_not_judged(project: Path) -> None:
    write(project, "api/client.py", "# @generated\nleak(1)\n")
    report = scan(ScanRequest(("api",)))
    assert found(report) == [("ISO102", "api/routes.py:2")]
    assert (report.files, report.skipped) == (1, {"generated": 1})


def test_scan_of_generated_code_alone_is_refused(project: Path) -> None:
    write(project, "gen/client.py", "# @generated\nleak(1)\n")
    with pytest.raises(UsageError, match=r"nothing to scan in gen: all of it is left out \(1 generated\)"):
        scan(ScanRequest(("gen",)))


def test_suppressed_findings_are_marked(project: Path) -> None:
    write(
        project,
        "api/routes.py",
        "leak(1)  # isolint: ignore[ISO102] audited\nleak(2)\nsafe(3)  # isolint: ignore[ISO102] x\n",
    )
    report = scan(ScanRequest(("api",)))
    assert [finding.suppressed.reason if finding.suppressed else None for finding in report.findings] == [
        "audited",
        None,
    ]
    assert [(notice.kind, str(notice.place)) for notice in report.notices] == [
        ("unused-suppression", "api/routes.py:3")
    ]


@pytest.mark.usefixtures("project")
def test_choice_of_rules() -> None:
    assert found(scan(ScanRequest(choice=Choice(ignore=("ISO102",))))) == []
    assert found(scan(ScanRequest(choice=Choice(select=("ISO102",))))) != []


def test_choice_of_severity(project: Path) -> None:
    assert len(found(scan(ScanRequest(choice=Choice(min_severity=Severity.HIGH))))) == 2
    write(project, "isolint.yaml", "rules: {severity: {ISO102: low}}")
    assert found(scan(ScanRequest(choice=Choice(min_severity=Severity.MEDIUM)))) == []


@pytest.mark.usefixtures("project")
def test_text_on_stdin_stands_for_its_file() -> None:
    report = scan(ScanRequest(("api/routes.py",), stdin=b"safe(1)\nsafe(2)\nleak(3)\n"))
    assert found(report) == [("ISO102", "api/routes.py:3")]
    assert report.files == 1
    assert found(scan(ScanRequest(("api/new.py",), stdin=b"leak(1)"))) == [("ISO102", "api/new.py:1")]


def test_excluded_files_are_not_read(project: Path) -> None:
    write(project, "isolint.yaml", "exclude: [lib]")
    assert found(scan(ScanRequest())) == [("ISO102", "api/routes.py:2")]


def test_schema_files_become_tables_and_count_as_files(project: Path) -> None:
    write(project, "db/schema.sql", "Campaign Episode")
    assert scan(ScanRequest(("db",))).files == 1


@pytest.mark.usefixtures("project")
def test_scan_without_cache_leaves_none(tmp_path: Path) -> None:
    scan(ScanRequest(cached=False))
    assert not (tmp_path / "cache").exists()
    scan(ScanRequest())
    assert (tmp_path / "cache").exists()


def test_own_rule_files_run_before_the_shipped(project: Path) -> None:
    shipped = Path(__file__).parents[2] / "rules" / "iso102-unscoped-tenant-read.yaml"
    text = (
        shipped.read_text(encoding="utf-8").replace("id: ISO102", "id: OWN102").replace("name: unscoped", "name: own")
    )
    write(project, "lint/own.yaml", text)
    write(project, "isolint.yaml", "rules: {files: lint/*.yaml}")
    assert {finding.rule for finding in scan(ScanRequest()).findings} == {"OWN102"}


def test_texts_are_scanned_in_memory() -> None:
    report = scan_texts({"b.py": "leak(1)", "a.py": "safe(1)\nleak(2)"})
    assert found(report) == [("ISO102", "a.py:2"), ("ISO102", "b.py:1")]
    assert scan_texts({"a.py": "leak(1)"}, "tenancy: {roots: [none]}").evidence[0].reason is Reason.NO_TENANCY
    with pytest.raises(UsageError, match=r"a.rb is not in a language"):
        scan_texts({"a.rb": ""})
