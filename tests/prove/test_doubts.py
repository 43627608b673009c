"""A verdict is as sure as its trail: what is assumed of a value is said, and costs confidence."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.finding import Finding
from isolint.model.rule import Confidence

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Organization(Base):
    __tablename__ = "organizations"
    id = Column(Integer, primary_key=True)


class Invoice(Base):
    __tablename__ = "invoices"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey("organizations.id"), nullable=False)


class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)
    invoice_id = Column(Integer, ForeignKey("invoices.id"), nullable=False)


class Setting(Base):
    __tablename__ = "settings"
    name = Column(String, primary_key=True)
    invoice_id = Column(Integer)
"""
HANDLER = """
from fastapi import Depends, FastAPI, HTTPException

from auth import get_current_user
from elsewhere import gateway
from models import Invoice, Line, Setting

app = FastAPI()


@app.get("/invoices/{{invoice_id}}")
def show(invoice_id: int, user=Depends(get_current_user), db=Depends(get_db)):
{body}
"""
FETCH = "    return db.query(Invoice).filter(Invoice.id == invoice_id).first()\n"


def reported(body: str, table: str = "Invoice") -> Finding:
    """The one finding about a table in a handler with that body."""
    findings = scan_texts({"models.py": MODELS, "app.py": HANDLER.format(body=body)}).findings
    (found,) = [finding for finding in findings if finding.table == table]
    return found


def test_an_id_of_the_request_that_nothing_asks_about_is_sure() -> None:
    found = reported(FETCH)
    assert (found.confidence, [step for step in found.trail if step.assumed]) == (Confidence.HIGH, [])


@pytest.mark.parametrize("test", ["invoice_id", "invoice_id is not None", "invoice_id > 0", "str(invoice_id)"])
def test_asking_whether_there_is_an_id_checks_nothing(test: str) -> None:
    assert reported(f"    if not ({test}):\n        raise HTTPException(404)\n{FETCH}").confidence is Confidence.HIGH


@pytest.mark.parametrize("test", ["gateway.is_allowed(invoice_id)", "invoice_id in gateway.listed()"])
def test_a_condition_about_the_id_that_is_not_understood_costs_confidence(test: str) -> None:
    found = reported(f"    if not ({test}):\n        raise HTTPException(404)\n{FETCH}")
    (assumed,) = [step.message for step in found.trail if step.assumed]
    assert found.confidence is Confidence.MEDIUM
    assert "what it checks could not be told" in assumed


def test_an_id_that_was_read_from_rows_found_elsewhere_costs_confidence() -> None:
    found = reported(
        "    setting = db.query(Setting).filter(Setting.name == 'first').first()\n"
        "    db.query(Line).filter(Line.invoice_id == setting.invoice_id).delete()\n",
        "Line",
    )
    (assumed,) = [step.message for step in found.trail if step.assumed]
    assert found.confidence is Confidence.MEDIUM
    assert assumed.startswith("whose row `row of Setting.invoice_id`")
