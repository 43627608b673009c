from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from isolint.rules import load_rules
from isolint.rules.document import main, markdown, pages, stale, terminal, write

RULES = load_rules()
BY_ID = {rule.id: rule for rule in RULES}
DOCS = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_in_the_repository_are_fresh() -> None:
    assert stale(DOCS, RULES) == [], "run: python -m isolint.rules.document --write"


def test_a_page_tells_why_what_to_do_and_shows_the_reported_line() -> None:
    page = markdown(BY_ID["ISO102"])
    assert page.startswith("# ISO102: unscoped-tenant-read\n")
    assert "[CWE-639](https://cwe.mitre.org/data/definitions/639.html)" in page
    assert "    invoice = session.get(Invoice, invoice_id)  # ISO102\n" in page
    assert BY_ID["ISO102"].why in page
    assert "isolint: ignore[ISO102]" in page


def test_a_file_that_examples_share_is_shown_once() -> None:
    page = markdown(BY_ID["ISO102"])
    assert page.count("class Invoice(Base):") == 1
    assert "With `billing/models.py` as above." in page


def test_a_configuration_is_shown_beside_the_code() -> None:
    assert "<summary><code>isolint.yaml</code></summary>\n\n```yaml\ntenancy:\n" in markdown(BY_ID["ISO101"])


def test_the_index_lists_every_rule_once() -> None:
    index = pages(RULES)["index.md"]
    assert [line.split("]")[0][3:] for line in index.splitlines() if line.startswith("| [")] == sorted(BY_ID)


def test_the_index_has_a_place_for_rules_of_other_families() -> None:
    assert "## Others" in pages([replace(BY_ID["ISO102"], id="ACME001")])["index.md"]


def test_the_terminal_text_holds_the_same_in_narrow_lines() -> None:
    text = terminal(BY_ID["ISO301"], emphasis=str.upper)
    assert text.startswith("ISO301 TENANT-FROM-REQUEST\n")
    assert "high severity · high confidence · since 0.1.0 · CWE-639" in text
    assert text.count("REPORTED: ") == text.count("ACCEPTED: ") == 1
    assert terminal(BY_ID["ISO301"], examples=9).count("Reported: ") == 4
    prose = text.partition("REPORTED")[0]
    assert max(map(len, prose.splitlines())) <= 100


def test_stale_pages_are_named_and_renewed(tmp_path: Path) -> None:
    write(tmp_path, RULES)
    (tmp_path / "ISO102.md").write_text("old", encoding="utf-8")
    (tmp_path / "ISO301.md").unlink()
    (tmp_path / "ISO999.md").write_text("no such rule", encoding="utf-8")
    assert stale(tmp_path, RULES) == ["ISO102.md", "ISO301.md", "ISO999.md"]
    write(tmp_path, RULES)
    assert stale(tmp_path, RULES) == []


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--wrong"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_command_checks_the_repository(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().err == ""
