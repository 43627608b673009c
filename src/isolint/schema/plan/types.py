"""Which changes of a column's type neither rewrite the table nor lose anything."""

from __future__ import annotations

import re

_SIZED = re.compile(r"(character varying|numeric|varbit|bit varying)(?:\((\d+)(?:,(\d+))?\))?\Z")


def widens(present: str, wanted: str) -> bool:
    """Whether every value of type `present` is one of `wanted` as it is stored, so that nothing is rewritten."""
    if wanted == "text":
        return present.startswith("character varying")
    one, other = _SIZED.match(present), _SIZED.match(wanted)
    if not one or not other or one[1] != other[1]:
        return False
    if other[2] is None:
        return True
    if one[2] is None:
        return False
    return int(other[2]) >= int(one[2]) and (one[3] or "0") == (other[3] or "0")
