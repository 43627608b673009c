from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from isolint.model.access import Operation
from isolint.model.evidence import Evidence
from isolint.model.finding import Finding
from isolint.model.source import Place, Span
from isolint.rules import apply_rules, load_rules
from isolint.rules.fingerprint import normalised

Make = Callable[..., Evidence]
RULES = load_rules()


def numbered(text: str) -> dict[str, dict[int, str]]:
    return {"app.py": dict(enumerate(text.split("\n"), 1))}


def findings(make: Make, text: str, *accesses: dict[str, Any]) -> tuple[Finding, ...]:
    return apply_rules([make(**access) for access in accesses], RULES, numbered(text))


def fingerprint(make: Make, text: str, **access: Any) -> str:
    (finding,) = findings(make, text, {"place": whole(text), **access})
    return finding.fingerprint


def whole(text: str) -> Place:
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines, 1) if line.strip())
    indent = len(lines[start - 1]) - len(lines[start - 1].lstrip())
    return Place("app.py", Span(start, indent + 1, len(lines), len(lines[-1]) + 1))


def test_moved_and_indented_lines_keep_it(make: Make) -> None:
    assert fingerprint(make, "row = get(Invoice, id)") == fingerprint(make, "\n\n\n    row = get(Invoice, id)")


def test_formatting_and_comments_keep_it(make: Make) -> None:
    spread = "row = get(  # isolint: ignore[ISO102] checked below\n    Invoice,\n    'a b',\n)"
    assert fingerprint(make, spread) == fingerprint(make, 'row = get(Invoice, "a b")')


def test_another_statement_function_table_path_or_rule_changes_it(make: Make) -> None:
    text = "row = get(Invoice, id)"
    same = fingerprint(make, text)
    assert same == fingerprint(make, text)
    others = {
        fingerprint(make, "row = get(Invoice, number)"),
        fingerprint(make, text, function="show_invoice"),
        fingerprint(make, text, table="Project"),
        fingerprint(make, text, place=replace(whole(text), path="api.py")),
        fingerprint(make, text, operation=Operation.UPDATE),
    }
    assert len(others) == 5
    assert same not in others


def test_lambdas_are_known_without_their_position(make: Make) -> None:
    text = "get(Invoice, id)"
    assert fingerprint(make, text, function="f.<locals>.<lambda:3:7>") == fingerprint(
        make, text, function="f.<locals>.<lambda:9:1>"
    )


def test_equal_statements_of_one_function_are_told_apart_by_their_order(make: Make) -> None:
    text = "get(Invoice, id)\n\nget(Invoice, id)"
    first, second = (Place("app.py", Span(line, 1, line, 17)) for line in (1, 3))
    both = findings(make, text, {"place": second}, {"place": first})
    assert both[0].place == first
    assert both[0].fingerprint != both[1].fingerprint
    alone = findings(make, text, {"place": second})
    assert alone[0].fingerprint == both[0].fingerprint


def test_a_line_that_is_not_given_counts_as_empty(make: Make) -> None:
    (finding,) = apply_rules([make()], RULES, {})
    assert finding.statement == ""
    assert len(finding.fingerprint) == 32


@given(st.text(alphabet="ab(),'\"#/ \n\t", max_size=60), st.integers(0, 5))
def test_normalising_again_or_deeper_changes_nothing(text: str, indent: int) -> None:
    place = Place("app.py", Span(1, 1, text.count("\n") + 1, len(text.split("\n")[-1]) + 1))
    once = normalised(place, numbered(text))
    shifted = "\n".join(" " * indent + line for line in text.split("\n"))
    span = place.span._replace(column=indent + 1, end_column=place.span.end_column + indent)
    assert normalised(replace(place, span=span), numbered(shifted)) == once


def test_broken_chains_and_spaces_around_operators_keep_it(make: Make) -> None:
    spread = "rows = (\n    session.query(Invoice)\n    .filter( Invoice.id==id )\n    .all()\n)"
    inner = Place("app.py", Span(2, 5, 4, 11))
    (finding,) = findings(make, spread, {"place": inner})
    flat = "session.query(Invoice).filter(Invoice.id == id).all()"
    assert finding.fingerprint == fingerprint(make, flat)
    assert fingerprint(make, "row = get(a, \\\n    b)") == fingerprint(make, "row = get(a, b)")
    assert fingerprint(make, "x not in y") != fingerprint(make, "xnot in y")


def test_content_is_the_same_in_any_file(make: Make) -> None:
    text = "row = get(Invoice, id)"
    here, there, other = (
        findings(make, line, {"place": replace(whole(line), path=path)})[0].content
        for line, path in ((text, "app.py"), (text, "app.py"), (text.replace("id", "no"), "app.py"))
    )
    assert here == there != other
