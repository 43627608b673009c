"""`isolint new rule` and `isolint rules test`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_new_rule_has_examples_that_pass(isolint: Command, project: Path) -> None:
    made = isolint("new", "rule", "hard-delete")
    assert made.code == 0
    assert "`isolint rules test lint/hard-delete.yaml`" in made.out
    assert "`rules: {files: [lint/*.yaml]}`" in made.out
    done = isolint("rules", "test", "lint/hard-delete.yaml")
    assert (done.code, done.out) == (0, "OWN001 hard-delete: 2 examples pass\n")


def test_next_rule_gets_the_next_id(isolint: Command, project: Path) -> None:
    isolint("new", "rule", "hard-delete")
    (project / "isolint.yaml").write_text("rules: {files: [lint/*.yaml]}\n")
    made = isolint("new", "rule", "odd-job")
    assert "name it in isolint.yaml" not in made.out
    assert (project / "lint" / "odd-job.yaml").read_text().startswith("id: OWN002\nname: odd-job")
    assert isolint("new", "rule", "other-job", "--id", "ACME001").code == 0
    assert isolint("rules", "test", "lint").out.splitlines() == [
        "OWN001 hard-delete: 2 examples pass",
        "OWN002 odd-job: 2 examples pass",
        "ACME001 other-job: 2 examples pass",
    ]


def test_nothing_is_overwritten(isolint: Command, project: Path) -> None:
    isolint("new", "rule", "hard-delete")
    before = (project / "lint" / "hard-delete.yaml").read_text()
    done = isolint("new", "rule", "hard-delete", "--id", "ACME001")
    assert (done.code, "exists and is left as it is" in done.err) == (2, True)
    assert (project / "lint" / "hard-delete.yaml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["HardDelete"], "'HardDelete' cannot be a rule's name: write words with hyphens"),
        (["unscoped-tenant-read"], "is called ISO102 unscoped-tenant-read: choose another name or id"),
        (["hard-delete", "--id", "ACME7"], "'ACME7' cannot be a rule's id: write it like ACME001"),
        (["hard-delete", "--id", "ISO102"], "is called ISO102 unscoped-tenant-read: choose another name or id"),
    ],
)
@pytest.mark.usefixtures("project")
def test_name_that_cannot_be_one_is_refused(isolint: Command, arguments: list[str], sentence: str) -> None:
    done = isolint("new", "rule", *arguments)
    assert done.code == 2
    assert sentence in done.err


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("role: route", "role: job", 1,
         "lint/hard-delete.yaml:19:7: OWN001-bad-1: OWN001 is not reported at app.py:28; "
         "judged: tenant-predicate (scoped), delete of Invoice in a route at app.py:28"),
        ("operation: delete", "operation: [delete, update]", 1, "OWN001-good-1: OWN001 is reported at app.py:29"),
        ("line: 28", "line: 25", 1, "OWN001-bad-1: OWN001 is not reported at app.py:25"),
        ("      line: 28\n", "      config: 'tenency: {}'\n", 1,
         "hard-delete.yaml:20:7: OWN001-bad-1: isolint.yaml:1:1:"),
        ("session.execute(update(Invoice).where(own).values(deleted=True))", "print(own)", 1,
         "is no data access in it that isolint sees"),
        ("role: route", "rle: route", 2, "lint/hard-delete.yaml:16:3: unknown match key 'rle'; did you mean 'role'?"),
        ("severity: medium", "severity: [", 2, "lint/hard-delete.yaml:5:6: not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_column(
    isolint: Command, project: Path, old: str, new: str, code: int, told: str
) -> None:
    isolint("new", "rule", "hard-delete")
    file = project / "lint" / "hard-delete.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    done = isolint("rules", "test", "lint")
    assert done.code == code
    assert told in done.out + done.err


def test_shipped_rules_are_tested_by_their_files(isolint: Command, repository: Path) -> None:
    done = isolint("rules", "test", str(repository / "rules" / "iso102-unscoped-tenant-read.yaml"))
    assert done.code == 0
    assert done.out.startswith("ISO102 unscoped-tenant-read: ")
    assert len(done.out.splitlines()) == 1


@pytest.mark.usefixtures("project")
def test_path_that_does_not_exist_is_named(isolint: Command) -> None:
    done = isolint("rules", "test", "lint/none.yaml")
    assert (done.code, "lint/none.yaml does not exist" in done.err) == (2, True)
