"""Restrictions that a query has in one way or another."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

MODELS = """
from flask import Flask, g, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Organization(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    org_id = db.Column(db.ForeignKey("organization.id"))


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    org_id = db.Column(db.ForeignKey("organization.id"))
    author_id = db.Column(db.ForeignKey("user.id"))
    kind = db.Column(db.String)
    topic = db.Column(db.String)
    pinned = db.Column(db.Boolean)


@app.get("/notes")
def notes():
    user, args = g.current_user, request.args
    found = Note.query
"""
END = """
    return [note.id for note in found.all()]
"""
OWN = "found = found.filter(Note.author_id == user.id)"
OUR = "found = found.filter(Note.org_id == user.org_id)"


def reason(*lines: str) -> Reason:
    """Why the notes are confined, or are not."""
    body = "".join(f"    {line}\n" for line in lines)
    (access,) = [e for e in scan_texts({"app.py": MODELS + body + END}).evidence if e.access.table == "Note"]
    return access.reason


@pytest.mark.parametrize(
    "lines",
    [
        ('if args.get("mine"):', f"    {OWN}", "else:", f"    {OUR}"),
        ('if args.get("mine"):', f"    {OWN}", 'elif args.get("kind"):', f"    {OUR}", "else:", f"    {OUR}"),
        ('found = found.filter(Note.author_id == user.id) if args.get("mine") else ' + OUR.removeprefix("found = "),),
    ],
)
def test_a_restriction_whichever_way_is_taken_confines(lines: tuple[str, ...]) -> None:
    assert reason(*lines).verdict.value == "scoped"


@pytest.mark.parametrize(
    "lines",
    [
        ('if args.get("mine"):', f"    {OUR}"),
        ('if args.get("mine"):', f"    {OUR}", "else:", "    found = found.filter(Note.pinned)"),
        ('if args.get("mine"):', f"    {OUR}", 'if args.get("kind"):', f"    {OUR}"),
        ('if args.get("mine"):', f"    {OUR}", 'elif args.get("kind"):', f"    {OWN}"),
        (OUR + ' if args.get("mine") else found.filter(Note.pinned)',),
    ],
)
def test_a_way_without_the_restriction_is_open(lines: tuple[str, ...]) -> None:
    assert reason(*lines) is Reason.OPTIONAL_PREDICATE


def test_many_choices_of_filters_leave_the_query_known() -> None:
    choices = [
        f'found = found.filter(Note.{name} == args["{name}"]) if "{name}" in args else found.filter(Note.pinned)'
        for name in ("kind", "topic", "pinned", "author_id")
    ]
    assert reason(OUR, *choices) is Reason.TENANT_PREDICATE
    assert reason(*choices) is Reason.NO_PREDICATE
