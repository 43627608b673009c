"""What a finding is known by from run to run: its rule, function, table and statement, but no line number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b

from isolint.model.access import Access
from isolint.model.observation import Observation
from isolint.model.source import Place

Lines = Mapping[str, Mapping[int, str]]
"""Path to line number, counted from 1, to the text of the line. A line that is missing counts as empty."""

_COMMENT = re.compile(r"(^|\s)(#|//)\s.*$")
_LAMBDA = re.compile(r"<lambda:\d+:\d+>")
_GLUE = re.compile(r"(?<=\W)\s+|\s+(?=\W)")
"""White space that separates no words: formatters put it around any sign, and break lines at any."""

_LAST_COMMA = re.compile(r",(?=[)\]}])")


def identity(rule: str, seen: Access | Observation, lines: Lines) -> tuple[str, ...]:
    """What the fingerprint is made from, short of the ordinal that tells equal ones apart."""
    known = (rule, seen.place.path, unplaced(seen.function), seen.table, normalised(seen.place, lines))
    return (*known, seen.subject) if isinstance(seen, Observation) else known


def unplaced(function: str) -> str:
    """A qualified name without the positions that tell lambdas apart."""
    return _LAMBDA.sub("<lambda>", function)


def fingerprint(identity: tuple[str, ...], ordinal: int) -> str:
    """32 hexadecimal digits; `ordinal` counts equal identities from 0 in order of place."""
    return blake2b("\0".join((*identity, str(ordinal))).encode(), digest_size=16).hexdigest()


def normalised(place: Place, lines: Lines) -> str:
    """The text at `place` without what formatters and suppressions change: comments, line ends, spaces, quotes."""
    span, texts = place.span, lines.get(place.path, {})
    parts = []
    for number in range(span.line, span.end_line + 1):
        text = texts.get(number, "")
        if number == span.end_line:
            text = text[: span.end_column - 1]
        if number == span.line:
            text = text[span.column - 1 :]
        parts.append(_COMMENT.sub("", text).strip().removesuffix("\\"))
    text = _GLUE.sub("", " ".join(parts).strip()).replace("'", '"')
    return _LAST_COMMA.sub("", text)


def content(identity: tuple[str, ...]) -> str:
    """16 hexadecimal digits that equal code has in any file: what a finding is known by besides its path."""
    rule, _, *rest = identity
    return blake2b("\0".join((rule, *rest)).encode(), digest_size=8).hexdigest()


def first_line(place: Place, lines: Lines) -> str:
    """The first line of the code at `place`, stripped."""
    return lines.get(place.path, {}).get(place.span.line, "").strip()
