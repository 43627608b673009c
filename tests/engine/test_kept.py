"""A report that is kept is the one that a scan would make, and stands only while nothing changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from isolint.engine import kept, stamps
from isolint.engine.baseline import renew
from isolint.engine.cache import Cache, cache_folder
from isolint.engine.project import find_project
from isolint.engine.request import Choice, ScanRequest
from isolint.engine.scan import scan
from isolint.engine.stamps import YOUNG, digest_of, stamp_of, still
from isolint.model.finding import State
from isolint.model.report import Report
from isolint.model.rule import Severity
from isolint.output import RenderOptions, formats, render

pytestmark = pytest.mark.usefixtures("toy")

OWN_RULE = """id: OWN101
name: own-rule
since: 0.1.0
severity: {severity}
confidence: high
summary: a rule of the project
why: it is wanted
fix: none
message: it is here
match: {{reason: tenant-predicate}}
examples: {{bad: [{{language: python, code: x}}], good: [{{language: python, code: y}}]}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "isolint.yaml").write_text("exclude: [gone]\n")
    (root / "a.py").write_text("leak(1)\n")
    (root / "b.py").write_text("safe(1)\ndynamic(2)\n")
    (root / "package.json").write_text("{}")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each report that is made and not found."""
    import isolint.engine.judge as judging

    counts: list[int] = []
    judge = judging.judge
    monkeypatch.setattr(judging, "judge", lambda *given: (counts.append(1), judge(*given))[1])
    return counts


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as old from the moment that they are written."""
    monkeypatch.setattr(stamps, "YOUNG", -(10**12))


def shown(report: Report) -> list[str]:
    options = RenderOptions(statistics=True, show_unknown=True)
    return [render(replace(report, seconds=0.0), form, options) for form in formats()]


def same_as_without(**request: object) -> bool:
    found, fresh = scan(ScanRequest(**request)), scan(ScanRequest(cached=False, **request))  # type: ignore[arg-type]
    return shown(found) == shown(fresh)


def test_every_format_is_that_of_the_first_run(project: Path, made: list[int]) -> None:
    first, second = scan(ScanRequest()), scan(ScanRequest())
    assert len(made) == 1
    assert shown(first) == shown(second)
    assert first.evidence == second.evidence
    assert first.tenancy == second.tenancy
    assert second.seconds > 0


def test_nothing_changed_reads_no_file(
    project: Path, made: list[int], aged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(ScanRequest())
    monkeypatch.setattr(stamps, "digest_of", lambda data: pytest.fail("a file was read"))
    scan(ScanRequest())
    assert len(made) == 1


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda root: (root / "a.py").write_text("leak(1)\nleak(2)\n"),
    "edited to the same size": lambda root: (root / "a.py").write_text("safe(1)\n"),
    "added": lambda root: (root / "c.py").write_text("leak(1)\n"),
    "removed": lambda root: (root / "a.py").unlink(),
    "renamed": lambda root: (root / "a.py").rename(root / "z.py"),
    "left out": lambda root: (root / "a.py").write_text("# @generated\nleak(1)\n"),
    "unreadable": lambda root: (root / "a.py").write_bytes(b"leak(1)\xff\n"),
    "manifest": lambda root: (root / "package.json").write_text('{"name": "x"}'),
    "configuration": lambda root: (root / "isolint.yaml").write_text("exclude: [a.py]\n"),
    "other configuration": lambda root: (root / "isolint.yaml").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("old", [True, False], ids=["old files", "young files"])
def test_a_change_is_seen(
    change: str, old: bool, project: Path, made: list[int], request: pytest.FixtureRequest
) -> None:
    if old:
        request.getfixturevalue("aged")
    scan(ScanRequest())
    CHANGES[change](project)
    assert same_as_without()
    assert len(made) == 3


def test_times_that_are_set_back_hide_no_change(project: Path, aged: None) -> None:
    scan(ScanRequest())
    before = (project / "a.py").stat()
    (project / "a.py").write_text("safe(1)\n")
    os.utime(project / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    if sys.platform != "win32":
        assert same_as_without()


def test_files_written_anew_with_the_same_text_are_no_change(project: Path, made: list[int]) -> None:
    scan(ScanRequest())
    (project / "a.py").unlink()
    (project / "a.py").write_text("leak(1)\n")
    scan(ScanRequest())
    assert len(made) == 1


@pytest.mark.parametrize(
    "other",
    [{"paths": ("a.py",)}, {"choice": Choice(ignore=("ISO102",))}],
    ids=["paths", "rules"],
)
def test_what_is_asked_for_is_part_of_the_key(project: Path, made: list[int], other: dict[str, object]) -> None:
    scan(ScanRequest())
    assert same_as_without(**other)
    assert len(made) == 3


def test_what_is_left_out_of_a_report_is_left_out_of_the_kept_one(project: Path, made: list[int]) -> None:
    scan(ScanRequest())
    assert same_as_without(choice=Choice(min_severity=Severity.HIGH))
    assert len(made) == 2


def test_a_baseline_is_compared_each_time(project: Path) -> None:
    (project / "known.json").write_text(renew(ScanRequest()).recording.text)
    first, second = scan(ScanRequest(baseline="known.json")), scan(ScanRequest(baseline="known.json"))
    assert {finding.state for finding in first.findings} == {State.UNCHANGED}
    assert shown(first) == shown(second)


def test_text_from_standard_input_is_read_each_time(project: Path, made: list[int]) -> None:
    for text in (b"leak(1)\n", b"safe(1)\n"):
        scan(ScanRequest(paths=("a.py",), stdin=text))
    assert len(made) == 2


def test_a_changed_rule_of_the_project_is_seen(project: Path, made: list[int]) -> None:
    (project / "isolint.yaml").write_text("rules: {files: [own.yaml]}\n")
    for number, severity in enumerate(("high", "low"), 1):
        (project / "own.yaml").write_text(OWN_RULE.format(severity=severity))
        assert "OWN101" in {finding.rule for finding in scan(ScanRequest()).findings}
        assert same_as_without()
        assert len(made) == 2 * number


def test_suppressions_expire_while_nothing_changes(
    project: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text("leak(1)  # isolint: ignore[ISO102] known until=2999-01-01\n")
    scan(ScanRequest())
    scan(ScanRequest())
    assert len(made) == 1

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2999, 1, 2)

    monkeypatch.setattr(kept, "date", Later)
    scan(ScanRequest())
    assert len(made) == 2


@pytest.mark.parametrize("damage", [b"", b"[]", b"[1,2", b'[[1,"","",[],[],"","",{}],{}]'])
def test_a_body_that_is_no_report_costs_a_run(damage: bytes, project: Path, made: list[int]) -> None:
    fresh = scan(ScanRequest())
    store = Cache(cache_folder())
    store.put_many({kept.key_of(find_project(()), Choice()): damage})
    store.close()
    assert shown(scan(ScanRequest())) == shown(fresh)
    assert len(made) == 2


def test_without_a_cache_nothing_is_kept(project: Path, made: list[int], tmp_path: Path) -> None:
    scan(ScanRequest(cached=False))
    scan(ScanRequest(cached=False))
    assert len(made) == 2
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_costs_a_run(
    project: Path, made: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("no folder")
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path / "taken"))
    assert shown(scan(ScanRequest())) == shown(scan(ScanRequest()))
    assert len(made) == 2


def test_a_configuration_that_changes_during_the_run_is_not_kept(
    project: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    import isolint.engine.judge as judging

    judge = judging.judge

    def meanwhile(*given: object) -> Report:
        (project / "isolint.yaml").write_text("exclude: [a.py]\n")
        return judge(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "judge", meanwhile)
    scan(ScanRequest())
    monkeypatch.setattr(judging, "judge", judge)
    assert same_as_without()


class TestStill:
    """Which files are read again to know that they are what they were."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        (tmp_path / "x.py").write_bytes(b"text")
        return tmp_path / "x.py"

    def taken_after(self, file: Path, nanoseconds: int) -> dict[str, object]:
        status = file.stat()
        known = {"x.py": stamp_of(status, digest_of(b"text"))}
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        return {"root": str(file.parent), "stamps": known, "paths": ["x.py"], "taken": changed + nanoseconds}

    def test_a_file_left_alone_before_it_was_read_is_not_read(self, file: Path) -> None:
        assert still(**self.taken_after(file, YOUNG + 1)) == {}  # type: ignore[arg-type]

    def test_a_file_changed_when_it_was_read_is_read_again(self, file: Path) -> None:
        given = self.taken_after(file, YOUNG)
        assert still(**given) == given["stamps"]  # type: ignore[arg-type]

    def test_a_file_that_is_gone_or_was_not_there_is_a_change(self, file: Path) -> None:
        given = self.taken_after(file, YOUNG + 1)
        assert still(**{**given, "paths": ["y.py"]}) is None  # type: ignore[arg-type]
        file.unlink()
        assert still(**given) is None  # type: ignore[arg-type]
