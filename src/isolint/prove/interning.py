"""Equal terms are one object, so that comparing and hashing them costs the same however large they grow.

Symbolic values share most of their parts: as trees they would be exponentially larger than what is held in memory.
Every
run has a table of its own; terms of different runs are never compared.
"""

from __future__ import annotations

from typing import Any

Table = dict[tuple[object, ...], Any]

_shared: Table = {}
_current: Table = _shared


def new_table() -> Table:
    """An empty table that already knows the constants made when the program was loaded."""
    return dict(_shared)


def use(table: Table) -> None:
    """Make terms in this table from now on."""
    global _current
    _current = table


class Interned(type):
    """The metaclass of terms: calling the class gives the one object with these fields."""

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        """The term with these fields; fields of primitive values are told apart by their types as well (`1`,
        `True`).
        """
        if not keywords and len(args) == len(cls.__match_args__):  # type: ignore[attr-defined]
            key = (cls, *args, *map(type, args)) if len(args) == 1 else (cls, *args)
            found = _current.get(key)
            if found is not None:
                return found
            made = super().__call__(*args)
        else:
            made = super().__call__(*args, **keywords)
            values = tuple(getattr(made, name) for name in cls.__match_args__)  # type: ignore[attr-defined]
            key = (cls, *values, *map(type, values)) if len(values) == 1 else (cls, *values)
        return _current.setdefault(key, made)
