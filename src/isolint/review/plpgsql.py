"""What goes wrong in routines that make tenants' schemas, read from their statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.review.claims_sql import guards, makes, routine_claims
from isolint.review.routine import Line, Routine
from isolint.review.slugs import naming_faults

SETS_PATH = re.compile(r"^\s*set\s+(?!local\b)(?:session\s+)?search_path\s*(?:=|to\b)\s*(?P<value>.*)", re.IGNORECASE)
CALLS_PATH = re.compile(
    r"set_config\s*\(\s*'search_path'\s*,\s*(?P<value>.+?)\s*,\s*(?:false|'false'|'f')\s*\)", re.IGNORECASE | re.DOTALL
)
RESETS = re.compile(r"^\s*reset\s+(?:search_path|all)\b|^\s*default\s*$", re.IGNORECASE)
REMEMBERS = re.compile(r"current_setting\s*\(\s*'search_path'", re.IGNORECASE)
MAKES_SCHEMA = re.compile(r"\bcreate\s+schema\b", re.IGNORECASE)
TELLS = frozenset({"NOTICE", "WARNING", "INFO", "LOG", "DEBUG"})
IDENTIFIER = re.compile(
    r"(?:\bschema(?:\s+if(?:\s+not)?\s+exists)?|\btable(?:\s+if(?:\s+not)?\s+exists)?|\bsearch_path\s*(?:=|to)|\binto"
    r"|\bupdate|\bfrom|\bjoin|\breferences|\bon|\w\s*\.|\.)\s*%(?:\d\$)?s|%(?:\d\$)?s\s*\.",
    re.IGNORECASE,
)
CREATES = re.compile(
    r"^\s*(?:create\s+(?:unique\s+|unlogged\s+)*(?P<kind>table|index|schema|sequence|type|trigger|policy)\b"
    r"(?!\s+(?:concurrently\s+)?if\s+not\s+exists)"
    r"|alter\s+table\b.*?\badd\s+(?P<part>constraint|column)\b(?!\s+if\s+not\s+exists))",
    re.IGNORECASE | re.DOTALL,
)
OPTIONAL = re.compile(r"\bif\s+not\s+exists\b", re.IGNORECASE)
TENANTS = re.compile(
    r"\bfrom (?:\w+ \. )?\"?(?:pg_namespace|schemata|organi[sz]ations?|tenants?|workspaces?|companies|accounts?)\b"
)
WITHIN = re.compile(r"pg_class|pg_tables|pg_constraint|pg_attribute|information_schema \. (?:tables|columns)")
"""Catalogs whose rows are the objects of a schema and not the schemas."""
CHANGES = re.compile(r"^\s*(?:create|alter|drop)\b", re.IGNORECASE)


def faults(routine: Routine) -> Iterator[Observation]:
    """Everything that is wrong with one routine."""
    yield from _search_path(routine)
    yield from _swallowed(routine)
    yield from _unquoted(routine)
    yield from _not_idempotent(routine)
    yield from _one_transaction(routine)
    yield from naming_faults(routine)


def seen(trait: Trait, routine: Routine, line: int, subject: str, *trail: Step) -> Observation:
    """An observation in a routine."""
    return Observation(trait, routine.place(line), subject, function=routine.shown, trail=trail)


def _search_path(routine: Routine) -> Iterator[Observation]:
    """A change that outlives the routine: SET without LOCAL does, whatever SET clause the routine itself has."""
    kept: set[str] = set()
    last: tuple[int, str] | None = None
    for line in routine.lines:
        text = line.sql
        if REMEMBERS.search(text):
            kept |= {token.name for token in line.words if token.name}
        found = SETS_PATH.search(text) or CALLS_PATH.search(text)
        if found is not None:
            value = " ".join(found["value"].split())
            last = None if RESETS.search(value) or value.lower() in kept else (line.line, value)
        elif RESETS.search(text):
            last = None
    if last is not None and routine.name:  # a DO block is the script's own, whose session ends with it
        yield seen(Trait.LEAKED_SEARCH_PATH, routine, last[0], _shown(last[1]))


def _swallowed(routine: Routine) -> Iterator[Observation]:
    """A handler of all errors that only says so, or nothing, around something that makes or changes."""
    handlers = {c.number: c for line in routine.lines for c in line.contexts if c.kind == "handler"}
    swallowing: set[int] = set()
    for handler in handlers.values():
        if "others" not in handler.text:
            continue
        inside = [line for line in routine.lines if handler in line.contexts]
        guarded = [line for line in routine.lines if guards(handler, line)]
        if all(map(_only_tells, inside)) and any(map(makes, guarded)):
            swallowing.add(handler.number)
            what = "a message" if any(line.verb == "RAISE" for line in inside) else "nothing"
            step = Step("the statements that may fail begin here", routine.place(guarded[0].line))
            yield seen(Trait.SWALLOWED_ERROR, routine, inside[0].line if inside else guarded[-1].line, what, step)
    yield from routine_claims(routine, frozenset(swallowing))


def _only_tells(line: Line) -> bool:
    if line.verb == "RAISE":
        return len(line.words) > 1 and line.words[1].text.upper() in TELLS
    return line.verb in ("NULL", "CONTINUE") or (line.verb == "RETURN" and len(line.words) == 1)


def _unquoted(routine: Routine) -> Iterator[Observation]:
    for line in routine.lines:
        if line.verb == "EXECUTE" and (found := IDENTIFIER.search(line.sql)):
            yield seen(Trait.UNQUOTED_IDENTIFIER, routine, line.line, _shown(found[0]))
            return


def _not_idempotent(routine: Routine) -> Iterator[Observation]:
    """A routine that means to be run again (some of it is IF NOT EXISTS) and stops at what is there already."""
    if not any(MAKES_SCHEMA.search(line.sql) for line in routine.lines):
        return
    if not any(OPTIONAL.search(line.sql) for line in routine.lines):
        return
    dropped = " ".join(
        line.sql.lower() for line in routine.lines if re.match(r"\s*drop\b|.*\bdrop\s+constraint", line.sql, re.I)
    )
    failing = [line for line in routine.lines if CREATES.search(line.sql) and not _allowed(line, routine, dropped)]
    if failing:
        others = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
        yield seen(Trait.NOT_IDEMPOTENT, routine, failing[0].line, _shown(failing[0].sql) + others)


def _allowed(line: Line, routine: Routine, dropped: str) -> bool:
    """Whether somebody has thought of the object being there: a condition, a handler, or a DROP before it."""
    handled = {c.of for other in routine.lines for c in other.contexts if c.kind == "handler"}
    if any(context.kind == "if" or context.number in handled for context in line.contexts):
        return True
    if "or replace" in line.sql.lower():
        return True
    named = re.search(r"(?:constraint|trigger|policy|index|table|type)\s+(\"[^\"]+\"|[\w%]+)", line.sql, re.IGNORECASE)
    return named is not None and named[1].lower() in dropped


def _one_transaction(routine: Routine) -> Iterator[Observation]:
    """A loop over all tenants that changes each one's tables, with no COMMIT between them."""
    loops = {c.number: c for line in routine.lines for c in line.contexts if c.kind == "loop"}
    for loop in loops.values():
        inside = [line for line in routine.lines if loop in line.contexts]
        changing = [line for line in inside if CHANGES.search(line.sql)]
        commits = any(line.verb in ("COMMIT", "CALL") for line in inside)
        if (
            TENANTS.search(loop.text)
            and not WITHIN.search(loop.text)
            and "select" in loop.text
            and changing
            and not commits
        ):
            yield seen(Trait.ONE_TRANSACTION, routine, changing[0].line, _shown(changing[0].sql))
            return


def definer_faults(found: Sequence[Routine], settled: frozenset[str]) -> Iterator[Observation]:
    """Routines that run with their owner's rights and with their caller's search path; `settled` get one by ALTER."""
    for routine in found:
        head = " ".join(routine.head)
        if "SECURITY DEFINER" in head and not re.search(r"\bSET SEARCH_PATH\b", head) and routine.name not in settled:
            yield seen(Trait.DEFINER_WITHOUT_PATH, routine, 0, "")


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"
