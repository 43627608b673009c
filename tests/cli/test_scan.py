"""`isolint scan`: options, streams and exit codes."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

LEAK = 19

pytestmark = pytest.mark.usefixtures("project")


def rules(out: str) -> list[str]:
    return [f"{finding['rule']} {finding['place']['line']}" for finding in json.loads(out)["findings"]]


def test_leak_is_reported_with_its_code_and_the_exit_code_says_so(isolint: Command) -> None:
    done = isolint("scan")
    assert (done.code, done.err) == (1, "")
    assert re.search(r"^app/routes.py\n  19:\d+  error  ISO102 unscoped-tenant-read$", done.out, re.MULTILINE)
    assert re.search(r"^    19 \| .*select\(Invoice\)\.where\(Invoice\.id == invoice_id\)", done.out, re.MULTILINE)
    assert re.search(r"^assumed: .*rganization", done.out, re.MULTILINE)
    assert re.search(r"^judged 2 accesses in 3 files: 1 scoped, 1 unscoped, 0 unknown", done.out, re.MULTILINE)


def test_second_scan_says_the_same(isolint: Command) -> None:
    assert isolint("scan", "--format", "json").out == isolint("scan", "--format", "json").out


def test_paths_choose_what_is_reported(isolint: Command, project: Path) -> None:
    assert isolint("scan", "app/models.py").code == 0
    assert isolint("scan", str(project / "app" / "routes.py")).code == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--fail-on", "error"], 1),
        (["--ignore", "ISO102"], 0),
        (["--select", "ISO3,ISO4"], 0),
        (["--select", "ISO3", "--select", "unscoped-tenant-read"], 1),
        (["--min-severity", "high", "--min-confidence", "high"], 1),
    ],
)
def test_options_decide_the_exit_code(isolint: Command, options: list[str], code: int) -> None:
    assert isolint("scan", *options).code == code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scan", "nowhere"], "nowhere does not exist"),
        (["scan", "--select", "ISO999"], "no rule 'ISO999'"),
        (["scan", "--select", "unscoped-tenant-raed"], "did you mean 'unscoped-tenant-read'"),
        (["scan", "--format", "yaml"], "'yaml' is not one of"),
        (["scan", "--jobs", "0"], "--jobs"),
        (["scan", "--output", "no/such/folder/report.txt"], "cannot write no/such/folder/report.txt"),
        (["scan", "app", "--stdin-filename", "app/x.py"], "not both"),
        (["scan", "--config", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["scna"], "scna"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr(isolint: Command, arguments: list[str], sentence: str) -> None:
    done = isolint(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("isolint: error: ")
    assert done.err.count("\n") == 1
    assert sentence in done.err


def test_wrong_configuration_is_named_with_its_line(isolint: Command, project: Path) -> None:
    (project / "isolint.yaml").write_text("tenency:\n  strategy: row\n")
    done = isolint("scan")
    assert done.code == 2
    assert done.err == "isolint: error: isolint.yaml:1:1: unknown key 'tenency'; did you mean 'tenancy'?\n"


def test_file_that_does_not_parse_makes_the_answer_partial(isolint: Command, project: Path) -> None:
    (project / "app" / "broken.py").write_text("def f(:\n    pass\n")
    done = isolint("scan", "--ignore", "ISO102")
    assert done.code == 3
    assert "app/broken.py" in done.out
    assert "not analysed" in done.out
    assert "exit code 3, since not everything could be analysed" in done.err
    done = isolint("scan", "--ignore", "ISO102", "--allow-incomplete")
    assert (done.code, done.err) == (0, "")


def test_code_without_accesses_is_not_called_well(isolint: Command, project: Path) -> None:
    done = isolint("scan", "app/__init__.py")
    assert done.code == 0
    assert "judged 0 accesses in 1 file" in done.out


def test_accesses_without_tenants_ask_for_init(isolint: Command, project: Path) -> None:
    (project / "app" / "models.py").write_text(
        "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import DeclarativeBase\n\n\n"
        "class Base(DeclarativeBase):\n    pass\n\n\n"
        "class Invoice(Base):\n    __tablename__ = 'invoice'\n    id = Column(Integer, primary_key=True)\n"
        "    number = Column(Integer)\n"
    )
    done = isolint("scan")
    assert "no tenancy found: run `isolint init`" in done.out
    assert done.code == 3


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_documents_go_to_stdout(isolint: Command, form: str) -> None:
    done = isolint("scan", "--format", form)
    assert json.loads(done.out)
    assert (done.code, done.err) == (1, "")


def test_report_goes_to_a_file_and_its_summary_to_stderr(isolint: Command, project: Path) -> None:
    done = isolint("scan", "--format", "json", "--output", "report.json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("isolint: 1 finding (1 error); judged 2 accesses in 3 files")
    assert rules((project / "report.json").read_text(encoding="utf-8")) == [f"ISO102 {LEAK}"]
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []
    assert isolint("scan", "-o", "report.txt", "-q").err == ""


def test_paths_lead_from_the_repository_where_readers_know_no_project(isolint: Command, project: Path) -> None:
    (project.parent / ".git").mkdir()
    issues = json.loads(isolint("scan", "--format", "gitlab").out)
    assert {issue["location"]["path"] for issue in issues} == {"project/app/routes.py"}
    assert "file=project/app/routes.py," in isolint("scan", "--format", "github").out


def test_suppression_with_a_reason_hides_and_counts(isolint: Command, project: Path) -> None:
    routes = project / "app" / "routes.py"
    lines = routes.read_text().splitlines()
    lines[LEAK - 1] += "  # isolint: ignore[ISO102] ids are random and secret"
    routes.write_text("\n".join(lines))
    done = isolint("scan")
    assert done.code == 0
    assert "0 findings, 1 suppressed" in done.out
    unused = isolint("scan", "--ignore", "ISO102")
    assert (unused.code, "suppression" in unused.out) == (0, False)


def test_suppression_that_hides_nothing_is_reported(isolint: Command, project: Path) -> None:
    with (project / "app" / "models.py").open("a") as models:
        models.write("x = 1  # isolint: ignore[ISO102] just in case\n")
    done = isolint("scan", "app/models.py")
    assert done.code == 1
    assert "unused-suppression" in done.out


def test_standard_input_stands_for_a_file(isolint: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# one more line\n" + (project / "app" / "routes.py").read_text()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    done = isolint("scan", "--stdin-filename", "app/routes.py", "--format", "json")
    assert rules(done.out) == [f"ISO102 {LEAK + 1}"]


def test_colour_is_for_terminals_or_on_demand(isolint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in isolint("scan").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31merror" in isolint("scan").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in isolint("scan").out


def test_quiet_and_statistics(isolint: Command) -> None:
    (line,) = isolint("scan", "--quiet").out.splitlines()
    assert re.match(r"app/routes.py:19:\d+: error: .* \[ISO102\]$", line)
    assert "tenant-predicate" in isolint("scan", "--statistics").out


def test_cache_is_kept_unless_it_is_not_wanted(isolint: Command, project: Path) -> None:
    cache = project.parent / "cache" / "facts.sqlite"
    isolint("scan", "--no-cache")
    assert not cache.exists()
    isolint("scan")
    assert cache.exists()


@pytest.mark.parametrize("reference", ["models:evil", "models:evil.models", "postgresql://app:hush@127.0.0.1:1/x"])
def test_a_scan_neither_imports_nor_connects_to_what_the_project_names(
    project: Path, isolint: Command, reference: str
) -> None:
    (project / "evil").mkdir()
    (project / "evil" / "__init__.py").write_text("open('owned', 'w').close()\n")
    (project / "evil" / "models.py").write_text("")
    (project / "isolint.yaml").write_text(f"schema: {{reference: '{reference}'}}\n")
    done = isolint("scan", "--fail-on", "never")
    assert done.code == 3
    assert "which a scan does not do" in done.out + done.err
    assert "hush" not in done.out + done.err
    assert not (project / "owned").exists()


def test_a_baseline_that_nests_too_deeply_is_refused(project: Path, isolint: Command) -> None:
    (project / "known.json").write_text("[" * 100_000)
    done = isolint("scan", "--baseline", "known.json")
    assert done.code == 2
    assert "known.json: not a baseline" in done.err
