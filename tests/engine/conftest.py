"""A toy analysis: `leak(x)` is unscoped, `safe(x)` scoped and `dynamic(x)` unknown, one call a line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from isolint.model.access import Access, Client, Operation, Role
from isolint.model.code import Call, Evaluate, FileFacts, Function, Name, Suppression, Trouble
from isolint.model.evidence import Evidence, Reason, Step
from isolint.model.manifest import Manifest
from isolint.model.source import Language, Place, Problem, Source, Span
from isolint.model.sql import CreatedTable
from isolint.model.tenancy import Strategy, Tenancy

REASONS = {"leak": Reason.NO_PREDICATE, "safe": Reason.TENANT_PREDICATE, "dynamic": Reason.DYNAMIC_SQL}
CALL = re.compile(r"(leak|safe|dynamic)\(.*?\)")
IGNORE = re.compile(r"# isolint: ignore(?:\[(.*?)\])? ?(.*?)(?:until=(\S+))?$")


def toy_lower(text: str) -> FileFacts:
    """The facts of a toy program; BROKEN is a region that cannot be parsed."""
    lines = text.split("\n")
    calls = [(n, found) for n, line in enumerate(lines, 1) if (found := CALL.search(line))]
    marks = [(n, found) for n, line in enumerate(lines, 1) if (found := IGNORE.search(line))]
    whole = Span(1, 1, len(lines), 1)
    body = tuple(
        Evaluate(span := Span(n, found.start() + 1, n, found.end() + 1), Call(span, Name(span, found[1])))
        for n, found in calls
    )
    return FileFacts(
        Language.PYTHON,
        len(lines),
        functions=(Function("<module>", "<module>", whole, whole, (), (), body),),
        suppressions=tuple(
            Suppression(n, n, tuple((found[1] or "").split(",")) if found[1] else (), found[2].strip(), found[3] or "")
            for n, found in marks
        ),
        troubles=(Trouble("unparsable", "broken here"),) if "BROKEN" in text else (),
    )


def toy_tables(text: str) -> tuple[CreatedTable, ...]:
    """One table a line."""
    return tuple(CreatedTable(name) for name in text.split())


def toy_prove(program: Mapping[str, FileFacts], tenancy: Tenancy, spread: object, advise: bool) -> SimpleNamespace:
    """Evidence for every call."""
    found = []
    for path, facts in program.items():
        for statement in facts.functions[0].body:
            assert isinstance(statement, Evaluate)
            assert isinstance(statement.value, Call)
            assert isinstance(statement.value.function, Name)
            place = Place(path, statement.at)
            access = Access(place, "<module>", Role.ROUTE, Client.ORM, "toy", Operation.READ, "Campaign")
            reason = REASONS[statement.value.function.id] if tenancy.keys else Reason.NO_TENANCY
            found.append(Evidence(access, reason, (Step("seen here", place),)))
    problems = tuple(Problem("statement", path, "does not parse") for path in program if "badsql" in path)
    return SimpleNamespace(evidence=tuple(found), statements=len(found), problems=problems)


def toy_infer(program: object, settings: Any) -> Tenancy:
    """Row tenancy unless the configuration names the root `none`."""
    return Tenancy() if "none" in settings.roots else Tenancy(Strategy.ROW, keys=("org_id",))


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put the toy analysis in the place of the real one, and the cache into a folder of the test."""
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path / "cache"))
    readers = {Language.PYTHON: toy_lower, Language.SQL: toy_tables, Language.MANIFEST: lambda _: Manifest()}
    monkeypatch.setattr("isolint.engine.facts.reader", readers.__getitem__)
    for name, functions in {
        "isolint.link": {"link": lambda files, declared, manifests: files},
        "isolint.tenancy": {"infer": toy_infer},
        "isolint.prove": {"prove": toy_prove},
        "isolint.review": {"Material": lambda *given: given, "review": lambda material, evidence: ()},
    }.items():
        module = ModuleType(name)
        vars(module).update(functions)
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def source() -> Callable[..., Source]:
    """Make a Python source from a path and a text."""

    def make(path: str, text: str, language: Language = Language.PYTHON) -> Source:
        from isolint.engine.read import source_of

        return source_of(path, language, text)

    return make
