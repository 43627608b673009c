"""What a project is made of and how its tenants are kept apart, each with the place that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isolint.link import Program
from isolint.model.evidence import Evidence, Reason
from isolint.model.source import Language, Place
from isolint.model.tenancy import Tenancy

PACKAGES = {
    "fastapi": "FastAPI", "starlette": "Starlette", "flask": "Flask", "quart": "Quart", "django": "Django",
    "rest_framework": "Django REST framework", "celery": "Celery", "rq": "RQ", "dramatiq": "Dramatiq",
    "strawberry": "Strawberry", "next": "Next.js", "express": "Express", "fastify": "Fastify", "hono": "Hono",
    "koa": "Koa", "@nestjs": "NestJS", "@trpc": "tRPC", "@remix-run": "Remix", "bullmq": "BullMQ",
}  # fmt: skip
"""The first part of imported modules, and what a person calls the framework that they are of."""

_LANGUAGES = {Language.PYTHON: "Python", Language.TYPESCRIPT: "TypeScript or JavaScript"}
_SQL_TEXT = "sql"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that was found; `where` is a file or `file:line` that shows it, '' when no single place does."""

    what: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A project as it is found. `executors` are in the order of the tenancy's, `guards` those of platform operators.

    `tenants` tells how the tenancy was inferred, a sentence each; `shared` are the tables of all tenants.
    """

    tenancy: Tenancy
    stack: tuple[Sighting, ...]
    layers: tuple[Sighting, ...]
    tenants: tuple[Sighting, ...]
    executors: tuple[Sighting, ...]
    guards: tuple[Sighting, ...]
    shared: tuple[Sighting, ...]


def detect(program: Program, tenancy: Tenancy, evidence: Iterable[Evidence]) -> Picture:
    """What a program and the judgement of its accesses show."""
    judged = list(evidence)
    return Picture(
        tenancy=tenancy,
        stack=(*_languages(program), *_frameworks(program)),
        layers=tuple(_layers(judged)),
        tenants=tuple(Sighting(item.message, _at(item.place)) for item in tenancy.assumptions),
        executors=tuple(Sighting(item.name, _defined(program, item.name)) for item in tenancy.executors),
        guards=tuple(_guards(judged)),
        shared=tuple(_shared(program, tenancy)),
    )


def _languages(program: Program) -> Iterator[Sighting]:
    counts = Counter(module.facts.language for module in program.modules.values())
    for language, count in counts.most_common():
        yield Sighting(f"{_LANGUAGES.get(language, str(language))}, {count} {'file' if count == 1 else 'files'}")


def _frameworks(program: Program) -> Iterator[Sighting]:
    found: dict[str, str] = {}
    for path, module in sorted(program.modules.items()):
        for item in module.facts.imports:
            name = PACKAGES.get(item.module.partition("/")[0].partition(".")[0])
            if name:
                found.setdefault(name, path)
    yield from (Sighting(name, path) for name, path in sorted(found.items()))


def _layers(evidence: Iterable[Evidence]) -> Iterator[Sighting]:
    """What carries data accesses out, most used first."""
    counts: Counter[str] = Counter()
    first: dict[str, Place] = {}
    for item in evidence:
        layer = item.access.layer
        counts[layer] += 1
        first.setdefault(layer, item.access.place)
    for layer, count in counts.most_common():
        name = "SQL text" if layer == _SQL_TEXT else layer
        yield Sighting(f"{name}, {count} {'access' if count == 1 else 'accesses'}", str(first[layer]))


def _guards(evidence: Iterable[Evidence]) -> Iterator[Sighting]:
    """The functions and classes that let only the platform's operators through."""
    from isolint.prove.operators import says_operator

    seen: dict[str, str] = {}
    for item in evidence:
        if item.reason is Reason.OPERATOR_ONLY:
            place = next((step.place for step in item.trail if step.place), item.access.place)
            for word in item.subject.split(", "):
                if word.isidentifier() and says_operator(word):
                    seen.setdefault(word, _at(place))
    yield from (Sighting(name, where) for name, where in sorted(seen.items()))


def _shared(program: Program, tenancy: Tenancy) -> Iterator[Sighting]:
    """Tables of no tenant, each name once; the tenants themselves and people are not among them."""
    of_tenants = {*tenancy.roots, *tenancy.users, *tenancy.owned}
    found: dict[str, str] = {}
    for table in sorted(program.tables, key=lambda table: table.name):
        if table.name not in of_tenants and table.columns:
            found.setdefault(table.declaration.name, _at(table.declaration.place))
    yield from (Sighting(name, where) for name, where in found.items())


def _defined(program: Program, name: str) -> str:
    """Where a function of this qualified or bare name begins."""
    for ref, function in program.functions():
        if ref.qualname == name:
            return str(Place(ref.path, function.header))
    return ""


def _at(place: Place | None) -> str:
    return str(place) if place is not None and place.path else ""
