"""Success that is told although an error may have been met on the way, in routines and in scripts for psql."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place, Span
from isolint.review.routine import Context, Line, Routine
from isolint.review.words import CATALOG, claims
from isolint.schema.lexer import string_value

MAKES = re.compile(r"^\s*(?:create|alter|insert|execute|perform|call)\b", re.IGNORECASE)
TELLS = frozenset({"NOTICE", "INFO", "LOG"})
PSQL = re.compile(r"^\\(?:echo|qecho|warn|c|connect|i|ir|include|set|if|gset|timing|pset)\b", re.MULTILINE)
"""Commands that psql alone understands."""
STOPS = re.compile(r"^\\set\s+ON_ERROR_STOP\s+(?:on|1|true|yes)\b", re.IGNORECASE | re.MULTILINE)
SAYS = re.compile(r"^(?:\\(?:q?echo|warn)\s+(?P<echo>.+)|\s*select\s+'(?P<select>[^']*)'[^;,()]*;)", re.I | re.M)
SHAPES = re.compile(r"^\s*(?:create\s+(?:schema|(?:unlogged\s+)?table)|alter\s+table)\b", re.I | re.M)


def routine_claims(routine: Routine, swallowing: frozenset[int]) -> Iterator[Observation]:
    """The first message or result that tells success behind or in a handler of all errors that is none of the numbers
    of `swallowing`: those are reported for themselves.
    """
    handlers = {c.number: c for line in routine.lines for c in line.contexts if c.kind == "handler"}
    for handler in handlers.values():
        inside = [line for line in routine.lines if handler in line.contexts]
        guarded = [line for line in routine.lines if guards(handler, line)]
        if "others" not in handler.text or handler.number in swallowing or not any(map(makes, guarded)):
            continue
        if (found := _claim(routine, inside)) is not None:
            steps = (
                Step("an error of these statements leads here too", routine.place(guarded[0].line)),
                Step("it is answered here", routine.place(inside[0].line)),
            )
            place = routine.place(found.line)
            shown = "what it returns" if found.verb == "RETURN" else f'"{" ".join(_told(found).split())}"'
            yield Observation(Trait.UNCHECKED_SUCCESS, place, shown, function=routine.shown, trail=steps)
            return


def script_claims(path: str, text: str) -> Iterator[Observation]:
    """The last line of a script for psql that tells success, whichever of its statements have failed before."""
    made = SHAPES.search(text) if PSQL.search(text) else None
    if made is None or STOPS.search(text):
        return
    said = [found for found in SAYS.finditer(text, made.end()) if claims(found["echo"] or found["select"], whole=True)]
    if not said or CATALOG.search(text, made.end()):
        return
    line, first = (text.count("\n", 0, at) + 1 for at in (said[-1].end(), made.start()))
    step = Step("psql goes on where a statement fails: ON_ERROR_STOP is not set", Place(path, Span(first, 1, first, 1)))
    words = (said[-1]["echo"] or said[-1]["select"]).strip().strip("'\"")
    place = Place(path, Span(line, 1, line, 1))
    yield Observation(Trait.UNCHECKED_SUCCESS, place, f'"{words}"', function="the script", trail=(step,))


def guards(handler: Context, line: Line) -> bool:
    """Whether a statement stands in the block that the handler is for, and in none of its handlers."""
    numbers = [context.number for context in line.contexts]
    own = any(context.kind == "handler" and context.of == handler.of for context in line.contexts)
    return handler.of in numbers and not own


def makes(line: Line) -> bool:
    """Whether a statement makes or changes something."""
    return line.verb == "EXECUTE" or MAKES.search(line.sql) is not None


def _claim(routine: Routine, inside: Sequence[Line]) -> Line | None:
    """What tells success: in the handler, or behind it where it goes on."""
    for line in inside:
        if line.verb == "RAISE" and (len(line.words) == 1 or line.words[1].text.upper() in ("EXCEPTION", "SQLSTATE")):
            return None
        if line.verb == "RETURN":
            return line if _succeeds(line) else None
        if line.verb in ("CONTINUE", "EXIT"):
            return None
    at = routine.lines.index(inside[-1]) + 1 if inside else len(routine.lines)
    return _behind(routine.lines[at:], {line.words[0].name for line in inside if _assigns(line)})


def _behind(lines: Sequence[Line], notes: set[str]) -> Line | None:
    """The first claim that is not under a condition on the notes, unless these or a catalog are looked at before."""
    whole = False
    for line in lines:
        tested = any(notes & {token.name for token in context.words} for context in line.contexts)
        if CATALOG.search(line.sql):
            return None
        if tested and line.verb in ("RAISE", "RETURN") and line.words[1:2] and line.words[1].text.upper() not in TELLS:
            return None
        if tested or any(context.kind == "handler" for context in line.contexts):
            continue
        if _claims(line, notes, whole):
            return line
        whole = whole or makes(line)
    return None


def _claims(line: Line, notes: set[str], whole: bool) -> bool:
    if line.verb == "RETURN":
        return _succeeds(line)
    if line.verb != "RAISE" or len(line.words) < 2 or line.words[1].text.upper() not in TELLS:
        return False
    return not notes & {token.name for token in line.words} and claims(_told(line), whole=whole)


def _succeeds(line: Line) -> bool:
    values = [token.text.lower() for token in line.words[1:]]
    return values == ["true"] or (len(values) == 1 and claims(_told(line), whole=True))


def _told(line: Line) -> str:
    """The text of a message or a result."""
    return next((string_value(token.text) for token in line.words if token.kind in ("string", "dollar")), "")


def _assigns(line: Line) -> bool:
    return len(line.words) > 1 and line.words[1].text in (":=", "=")
