"""What only the configuration can say: `tenancy.trusted` and `tenancy.scoped_bases`."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Confined: ...


class Organization(Base):
    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))


class Note(Confined, Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
"""
HEAD = """
from fastapi import APIRouter, Depends, Header, Request

from auth import current_user
from db import get_session
from models import Invoice, Note
from repository import InvoiceRepository

router = APIRouter()


def tenant_of(x_org: str = Header()):
    return x_org


"""
REPOSITORY = """
from models import Invoice


class TenantRepository:
    def __init__(self, session):
        self.session = session


class InvoiceRepository(TenantRepository):
    def find(self, invoice_id):
        return self.session.query(Invoice).filter(Invoice.id == invoice_id).one()
"""


def judged(handler: str, config: str = "") -> list[str]:
    """Reason of each access of a route."""
    route = f'{HEAD}@router.get("/rows/{{row_id}}")\n{handler}'
    report = scan_texts({"models.py": MODELS, "routes.py": route, "repository.py": REPOSITORY}, config)
    return [str(item.reason) for item in report.evidence if item.access.role == "route"]


def by_tenant(value: str) -> str:
    return (
        "def rows(request: Request, session=Depends(get_session), user=Depends(current_user)):\n"
        f"    return session.query(Invoice).filter(Invoice.organization_id == {value}).all()\n"
    )


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ('request.headers["X-Org"]', 'request.headers["X-Org"]'),
        ('request.headers["X-Org"]', "headers['X-Org']"),
        ('request.headers.get("X-Org")', 'request.headers.get("X-Org")'),
        ('request.headers.get("X-Org", None)', "request.headers.get"),
        ("request.query_params.org", "request.query_params.org"),
        ("org_of(request.query_params)", "org_of"),
        ("org_of(request.query_params)", "org_of()"),
        ("gate.org_of(request.query_params)", "org_of"),
    ],
)
def test_value_that_the_configuration_trusts_confines(value: str, named: str) -> None:
    assert judged(by_tenant(value)) == ["tenant-from-request"]
    assert judged(by_tenant(value), f"tenancy: {{trusted: [{named!r}]}}") == ["tenant-predicate"]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ('request.headers.get("X-Other")', 'request.headers.get("X-Org")'),
        ('request.headers["X-Other"]', 'request.headers["X-Org"]'),
        ("request.query_params.org", "org"),
        ("request.query_params.my_org", "org"),
        ("request.query_params.org", "params.org"),
    ],
)
def test_other_values_are_not_trusted_with_it(value: str, named: str) -> None:
    assert judged(by_tenant(value), f"tenancy: {{trusted: [{named!r}]}}") == ["tenant-from-request"]


def test_dependency_that_the_configuration_trusts_confines() -> None:
    handler = (
        "def rows(org=Depends(tenant_of), session=Depends(get_session), user=Depends(current_user)):\n"
        "    return session.query(Invoice).filter(Invoice.organization_id == org).all()\n"
    )
    assert judged(handler) == ["tenant-from-request"]
    assert judged(handler, "tenancy: {trusted: [tenant_of]}") == ["tenant-predicate"]


THROUGH = (
    "def row(row_id: int, session=Depends(get_session), user=Depends(current_user)):\n"
    "    return InvoiceRepository(session).find(row_id)\n"
)
MODEL = (
    "def row(row_id: int, session=Depends(get_session), user=Depends(current_user)):\n"
    "    return session.query(Note).filter(Note.id == row_id).one()\n"
)


@pytest.mark.parametrize(
    ("handler", "base"),
    [(THROUGH, "TenantRepository"), (THROUGH, "repository.TenantRepository"), (MODEL, "Confined"), (MODEL, "Note")],
)
def test_class_that_the_configuration_calls_scoped_confines(handler: str, base: str) -> None:
    assert judged(handler) == ["no-predicate"]
    assert judged(handler, f"tenancy: {{scoped_bases: [{base}]}}") == ["bound-session"]


@pytest.mark.parametrize("handler", [MODEL.replace("Note", "Invoice"), THROUGH])
def test_other_classes_are_not_scoped_with_it(handler: str) -> None:
    assert judged(handler, "tenancy: {scoped_bases: [Confined]}") == ["no-predicate"]
