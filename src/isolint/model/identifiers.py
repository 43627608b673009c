"""How identifiers are put together from words."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+")


@lru_cache(maxsize=65536)
def split(identifier: str) -> tuple[str, ...]:
    """The lower-case words of a snake_case, camelCase or kebab-case identifier."""
    return tuple(part.lower() for part in _WORD.findall(identifier))
