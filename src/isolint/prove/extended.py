"""Clients with an extension that changes what every query is given: `client.$extends({ query: { $allModels: … } })`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.prove.chains import chain
from isolint.prove.given import Given
from isolint.prove.terms import Global, Literal, Record, Term

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

EXTENDS = "$extends"
FORWARD = Global("the extended query")
EVERY_MODEL = "$allModels"
EVERY_OPERATION = "$allOperations"


def through_extensions(run: Run, frame: Frame, client: Term, model: str, operation: str, given: Given) -> Given:
    """The arguments as the client's extensions pass them on, the last extension first."""
    for name, made in chain(client):
        extension = made.arguments[0] if name == EXTENDS and made.arguments else None
        function = _hook(extension, model, operation)
        if function is not None:
            given = _passed_on(run, frame, function, model, operation, given)
    return given


def _hook(extension: Term | None, model: str, operation: str) -> Term | None:
    """The function of an extension that queries of a model go through."""
    query = extension.get("query") if isinstance(extension, Record) else None
    for name in (model, EVERY_MODEL):
        hooks = query.get(name) if isinstance(query, Record) else None
        for word in (operation, EVERY_OPERATION):
            found = hooks.get(word) if isinstance(hooks, Record) else None
            if found is not None:
                return found
    return None


def _passed_on(run: Run, frame: Frame, function: Term, model: str, operation: str, given: Given) -> Given:
    from isolint.prove.calling import invoke

    first = given.positional[0] if given.positional else Record(())
    handed = {"args": first, "query": FORWARD, "model": Literal(model), "operation": Literal(operation)}
    run.passed_on.clear()
    invoke(
        run,
        frame,
        function,
        Given((Record(tuple((Literal(name), value, ()) for name, value in handed.items())),), (), given.at),
    )
    return replace(given, positional=(run.passed_on[-1], *given.positional[1:])) if run.passed_on else given
