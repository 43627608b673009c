from __future__ import annotations

import pytest

from isolint.schema.factor import Factor, render, render_name


def moved(text: str, names: tuple[str, ...] = ("acct", "s1", "f1"), to: str = "org_b") -> str:
    return render(Factor("org_a", names).definition(text), to)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("REFERENCES org_a.acct(id)", "REFERENCES org_b.acct(id)"),
        ('REFERENCES "org_a"."acct"(id)', 'REFERENCES org_b."acct"(id)'),
        ("nextval('org_a.s1'::regclass)", "nextval('org_b.s1'::regclass)"),
        ("SET search_path TO 'org_a', 'public'", "SET search_path TO 'org_b', 'public'"),
        ("OPERATOR(org_a.+)", "OPERATOR(org_b.+)"),
        ("AS $f$ SELECT * FROM org_a.acct $f$", "AS $f$ SELECT * FROM org_b.acct $f$"),
        ("EXECUTE 'DELETE FROM org_a.acct'", "EXECUTE 'DELETE FROM org_b.acct'"),
    ],
)
def test_the_schema_is_replaced_where_it_is_meant(before: str, after: str) -> None:
    assert moved(before) == after


@pytest.mark.parametrize("text", ["SELECT org_ab.acct", "org_a.unknown_column", "'org_abc'"])
def test_other_names_stay(text: str) -> None:
    assert moved(text) == text


def test_a_name_that_needs_quotes_gets_them() -> None:
    assert moved("org_a.acct", to="org-b") == '"org-b".acct'


def test_names_that_hold_the_schemas_name_follow_it() -> None:
    assert render_name(Factor("org_a", ()).name("idx_org_a_sku"), "org_b") == "idx_org_b_sku"
    assert Factor("public", ()).name("public_id") == "public_id"


def test_names_that_would_be_cut_off_stay_different() -> None:
    factor = Factor("org_a", ())
    one, other = (render_name(factor.name(f"org_a_{'x' * 40}_{end}"), "org_" + "y" * 40) for end in "ab")
    assert one != other
    assert len(one.encode()) <= 63
