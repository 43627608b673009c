"""What visits showed before is given again only where it would be shown again."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from isolint.engine.cache import Cache
from isolint.engine.choose import choose_rules, known_rules
from isolint.engine.judge import judge
from isolint.engine.languages import language_of
from isolint.engine.lower import lower
from isolint.engine.material import texts
from isolint.engine.memory import Memory
from isolint.engine.prepare import Prepared
from isolint.engine.project import Project
from isolint.engine.request import Choice
from isolint.engine.settings import parse_settings
from isolint.model.report import Report
from isolint.model.settings import RuleSettings
from isolint.prove import visits

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
WORDS = ("tenant", "org", "where", "id", "user", "find", "filter", "get", "session", "workspace")


def judged(files: dict[str, str], memory: Memory | None) -> Report:
    """The report on some texts."""
    settings = parse_settings("")
    rules = choose_rules(known_rules(RuleSettings(), Path(), ""), settings, Choice())
    material = texts(files)
    facts = lower(list(material.sources.values()), Cache(None), jobs=1)
    return judge(Prepared(Project(Path(), (), None), settings, rules, material, facts, memory=memory))


def app(name: str) -> dict[str, str]:
    """The files of a fixture application that isolint reads."""
    root = APPS / name
    found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return {path: file.read_text() for path, file in found.items() if language_of(path)}


def edited(files: dict[str, str], random: Random) -> dict[str, str]:
    """The files after one change of the kind that people make, or that goes wrong."""
    path = random.choice(sorted(files))
    lines = files[path].splitlines(keepends=True) or ["\n"]
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, "\n")
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = lines[at].replace(random.choice(WORDS), random.choice(WORDS))
        case 4:
            lines.insert(other, lines[at])
        case 5:
            return {one: text for one, text in files.items() if one != path}
        case _:
            folder, _, name = path.rpartition("/")
            return {**files, f"{folder}/other_{name}".lstrip("/"): files[path]}
    return {**files, path: "".join(lines)}


@pytest.mark.parametrize("name", ["flask_rows", "next_drizzle_rows"])
@pytest.mark.parametrize("seed", range(2))
def test_after_any_change_the_report_is_that_of_a_first_scan(name: str, seed: int) -> None:
    random = Random(seed)
    memory = Memory(Path(name))
    files = app(name)
    judged(files, memory)
    for _ in range(4):
        files = edited(files, random)
        assert judged(files, memory).evidence == judged(files, None).evidence


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The positions of the tasks that are visited."""
    found: list[int] = []
    made = visits.visited

    def noting(visiting: visits.Visiting, position: int, reached: frozenset[visits.Site]) -> visits.Visited:
        found.append(position)
        return made(visiting, position, reached)

    monkeypatch.setattr(visits, "visited", noting)
    return found


def test_a_changed_file_is_visited_again_with_those_who_look_into_it_and_nobody_else(visited: list[int]) -> None:
    memory = Memory(Path())
    files = {
        "models.py": MODELS,
        "store.py": "from models import Invoice\n\ndef find(session, id):\n    return session.get(Invoice, id)\n",
        "one.py": ROUTE.format(name="one"),
        "two.py": ROUTE.format(name="two").replace("find(session, id)", "None"),
    }
    judged(files, memory)
    visited.clear()
    judged(files, memory)
    assert visited == []
    judged({**files, "two.py": files["two.py"] + "\n\nx = 1\n"}, memory)
    alone = len(visited)
    visited.clear()
    judged({**files, "store.py": files["store.py"] + "\n\nx = 1\n"}, memory)
    assert 0 < alone < len(visited)


MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()

class Organization(Base):
    __tablename__ = "organizations"
    id = Column(Integer, primary_key=True)

class Invoice(Base):
    __tablename__ = "invoices"
    id = Column(Integer, primary_key=True)
    organization_id = Column(ForeignKey("organizations.id"))
"""
ROUTE = """
from fastapi import APIRouter, Depends
from store import find
router = APIRouter()

@router.get("/{name}")
def {name}(id: int, session=Depends(open_session)):
    return find(session, id)
"""
