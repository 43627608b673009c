"""Rows of two tables that are put together by what is unique only within a tenant."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from sqlalchemy import ForeignKey, and_, exists, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Client(Base):
    __tablename__ = "clients"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Visit(Base):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    number: Mapped[str]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))

    @declared_attr
    def client(cls) -> Mapped[Client | None]:
        return relationship(Client, primaryjoin={relation}, viewonly=True)


def without_client():
    return and_(Visit.client_id.is_(None), ~exists(select(1).where({subquery})))
"""
KEY = '"Visit.client_id == Client.id"'
KEY_AND_TENANT = "Client.number == Visit.number, Client.organization_id == Visit.organization_id"


def joined_by_nature(relation: str = KEY, subquery: str = KEY_AND_TENANT) -> list[str]:
    """The functions and places in which clients are joined by their number alone."""
    report = scan_texts({"app/models.py": MODELS.format(relation=relation, subquery=subquery)})
    return [e.access.function for e in report.evidence if e.reason.value == "natural-key-join"]


def test_a_correlated_subquery_needs_the_tenant_beside_a_natural_key() -> None:
    assert joined_by_nature(subquery="Client.number == Visit.number") == ["without_client"]
    assert joined_by_nature() == []


@pytest.mark.parametrize(
    "relation",
    [
        '"Visit.number == Client.number"',
        '"or_(Visit.client_id == Client.id, Visit.number == Client.number)"',
        "or_(Visit.client_id == Client.id, Visit.number == Client.number)",
    ],
)
def test_each_branch_of_a_relations_condition_joins_by_itself(relation: str) -> None:
    assert joined_by_nature(relation) == ["<module>"]


@pytest.mark.parametrize(
    "relation",
    [
        '"and_(Visit.number == Client.number, Visit.organization_id == Client.organization_id)"',
        '"or_(Visit.client_id == Client.id, and_(Visit.number == Client.number,"\n'
        '" Visit.organization_id == Client.organization_id))"',
        '"foreign(Visit.number) > Client.number"',
    ],
)
def test_a_relation_by_keys_or_by_tenant_and_number_is_none(relation: str) -> None:
    assert joined_by_nature(relation) == []
