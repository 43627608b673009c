"""Calls of a data layer in pairs: one that any tenant's row answers, and its twin that only the caller's rows do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import indent

import pytest

from isolint.engine.scan import scan_texts

AUTH = """
from fastapi import Request


class User:
    id: int
    org_id: int


def get_current_user(request: Request) -> User: ...
"""
HANDLER = """
from fastapi import APIRouter, Depends, HTTPException

from app.auth import User, get_current_user
{imports}

router = APIRouter()


@router.post("/projects/{{item_id}}")
async def handle(item_id: int, data: dict, user: User = Depends(get_current_user)):
{body}
"""
Pairs = Mapping[str, tuple[str, str]]
Judged = Mapping[str, tuple[str, str]]


@pytest.fixture(scope="session")
def judge() -> Callable[[Mapping[str, str], str, Pairs], Judged]:
    """Scans a product once, with a handler for each half of each pair; for each pair the rules that its halves break,
    and `nothing seen` for a half in which no access was judged.
    """

    def run(files: Mapping[str, str], imports: str, pairs: Pairs) -> Judged:
        halves = {
            f"app/{kind}/{name.replace(' ', '_')}.py": HANDLER.format(imports=imports, body=indent(body, "    "))
            for name, pair in pairs.items()
            for kind, body in zip(("unscoped", "scoped"), pair, strict=True)
        }
        report = scan_texts({"app/auth.py": AUTH, **files, **halves})
        assert report.problems == ()
        seen = {evidence.access.place.path for evidence in report.evidence}
        told = {path: "silent" if path in seen else "nothing seen" for path in halves}
        told.update({finding.place.path: "reported" for finding in report.findings})
        names = [name.replace(" ", "_") for name in pairs]
        found = [(told[f"app/unscoped/{name}.py"], told[f"app/scoped/{name}.py"]) for name in names]
        return dict(zip(pairs, found, strict=True))

    return run
