"""Objects that are asked for by name: `container.resolve("invoices")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.link.containers import Provided
from isolint.prove.evaluate import evaluate
from isolint.prove.given import Given
from isolint.prove.terms import Closed, Entity, Global, Literal, Member, Object, Outcome, Record, Result, Term

if TYPE_CHECKING:
    from isolint.prove.run import Run

RESOLVING = "resolve"
CONTAINER = Global("container")
FOLLOWED = 12
"""How many calls may be followed to make an object that a container hands out."""


def resolved(run: Run, callee: Term, given: Given) -> Term | None:
    """What a container hands out under the name that is asked for; None for any other call, and for names that lead
    to nothing of the project.
    """
    asked = given.positional[0] if given.positional else None
    if not isinstance(callee, Member) or callee.name != RESOLVING or not isinstance(asked, Literal):
        return None
    provided = run.program.provided(str(asked.value))
    if provided is None:
        return None
    key = (CONTAINER, str(asked.value))
    if key not in run.overlay:
        run.overlay[key] = Result(callee, given.positional)  # what it is made of may ask for it again
        value = run.aside(FOLLOWED, lambda: _made(run, callee.base, provided, given))
        if isinstance(value, Object | Record | Outcome | Entity):
            run.overlay[key] = value
    return run.overlay[key]


def _made(run: Run, container: Term, provided: Provided, given: Given) -> Term:
    from isolint.prove.calling import invoke

    frame = run.module_frame(provided.path)
    value = evaluate(run, frame, provided.value)
    if provided.kind == "value" or not isinstance(value, Entity | Closed):
        return value
    arguments = (container,) if provided.kind == "function" else ()
    return invoke(run, frame, value, Given(arguments, (), given.at))
