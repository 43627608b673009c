"""Slugs become names of schemas, or are refused before anything is made."""

from __future__ import annotations

import pytest

from isolint.errors import TenantError
from isolint.tenants.naming import Naming, Tenant, collision

ORG = Naming("org_{slug}")


@pytest.mark.parametrize(
    ("slug", "schema"),
    [("acme", "org_acme"), ("Acme-Corp", "org_acme_corp"), ("a", "org_a"), ("7up", "org_7up"), ("a_b-c", "org_a_b_c")],
)
def test_slugs_are_normalised(slug: str, schema: str) -> None:
    assert ORG.tenant(slug) == Tenant(slug.lower(), schema)


@pytest.mark.parametrize(
    "slug",
    [
        *(
            "",
            " ",
            "-a",
            "a-",
            "_a",
            "a b",
            "a.b",
            "a/b",
            "a%b",
            "a'b",
            'a"b',
            "a;b",
            "a\nb",
            "a\x00b",
            "$$",
            "..",
            "*",
        ),
        *("'; DROP SCHEMA public CASCADE; --", 'x"; DROP TABLE t; --', "a\\b", "ａcme", "acmé", "ас", "İ", "a\u200bb"),
    ],
)
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(TenantError, match="is no slug"):
        ORG.tenant(slug)


def test_a_name_that_would_be_cut_off_is_refused() -> None:
    assert len(ORG.tenant("x" * 59).schema) == 63
    with pytest.raises(TenantError, match="cut off"):
        ORG.tenant("x" * 60)


@pytest.mark.parametrize("slug", ["public", "pg_catalog", "pg-temp-1", "information-schema", "isolint", "7up"])
def test_schemas_of_no_tenant_are_refused(slug: str) -> None:
    with pytest.raises(TenantError, match="is no tenant's"):
        Naming("{slug}").tenant(slug)


def test_two_slugs_may_not_share_a_schema() -> None:
    tenant = ORG.tenant("acme-corp")
    assert collision(tenant, ORG, ["other", "not a slug", "acme_corp"]) == "acme_corp"
    assert collision(tenant, ORG, ["Acme-Corp", "acme"]) == ""


def test_a_pattern_has_one_variable_part() -> None:
    assert Naming("{slug}_prod").tenant("acme").schema == "acme_prod"
    for pattern in ("org", "org_{a}_{b}", ""):
        with pytest.raises(TenantError, match="variable part"):
            Naming(pattern)


def test_tenants_are_known_by_the_names_of_their_schemas() -> None:
    assert [name for name in ("org_a", "org_", "public", "borg_a", "pg_org_a") if ORG.owns(name)] == ["org_a"]
    assert [name for name in ("a", "public", "pg_toast", "isolint") if Naming("{slug}").owns(name)] == ["a"]
