"""Handlers that are handed to Starlette, Flask and FastAPI by a call: unscoped ones, and their scoped twins."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()
SessionLocal = sessionmaker()


class Organization(Base):
    __tablename__ = "organizations"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    org_id = Column(ForeignKey("organizations.id"))


class Project(Base):
    __tablename__ = "projects"
    id = Column(Integer, primary_key=True)
    org_id = Column(ForeignKey("organizations.id"), nullable=False)
"""
STARLETTE = """
from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.routing import Mount, Route, WebSocketRoute
from app.models import Project, SessionLocal


{decorator}
async def one(request):
    return SessionLocal().query(Project).filter_by({filter}).first()


{route}
"""
FLASK = """
from flask import Flask, request
from flask_login import current_user, login_required
from app.models import Project, SessionLocal


def one(item_id):
    return SessionLocal().query(Project).filter_by({filter}).first()


app = Flask(__name__)
{route}
"""
FASTAPI = """
from fastapi import APIRouter, Depends
from app.auth import get_current_user
from app.models import Project, SessionLocal


def one(item_id: int, org: int, user=Depends(get_current_user)):
    return SessionLocal().query(Project).filter_by({filter}).first()


router = APIRouter()
{route}
"""
STARLETTE_PAIR = ("id=request.path_params['item_id']", "org_id=request.user.org_id")
STARLETTE_CHOSEN = ("org_id=request.query_params['org']", "org_id=request.user.org_id")
FLASK_PAIR = ("id=item_id", "id=item_id, org_id=current_user.org_id")
FASTAPI_PAIR = ("org_id=org", "org_id=user.org_id")
REQUIRED = "@requires('authenticated')"
CASES = {
    "route": (STARLETTE, "routes = [Route('/p/{item_id}', one)]", STARLETTE_PAIR),
    "endpoint by name": (STARLETTE, "app = Starlette(routes=[Route('/p', endpoint=one)])", STARLETTE_CHOSEN),
    "mounted": (STARLETTE, "routes = [Mount('/api', routes=[Route('/p', one)])]", STARLETTE_CHOSEN),
    "path by name": (STARLETTE, "routes = [Route(path='/p', endpoint=one)]", STARLETTE_CHOSEN),
    "added route": (STARLETTE, "app = Starlette()\napp.add_route('/p', one)", STARLETTE_CHOSEN),
    "url rule": (FLASK, "app.add_url_rule('/p/<int:item_id>', view_func=login_required(one))", FLASK_PAIR),
    "url rule with endpoint": (FLASK, "app.add_url_rule('/p/<item_id>', 'one', login_required(one))", FLASK_PAIR),
    "url rule and the request": (
        FLASK,
        "app.add_url_rule('/p/<item_id>', view_func=login_required(one))",
        ("org_id=request.args['org']", "org_id=current_user.org_id"),
    ),
    "within a function": (
        FLASK,
        "def register(app):\n    app.add_url_rule('/p/<item_id>', view_func=login_required(one))",
        FLASK_PAIR,
    ),
    "added api route": (FASTAPI, "router.add_api_route('/p/{item_id}', one)", FASTAPI_PAIR),
}


@pytest.mark.parametrize("name", CASES)
def test_handler_that_a_call_registers_is_a_route(name: str) -> None:
    around, route, filters = CASES[name]
    found = []
    for chosen in filters:
        text = around.replace("{filter}", chosen).replace("{route}", route).replace("{decorator}", REQUIRED)
        report = scan_texts(
            {"app/models.py": MODELS, "app/handlers.py": text, "app/auth.py": "def get_current_user(): ..."}
        )
        assert [evidence.access.role.value for evidence in report.evidence] == ["route"]
        found.append([finding.place.path for finding in report.findings])
    assert found == [["app/handlers.py"], []]
