"""Which tables are the tenant's, by DDL, by models and by the configuration."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.tenancy import Ownership, Strategy, Tenancy

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organization"
    __table_args__ = {"schema": "public"}
    id: Mapped[int] = mapped_column(primary_key=True)


class Campaign(Base):
    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)


class Mail(Base):
    __tablename__ = "mail"
    __table_args__ = {"schema": "public"}
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("public.organization.id"))
"""
PROVISION = """
CREATE FUNCTION provision(slug text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SCHEMA %I', 'org_' || slug);
    EXECUTE format('CREATE TABLE %I.campaign (id int PRIMARY KEY)', 'org_' || slug);
    EXECUTE format('CREATE TABLE %I.show (id int PRIMARY KEY)', 'org_' || slug);
END $$;
"""


def tenancy_of(files: dict[str, str], config: str = "") -> Tenancy:
    """The tenancy of a project in memory."""
    return scan_texts(files, config).tenancy


def test_tables_of_the_provisioning_function_are_the_tenants_and_models_mirror_them() -> None:
    tenancy = tenancy_of({"models.py": MODELS, "provision.sql": PROVISION})
    assert {name for name, how in tenancy.owned.items() if how.schema} == {"Campaign", "show"}


def test_shared_tables_with_the_tenants_key_are_owned_by_row_beside_them() -> None:
    tenancy = tenancy_of({"models.py": MODELS, "provision.sql": PROVISION})
    assert tenancy.strategy is Strategy.MIXED
    assert tenancy.owned["Mail"] == Ownership(columns=("organization_id",))
    assert "Organization" in tenancy.shared


def test_tables_in_schemas_alone_are_the_strategy_schema() -> None:
    assert tenancy_of({"provision.sql": PROVISION}).strategy is Strategy.SCHEMA


@pytest.mark.parametrize(
    ("ddl", "owned"),
    [
        ("CREATE SCHEMA :schema; SET search_path TO :schema; CREATE TABLE campaign (id int);", {"campaign"}),
        ('CREATE SCHEMA "org_${slug}"; CREATE TABLE campaign (id int);', {"campaign"}),
        ("CREATE TABLE plan (id int); " + PROVISION, {"campaign", "show"}),
        ("CREATE TABLE public.plan (id int); CREATE TABLE billing.invoice (id int);" + PROVISION, {"campaign", "show"}),
    ],
)
def test_ddl_says_by_its_schema_whose_a_table_is(ddl: str, owned: set[str]) -> None:
    assert set(tenancy_of({"schema.sql": ddl}).owned) == owned


def test_columns_of_ddl_and_of_the_model_are_columns_of_one_table() -> None:
    ddl = 'CREATE TABLE public.mail (id int, "organizationId" int REFERENCES public.organization (id));'
    tenancy = tenancy_of({"models.py": MODELS, "public.sql": ddl})
    assert tenancy.owned["Mail"].columns == ("organization_id", "organizationId")


def test_configured_tables_need_no_declaration() -> None:
    tenancy = tenancy_of({}, "tenancy: {strategy: schema, tables: {extra: [show], owned: [Campaign]}}")
    assert tenancy.owned == {"show": Ownership(schema=True), "Campaign": Ownership(schema=True)}


def test_configured_columns_own_the_rows() -> None:
    config = "tenancy: {strategy: row, keys: [org_id], tables: {owned: {Mail: [sender_org_id]}, extra: [show]}}"
    owned = tenancy_of({"models.py": MODELS}, config).owned
    assert (owned["Mail"].columns, owned["show"].columns) == (("sender_org_id",), ("org_id",))


def test_configured_shared_tables_are_shared_wherever_they_live() -> None:
    tenancy = tenancy_of({"provision.sql": PROVISION}, "tenancy: {shared: [show]}")
    assert set(tenancy.owned) == {"campaign"}


def test_one_schema_for_the_whole_deployment_is_no_tenancy() -> None:
    code = "def connect(conn):\n    conn.execute(f'SET search_path TO {settings.DB_SCHEMA}')\n"
    assert tenancy_of({"db.py": code}).strategy is Strategy.NONE


def test_the_name_that_django_gives_a_table_is_the_models() -> None:
    files = {
        "tracker/models.py": """
from django.db import models


class Workspace(models.Model):
    name = models.CharField(max_length=80)


class Ticket(models.Model):
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
""",
        "tracker/views.py": """
from django.db import connection


def tickets(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tracker_ticket WHERE workspace_id = %s", [request.user.workspace_id])
        return cursor.fetchall()
""",
    }
    report = scan_texts(files)
    assert [(e.access.table, e.reason.value) for e in report.evidence] == [("Ticket", "tenant-predicate")]


def test_a_copy_of_a_model_in_a_migration_does_not_take_its_name() -> None:
    owned = tenancy_of({"alembic/versions/1_start.py": MODELS, "models.py": MODELS}).owned
    assert set(owned) == {"Mail", "Mail (alembic/versions/1_start.py)"}
