"""`isolint baseline` and `isolint scan --baseline`, in real repositories."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import isolint as package

Command = Callable[..., Any]
Git = Callable[..., str]

NAME = "isolint-baseline.json"
LEAK = """

@router.get("/invoices/{invoice_id}/total")
def read_total(invoice_id: int, session: Session = Depends(get_session), user: User = Depends(current_user)):
    invoice = session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()
    return {"id": invoice.id}
"""


def states(isolint: Command, *options: str) -> list[str]:
    """Place and state of each finding."""
    found = json.loads(isolint("scan", "--baseline", NAME, "--format", "json", *options).out)["findings"]
    return [f"{item['place']['path']}:{item['place']['line']} {item['state']}" for item in found]


def edit(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def test_recorded_findings_do_not_count(isolint: Command, project: Path) -> None:
    done = isolint("baseline")
    assert (done.code, done.out) == (0, f"{project / NAME}: 1 known, 1 of them new, 0 taken out\n")
    scanned = isolint("scan", "--baseline", NAME)
    assert scanned.code == 0
    assert f"0 findings, 1 known from {NAME}" in scanned.out
    assert "ISO102" not in scanned.out


def test_new_finding_is_told_and_the_known_one_is_not(isolint: Command, project: Path) -> None:
    isolint("baseline")
    with (project / "app" / "routes.py").open("a") as file:
        file.write(LEAK)
    scanned = isolint("scan", "--baseline", NAME)
    assert scanned.code == 1
    assert scanned.out.count("ISO102") == 1
    assert states(isolint) == ["app/routes.py:19 unchanged", "app/routes.py:25 new"]


def test_moved_and_reformatted_lines_stay_known(isolint: Command, project: Path) -> None:
    isolint("baseline")
    chain = """(
        session
        .scalars(
            select(Invoice)
            .where(Invoice.id==invoice_id),
        )
        .one()
    )"""
    edit(
        project / "app" / "routes.py",
        ("session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()", chain),
        ("router = APIRouter()", "# a\n# few\n# lines\nrouter = APIRouter()"),
    )
    (state,) = states(isolint)
    assert state.endswith("unchanged")


def test_third_of_two_recorded_findings_that_are_alike_is_new(isolint: Command, project: Path) -> None:
    line = "    invoice = session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()\n"
    edit(project / "app" / "routes.py", (line, line * 2))
    isolint("baseline")
    (entry,) = json.loads((project / NAME).read_text())["findings"]["app/routes.py"]
    assert entry["count"] == 2
    edit(project / "app" / "routes.py", (line * 2, line * 3))
    assert [state.split()[1] for state in states(isolint)] == ["unchanged", "unchanged", "new"]
    assert isolint("scan", "--baseline", NAME).code == 1


def test_fixed_leak_does_not_hide_another_one(isolint: Command, project: Path) -> None:
    """The count is the same, the findings are not."""
    isolint("baseline")
    edit(project / "app" / "routes.py", ("Invoice.id == invoice_id", "Invoice.organization_id == user.organization_id"))
    with (project / "app" / "routes.py").open("a") as file:
        file.write(LEAK)
    scanned = isolint("scan", "--baseline", NAME)
    assert scanned.code == 1
    assert "app/routes.py: ISO102 in read_invoice is in the baseline and not found any more" in scanned.out
    assert "`isolint baseline --prune` takes them out" in scanned.out


def test_file_renamed_and_edited_stays_known(isolint: Command, project: Path, git: Git) -> None:
    """Git's rename detection tells the new name, though the function is called otherwise elsewhere in the file."""
    isolint("baseline")
    git("add", "--all")
    git("commit", "--quiet", "--message", "baseline")
    git("mv", "app/routes.py", "app/invoices.py")
    edit(project / "app" / "invoices.py", ("def list_invoices", "def all_invoices"))
    git("commit", "--quiet", "--all", "--message", "rename")
    assert states(isolint) == ["app/invoices.py:19 unchanged"]


def test_moved_code_stays_known_without_history(isolint: Command, project: Path) -> None:
    isolint("baseline")
    (project / "app" / "routes.py").rename(project / "app" / "invoices.py")
    assert states(isolint) == ["app/invoices.py:19 unchanged"]


def test_copied_leak_is_new(isolint: Command, project: Path) -> None:
    isolint("baseline")
    (project / "app" / "copy.py").write_text((project / "app" / "routes.py").read_text())
    assert sorted(state.split()[1] for state in states(isolint)) == ["new", "unchanged"]


def test_prune_takes_out_what_is_gone_and_records_nothing_new(isolint: Command, project: Path) -> None:
    isolint("baseline")
    edit(project / "app" / "routes.py", ("Invoice.id == invoice_id", "Invoice.organization_id == user.organization_id"))
    with (project / "app" / "routes.py").open("a") as file:
        file.write(LEAK)
    done = isolint("baseline", "--prune")
    assert (done.code, done.out) == (0, f"{project / NAME}: 0 known, 0 of them new, 1 taken out\n")
    assert states(isolint) == ["app/routes.py:25 new"]


def test_pruned_baseline_names_files_as_they_are_called_now(isolint: Command, project: Path, git: Git) -> None:
    isolint("baseline")
    git("add", "--all")
    git("commit", "--quiet", "--message", "baseline")
    git("mv", "app/routes.py", "app/invoices.py")
    isolint("baseline", "--prune")
    assert list(json.loads((project / NAME).read_text())["findings"]) == ["app/invoices.py"]


def test_file_is_the_same_each_time_with_an_entry_a_line(isolint: Command, project: Path) -> None:
    with (project / "app" / "routes.py").open("a") as file:
        file.write(LEAK)
    isolint("baseline")
    first = (project / NAME).read_bytes()
    isolint("baseline")
    assert (project / NAME).read_bytes() == first
    lines = first.decode().splitlines()
    assert [line.strip() for line in lines[:3]] == ["{", '"format": 1,', '"findings": {']
    entries = [json.loads(line.strip().rstrip(",")) for line in lines if '"rule"' in line]
    assert [entry["function"] for entry in entries] == ["read_invoice", "read_total"]
    assert not any(isinstance(value, int) and key != "count" for entry in entries for key, value in entry.items())


def test_paths_and_rules_that_were_not_asked_for_keep_their_entries(isolint: Command, project: Path) -> None:
    isolint("baseline")
    isolint("baseline", "app/models.py")
    assert states(isolint) == ["app/routes.py:19 unchanged"]
    for options in (["app/models.py"], ["--select", "ISO3"], ["--min-confidence", "high"]):
        scanned = json.loads(isolint("scan", *options, "--baseline", NAME, "--format", "json").out)
        assert scanned["absent"] == []


def test_file_that_cannot_be_parsed_keeps_its_entries(isolint: Command, project: Path) -> None:
    isolint("baseline")
    (project / "app" / "routes.py").write_text("def (:\n")
    done = isolint("baseline", "--prune")
    assert (done.code, "--allow-incomplete makes the code 0" in done.err) == (3, True)
    assert list(json.loads((project / NAME).read_text())["findings"]) == ["app/routes.py"]
    assert isolint("baseline", "--prune", "--allow-incomplete").code == 0


def test_suppressed_finding_is_not_recorded(isolint: Command, project: Path) -> None:
    edit(project / "app" / "routes.py", (".one()\n", ".one()  # isolint: ignore[ISO102] staff only\n"))
    isolint("baseline")
    assert json.loads((project / NAME).read_text())["findings"] == {}


def test_sarif_marks_what_is_known_and_drops_nothing(isolint: Command, project: Path) -> None:
    isolint("baseline")
    with (project / "app" / "routes.py").open("a") as file:
        file.write(LEAK)
    (run,) = json.loads(isolint("scan", "--baseline", NAME, "--format", "sarif").out)["runs"]
    assert [result["baselineState"] for result in run["results"]] == ["unchanged", "new"]
    edit(project / "app" / "routes.py", ("Invoice.id == invoice_id", "Invoice.organization_id == user.organization_id"))
    (run,) = json.loads(isolint("scan", "--baseline", NAME, "--format", "sarif").out)["runs"]
    notes = run["invocations"][0]["toolConfigurationNotifications"]
    assert [note["descriptor"]["id"] for note in notes] == ["baseline-entry-absent"] * 2


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"])
def test_no_format_counts_what_is_known(isolint: Command, project: Path, form: str) -> None:
    isolint("baseline")
    edit(project / "app" / "models.py", ("class Base", "\n\nclass Base"))
    assert isolint("scan", "--baseline", NAME, "--format", form).code == 0


def test_json_follows_its_schema(isolint: Command, project: Path) -> None:
    isolint("baseline")
    edit(project / "app" / "routes.py", ("Invoice.id == invoice_id", "Invoice.organization_id == user.organization_id"))
    schema = json.loads((Path(package.__file__).parent / "data" / "report.schema.json").read_text())
    document = json.loads(isolint("scan", "--baseline", NAME, "--format", "json").out)
    jsonschema.validate(document, schema)
    assert [entry["function"] for entry in document["absent"]] == ["read_invoice"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot read the baseline isolint-baseline.json: No such file or directory: `isolint baseline` records"),
        ("{", "isolint-baseline.json: not a baseline"),
        ("[]", "isolint-baseline.json: not a baseline: record it again"),
        ('{"format": 9, "findings": {}}', "a baseline of another isolint"),
        ('{"format": 1, "findings": {"a.py": [{"rule": "ISO102"}]}}', "an entry of a.py has no rule"),
        ('{"format": 1, "findings": {"a.py": ["x"]}}', "the entries of a.py are mappings"),
    ],
)
def test_file_that_is_no_baseline_is_named(isolint: Command, project: Path, text: str | None, sentence: str) -> None:
    if text is not None:
        (project / NAME).write_text(text)
    done = isolint("scan", "--baseline", NAME)
    assert done.code == 2
    assert sentence in done.err
