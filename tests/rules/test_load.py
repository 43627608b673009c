from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from isolint.errors import ConfigError
from isolint.model.rule import Confidence, Severity
from isolint.rules import load_rules, rule_source, rule_sources
from isolint.rules.load import shipped_folder
from isolint.rules.yamlfile import parse

Text = Callable[..., str]
COLUMN = re.compile(r"(^own\.yaml:\d+):\d+(?=: )")


def error_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_rules([file])
    return COLUMN.sub(r"\1", str(caught.value).removeprefix(f"{tmp_path.as_posix()}/"), count=1)


def test_a_project_rule_stands_before_the_shipped_ones(tmp_path: Path, rule_text: Text) -> None:
    (tmp_path / "own.yaml").write_text(rule_text(), encoding="utf-8")
    first, *shipped = load_rules([tmp_path / "own.yaml"])
    assert (first.id, first.severity, first.confidence) == ("ACME001", Severity.HIGH, Confidence.HIGH)
    assert [rule.id for rule in shipped] == sorted(rule.id for rule in load_rules())


def test_a_folder_gives_all_its_rule_files_in_order(tmp_path: Path, rule_text: Text) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.yml").write_text(rule_text(id="ACME002", name="acme-b"), encoding="utf-8")
    (tmp_path / "a.yaml").write_text(rule_text(), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a rule", encoding="utf-8")
    assert [rule.id for rule in load_rules([tmp_path])][:2] == ["ACME001", "ACME002"]


def test_a_rule_knows_the_file_that_it_was_read_from(tmp_path: Path, rule_text: Text) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(rule_text(), encoding="utf-8")
    own, shipped, *_ = load_rules([file])
    assert rule_source(own).text == rule_text()
    assert rule_source(shipped).text == (shipped_folder() / rule_source(shipped).name.partition(":")[2]).read_text(
        encoding="utf-8"
    )
    assert [rule.origin for rule in load_rules([file])] == [source.name for source in rule_sources([file])]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("severity: high", "severty: high", "own.yaml:3: unknown key 'severty'; did you mean 'severity'?"),
        ("severity: high", "severity: hihg", "own.yaml:3: unknown severity 'hihg'; did you mean 'high'?"),
        ("severity: high\n", "", "own.yaml:1: 'severity' is missing"),
        ("summary: Something leaks", "summary:", "own.yaml:7: 'summary' is missing"),
        ("summary: Something leaks", "summary: [a, b]", "own.yaml:7: 'summary' must be text"),
        ("id: ACME001", "id: acme-1", "own.yaml:1: 'id' must look like ISO102, not 'acme-1'"),
        ("name: acme-leak", "name: AcmeLeak", "own.yaml:2: 'name' must look like unscoped-tenant-read, not 'AcmeLeak'"),
        ("since: 0.1.0", "since: soon", "own.yaml:5: 'since' must look like 0.1.0, not 'soon'"),
        ("cwe: [CWE-639]", "cwe: [CWE-1, 639]", "own.yaml:6: 'cwe' must look like CWE-639, not '639'"),
        ("since: 0.1.0", "since: 0.1.0\nowasp: API1", "own.yaml:6: 'owasp' must look like API1:2023, not 'API1'"),
        ("since: 0.1.0", "since: 0.1.0\nid: ACME002", "own.yaml:6: 'id' is given twice"),
        ("{table}", "{tabel}", "own.yaml:10: unknown field 'tabel' in the message; did you mean 'table'?"),
        ("{table}", "{table", "own.yaml:10: a brace in the message stands alone"),
        ("match: {reason: no-predicate}", "limits: []", "own.yaml:1: 'match' is missing"),
        ("match: {reason: no-predicate}", "match: direct-client", "own.yaml:11: a match is a mapping"),
        (
            "reason: no-predicate",
            "reson: no-predicate",
            "own.yaml:11: unknown match key 'reson'; did you mean 'reason'?",
        ),
        ("no-predicate", "no-predicat", "own.yaml:11: unknown reason 'no-predicat'; did you mean 'no-predicate'?"),
        ("match:", "over: difference\nmatch:", "own.yaml:12: unknown match key 'reason'; known: any, function"),
        (
            "match: {reason: no-predicate}",
            "over: difference\nmatch: {trait: slug-collision}",
            "own.yaml:12: 'slug-collision' is not seen over 'difference'",
        ),
        ("  good:\n", "  ok:\n", "own.yaml:18: unknown key 'ok'"),
        ("line: 1", "line: 7", "own.yaml:15: app.py has no line 7"),
        ("line: 1", "line: one", "own.yaml:15: 'line' must be a whole number from 1, not 'one'"),
        ("line: 1", "line: 0", "own.yaml:15: 'line' must be a whole number from 1, not '0'"),
        ("title: Holds", "line: 1", "own.yaml:19: a good example has no line to report"),
        ("title: Leaks", "titel: Leaks", "own.yaml:14: unknown key 'titel'; did you mean 'title'?"),
        ("title: Leaks", "language: pyhton", "own.yaml:14: unknown language 'pyhton'; did you mean 'python'?"),
        ("title: Leaks", "files: {a.py: x}", "own.yaml:14: an example has either 'code' or 'files'"),
        ("why: Because.", "why: [", "own.yaml:10: not valid YAML: "),
        ("why: Because.", "why: &loop {a: *loop}", "own.yaml:8: nested deeper than 12 levels"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, rule_text: Text, old: str, new: str, message: str
) -> None:
    assert error_of(tmp_path, rule_text((old, new))).startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("severity: high", "severty: high", "3:1"),
        ("reason: no-predicate", "reson: no-predicate", "11:9"),
        ("title: Leaks", "titel: Leaks", "14:7"),
        ("why: Because.", "why: [", "10:8"),
        ("since: 0.1.0", "since: 0.1.0\nid: ACME002", "6:1"),
    ],
)
def test_column_is_named_as_well(tmp_path: Path, rule_text: Text, old: str, new: str, place: str) -> None:
    (tmp_path / "own.yaml").write_text(rule_text((old, new)), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"own\.yaml:{place}: "):
        load_rules([tmp_path / "own.yaml"])


@pytest.mark.parametrize(("kind", "line"), [("bad", 13), ("good", 18)])
def test_a_rule_without_an_example_of_a_kind_is_refused(tmp_path: Path, rule_text: Text, kind: str, line: int) -> None:
    whole = rule_text()
    start = whole.index(f"  {kind}:\n")
    end = whole.index("  good:\n") if kind == "bad" else len(whole)
    told = error_of(tmp_path, whole[:start] + f"  {kind}: []\n" + whole[end:])
    assert told == f"own.yaml:{line}: a rule has at least one {kind} example: '{kind}' takes a list"


def test_a_rule_without_examples_is_refused(tmp_path: Path, rule_text: Text) -> None:
    told = error_of(tmp_path, rule_text().partition("examples:")[0])
    assert told == "own.yaml:1: 'examples' is missing: a rule has at least one bad and one good example"


def test_two_rules_with_one_id_or_one_name_are_refused(tmp_path: Path, rule_text: Text) -> None:
    assert error_of(tmp_path, rule_text(id="ISO102")).startswith(
        "own.yaml: the id ISO102 is also that of isolint:iso102"
    )
    assert "the name unscoped-tenant-read is also that of" in error_of(tmp_path, rule_text(name="unscoped-tenant-read"))


def test_files_share_texts_by_alias_and_name_the_one_that_is_reported(tmp_path: Path, rule_text: Text) -> None:
    bad = '      files: {b.py: &text "one()\\ntwo()\\n", a.py: *text}\n      file: a.py\n      line: 2\n'
    file = tmp_path / "own.yaml"
    file.write_text(rule_text(("      line: 1\n      code: |\n        leak()\n", bad)), encoding="utf-8")
    example = load_rules([file])[0].examples[0]
    assert (dict(example.files), example.file, example.line) == (
        {"b.py": "one()\ntwo()\n", "a.py": "one()\ntwo()\n"},
        "a.py",
        2,
    )


def test_the_reported_file_must_be_one_of_the_files(tmp_path: Path, rule_text: Text) -> None:
    bad = "      files: {api.py: x, models.py: y}\n      file: apy.py\n"
    told = error_of(tmp_path, rule_text(("      line: 1\n      code: |\n        leak()\n", bad)))
    assert told == "own.yaml:16: no file 'apy.py'; did you mean 'api.py'?"


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.yaml: cannot read the rule file: No such file"):
        load_rules([tmp_path / "none.yaml"])
    with pytest.raises(ConfigError, match="no rule files"):
        load_rules([tmp_path])
    (tmp_path / "latin.yaml").write_bytes(b"id: \xff")
    with pytest.raises(ConfigError, match="not UTF-8 text"):
        load_rules([tmp_path])


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    assert error_of(tmp_path, "# nothing\n").startswith("own.yaml:1: expected a mapping with id, name")


@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? "])
def test_hostile_nesting_is_an_error_and_not_a_crash(tmp_path: Path, opener: str) -> None:
    assert error_of(tmp_path, opener * 100_000) == "own.yaml:1: nested deeper than 12 levels"


def test_values_stay_the_text_that_was_written() -> None:
    text = "a: no\nb: 0.10\nc: 2026-01-01\nd: '~'\ne: ~\nf:\ng: ''\nh: !!python/object:os.system x\ni: null\nj: Null"
    assert parse("x.yaml", text).value == {
        "a": "no",
        "b": "0.10",
        "c": "2026-01-01",
        "d": "~",
        "e": None,
        "f": None,
        "g": "",
        "h": "x",
        "i": None,
        "j": "Null",
    }
