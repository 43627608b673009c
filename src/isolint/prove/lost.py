"""Restrictions to what a context variable holds, behind a boundary that contexts do not cross."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.prove.absent import present
from isolint.prove.case import Case, Found
from isolint.prove.terms import Computed, Either, Literal, Lost, Outcome, Term, Test, Text


def lost_context(case: Case, value: Term) -> Found | None:
    """What is wrong with a value that the code reads from a context in which nobody has set it; None if it is no such
    value, or is known to be set.
    """
    lost = _lost(value)
    settings = case.run.settings
    if lost is None or lost.boundary in settings.unread or any(_shows(fact, lost) for fact in case.known):
        return None
    read, name = settings.reads[lost.name, lost.boundary], lost.name.partition(".")[2] or lost.name
    steps = [
        Step(f"`{name}` belongs to the running context and is read here", read.place),
        Step(f"`{lost.boundary.call}` starts this in another context, where it is not set", lost.boundary.place),
    ]
    if read.raises:
        steps.append(Step("the read fails there, unless earlier work of the same worker has set it", assumed=True))
    return Found(Reason.LOST_CONTEXT, f"`{name}`, which `{lost.boundary.call}` does not hand on", tuple(steps))


def _shows(fact: Term, lost: Lost) -> bool:
    """Whether a condition holds only where the variable is set."""
    match fact:
        case Lost(_, name, boundary) | Test("ne", Lost(_, name, boundary), Literal(None)):
            return (name, boundary) == (lost.name, lost.boundary)
        case _:
            return False


def _lost(value: Term) -> Lost | None:
    """The lost value that a value is, or is put together with; None for one that may be another."""
    match value:
        case Lost():
            return value
        case Text(parts) | Computed(_, parts):
            return next((lost for part in parts if (lost := _lost(part)) is not None), None)
        case Either():
            return _common(present(value))
        case Outcome(_, _, returns):
            return _common(tuple(returned for returned, _ in returns if not isinstance(returned, Literal)))
        case _:
            return None


def _common(options: tuple[Term, ...]) -> Lost | None:
    """The lost value that several ways lead to; on some it may have been found to be set, and on the others not."""
    found = {option: _lost(option) for option in options}
    told = {lost.value for lost in found.values() if lost is not None}
    whole = all(lost is not None or option in told for option, lost in found.items())
    return next((lost for lost in found.values() if lost is not None), None) if whole else None
