from __future__ import annotations

from collections.abc import Callable

from isolint.model.access import Operation
from isolint.model.evidence import Evidence
from isolint.rules.message import render

Make = Callable[..., Evidence]


def test_fields_are_filled_in(make: Make) -> None:
    evidence = make(operation=Operation.DELETE, subject="invoice_id")
    template = "{function}: {operation} of {table} by {subject} through {layer}"
    assert render(template, evidence) == "read_invoice: delete of Invoice by invoice_id through sqlalchemy"


def test_an_empty_field_gives_way_to_its_words(make: Make) -> None:
    template = "confined by {subject|request input} only"
    assert render(template, make()) == "confined by request input only"
    assert render(template, make(subject="org_id")) == "confined by org_id only"


def test_facts_of_the_evidence_are_not_read_as_a_template(make: Make) -> None:
    assert render("{subject}", make(subject='body["{table}"]')) == 'body["{table}"]'


def test_the_module_level_and_line_ends_read_as_text(make: Make) -> None:
    assert render("{function}\n  reads {table}", make(function="<module>")) == "the module level reads Invoice"
