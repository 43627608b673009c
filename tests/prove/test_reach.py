"""What no route, job or command reaches is only noted, as far as names tell that nothing reaches it."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.rule import Level

MODELS = """
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()

class Organization(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Invoice(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    organization_id = db.Column(db.ForeignKey("organization.id"))
"""
SERVICES = """
from app.models import Invoice, db

def find(organization_id, id):
    return db.session.query(Invoice).filter(Invoice.id == id).first()

def outer(organization_id, id):
    return find(organization_id, id)

class Finder:
    def search(self, organization_id, id):
        return db.session.query(Invoice).filter(Invoice.id == id).first()
"""
ROUTES = """
from flask import Flask, g
from app import services
from app.models import Invoice, db
app = Flask(__name__)
{module}

@app.get("/a")
@login_required
def a():
    return db.session.query(Invoice).filter_by(organization_id=g.user.organization_id).all()

@app.get("/b")
@login_required
def b():
    {body}
    return db.session.query(Invoice).filter_by(organization_id=g.user.organization_id).count()

@app.get("/c")
@login_required
def c():
    return db.session.query(Invoice).filter_by(organization_id=g.user.organization_id).first()

def d():
    return db.session.query(Invoice).filter_by(organization_id=g.user.organization_id).first()
"""


def levels(module: str = "", body: str = "pass", routes: str = ROUTES) -> dict[str, Level]:
    """The level of each finding, by the function that it stands in."""
    files = {"app/__init__.py": "", "app/models.py": MODELS, "app/services.py": SERVICES}
    report = scan_texts({**files, "app/routes.py": routes.format(module=module, body=body)})
    return {finding.function: finding.level for finding in report.findings}


def test_what_nothing_calls_is_noted_and_says_so() -> None:
    assert levels() == {"find": Level.NOTE, "Finder.search": Level.NOTE}
    files = {"app/__init__.py": "", "app/models.py": MODELS, "app/services.py": SERVICES}
    report = scan_texts({**files, "app/routes.py": ROUTES.format(module="", body="pass")})
    told = [step.message for finding in report.findings for step in finding.trail]
    assert told.count("no route, job or command reaches this function") == 2


@pytest.mark.parametrize(
    ("module", "body", "reached"),
    [
        ("REGISTRY = [services.find]", "pass", "find"),
        ("", "schedule(services.find)", "find"),
        ("", "schedule(services.outer)", "find"),
        ("", "registered().search(1, 2)", "Finder.search"),
        ("", "getattr(registered(), 'search')(1, 2)", "Finder.search"),
        ("from app.services import find as look", "schedule(look)", "find"),
    ],
)
def test_what_a_name_may_lead_to_is_reported_as_before(module: str, body: str, reached: str) -> None:
    found = levels(module, body)
    assert found.pop(reached) is Level.ERROR
    assert set(found.values()) == {Level.NOTE}


def test_where_hardly_any_entry_point_is_known_nothing_is_lowered() -> None:
    unknown = ROUTES.replace("@app.get", "# app.get").replace("@login_required", "")
    assert levels(routes=unknown) == {"find": Level.ERROR, "Finder.search": Level.ERROR}


def test_where_most_code_seems_to_be_entered_by_nothing_nothing_is_lowered() -> None:
    few = ROUTES.replace("filter_by(organization_id=g.user.organization_id)", "execute").replace("db.session", "other")
    assert levels(routes=few) == {"find": Level.ERROR, "Finder.search": Level.ERROR}
