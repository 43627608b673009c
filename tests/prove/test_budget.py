"""What a scan works for is counted, not timed: what is run and followed, and how often bodies are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.code import Function
from isolint.model.walk import Body
from isolint.prove.run import Run
from isolint.tenancy.flow import Flow

RUNS, FOLLOWED = 170, 110
"""What the Flask application may cost: it takes 138 and 73."""
UNRELATED = "\n".join(f"def plain_{n}(rows):\n    return [plain_{n + 1}(row) for row in rows]\n" for n in range(60))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often entry points are run (`start`), calls followed (`enter`) and bodies read for executors (`flow`)."""
    counts: Counter[str] = Counter()
    for owner, name, label in ((Run, "start", "start"), (Run, "enter", "enter"), (Flow, "__init__", "flow")):
        monkeypatch.setattr(owner, name, _counting(getattr(owner, name), counts, label))
    return counts


def _counting(function: Callable[..., object], counts: Counter[str], label: str) -> Callable[..., object]:
    def count(*args: object, **keywords: object) -> object:
        counts[label] += 1
        return function(*args, **keywords)

    return count


@pytest.fixture
def application(repository: Path) -> dict[str, str]:
    """The files of the Flask fixture."""
    root = repository / "fixtures" / "apps" / "flask_rows"
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*.py"))}


def test_an_application_is_judged_within_its_budget(application: dict[str, str], counted: Counter[str]) -> None:
    assert scan_texts(application).evidence
    assert 0 < counted["start"] <= RUNS
    assert 0 < counted["enter"] <= FOLLOWED


def test_a_body_is_walked_once(application: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[Function] = []
    walk = Body.__init__
    monkeypatch.setattr(Body, "__init__", lambda body, function: (walked.append(function), walk(body, function))[1])
    scan_texts(application)
    assert walked
    assert len(walked) == len({id(function) for function in walked})


def test_functions_that_reach_no_access_are_not_run(application: dict[str, str], counted: Counter[str]) -> None:
    scan_texts(application)
    before = dict(counted)
    counted.clear()
    scan_texts(application | {"unrelated.py": UNRELATED})
    assert dict(counted) == before


def test_a_helper_is_read_once_however_many_calls_lead_to_it(counted: Counter[str]) -> None:
    helpers = [f"def t{n}(x):\n    return t{n + 1}(x) + t{n + 1}(t{n + 1}(x))\n" for n in range(8)]
    path = 'def t8(x):\n    return "set search_path = " + x\n'
    callers = [f"def run{n}(db, x):\n    db.execute(t{n % 8}(x) + t{n % 8}(x))\n" for n in range(20)]
    scan_texts({"sql.py": "\n".join([*helpers, path, *callers])})
    assert counted["flow"] <= 2 * (len(helpers) + 1 + len(callers))


def test_a_value_that_holds_another_many_times_over_is_walked_once() -> None:
    doubled = "\n".join(["    value = {'left': value, 'right': value}"] * 40)
    code = f"""
from sqlalchemy import Column, ForeignKey, Integer
from app.db import Base, Session

class Organization(Base):
    __tablename__ = "organizations"
    id = Column(Integer, primary_key=True)

class Invoice(Base):
    __tablename__ = "invoices"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey("organizations.id"))

def warm(session: Session, cache) -> None:
    value = session.query(Invoice).all()
{doubled}
    cache.set("invoices", value)
"""
    assert len(scan_texts({"app/models.py": code}).evidence) == 1  # 2**40 places, each met once: else this never ends
