"""Names of schemas that are made from slugs: two slugs, one schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.review.routine import Line, Routine
from isolint.schema.lexer import Token

MAKES_OPTIONAL = re.compile(r"\bcreate\s+schema\s+if\s+not\s+exists\b", re.IGNORECASE)
MAKES = re.compile(r"\bcreate\s+schema\b", re.IGNORECASE)
LOSSY = frozenset({"lower", "upper", "replace", "regexp_replace", "translate", "trim", "btrim", "unaccent", "slugify"})
"""Functions that give the same text for different ones."""
UNIQUE = frozenset({"md5", "sha256", "digest", "hashtext", "encode", "gen_random_uuid", "uuid_generate_v4"})
"""Functions that tell different texts apart, however long they are."""
COMPARES = frozenset({"~", "!", "~*", "like", "ilike", "similar"})
CATALOG = re.compile(r"pg_namespace|schemata|to_regnamespace", re.IGNORECASE)
LENGTHS = re.compile(r"(?:char_|octet_)?length|\{\s*\d*\s*,\s*\d+\s*\}")


def naming_faults(routine: Routine) -> Iterator[Observation]:
    """Of a routine that makes a schema, or goes on with the one that is there, by a name made from a parameter."""
    made = next((line for line in routine.lines if MAKES_OPTIONAL.search(line.sql)), None)
    if made is None or any(MAKES.search(line.sql) and not MAKES_OPTIONAL.search(line.sql) for line in routine.lines):
        return
    derived = _derivation(routine, made)
    if derived is None or _refuses(routine, CATALOG):
        return
    line, words = derived
    names = {token.name for token in words}
    slug = next((name for name in routine.parameters if name in names), "")
    if not slug or UNIQUE & names:
        return
    where = Step("the schema is made here, unless it is there already", routine.place(made.line))
    place = routine.place(line)
    if LOSSY & names and not _checked(routine, slug):
        yield Observation(Trait.SLUG_COLLISION, place, slug, function=routine.shown, trail=(where,))
    if not _refuses(routine, LENGTHS):
        yield Observation(Trait.IDENTIFIER_TRUNCATION, place, slug, function=routine.shown, trail=(where,))


def _derivation(routine: Routine, made: Line) -> tuple[int, Sequence[Token]] | None:
    """The line and the tokens of the expression that names the schema: in place, or assigned to a variable."""
    used = {token.name for token in made.words if token.name}
    for line in routine.lines:
        target = line.words[0].name
        at = next((i for i, t in enumerate(line.words) if t.text in (":=", "=") or t.text.upper() == "DEFAULT"), None)
        if target in used and at is not None and at < len(line.words) - 1 and line.verb not in ("EXECUTE", "IF"):
            return line.line, line.words[at + 1 :]
    return made.line, made.words


def _checked(routine: Routine, slug: str) -> bool:
    """Whether the routine refuses some slugs: a condition on the slug under which it raises."""
    for line in routine.lines:
        if line.verb == "RAISE" and len(line.words) > 1 and line.words[1].text.upper() in ("EXCEPTION", "SQLSTATE"):
            for context in line.contexts:
                words = {token.text.lower() for token in context.words}
                if slug in words and (COMPARES & words or "~" in context.text):
                    return True
    return False


def _refuses(routine: Routine, what: re.Pattern[str]) -> bool:
    """Whether it raises under a condition that speaks of something."""
    raising = (line for line in routine.lines if line.verb == "RAISE" and line.words[1:2])
    stops = (line for line in raising if line.words[1].text.upper() in ("EXCEPTION", "SQLSTATE"))
    return any(what.search(context.text) for line in stops for context in line.contexts)
