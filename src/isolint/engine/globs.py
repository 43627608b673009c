"""`exclude:` globs, in the manner of `.gitignore`; brackets are literal: `[id]` is the name of a route folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PIECE = re.compile(r"/\*\*/|\*\*/|/\*\*|\*\*|\*|\?|.", re.DOTALL)


def _translated(piece: str) -> str:
    """One piece of a glob as a regular expression."""
    match piece:
        case "/**/":
            return "/(?:[^/]+/)*"
        case "**/":
            return "(?:[^/]+/)*"
        case "/**":
            return "/.*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
    return re.escape(piece)


def compile_globs(globs: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for `fullmatch` on root-relative paths; None when there are no globs.

    A glob with a slash is anchored at the root, one without matches at any depth; what lies below a match matches too.
    """
    expressions = []
    for glob in globs:
        body = glob.strip().removeprefix("./").rstrip("/")
        if not body:
            continue
        anchored = "/" in body
        pattern = "".join(map(_translated, _PIECE.findall(body.removeprefix("/"))))
        expressions.append(f"{'' if anchored else '(?:.*/)?'}{pattern}(?:/.*)?")
    return re.compile("|".join(expressions)) if expressions else None
