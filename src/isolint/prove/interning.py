"""Equal terms are one object, so that comparing and hashing them costs the same however large they grow.

Symbolic values share most of their parts: as trees they would be exponentially larger than what is held in memory.
Every
run has a table of its own; terms of different runs are never compared.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any


class Nothing(Enum):
    """The value of what has none, as distinct from null."""

    UNDEFINED = "undefined"

    def __bool__(self) -> bool:
        return False


NOTHING = Nothing.UNDEFINED
Table = dict[type, dict[object, Any]]
"""For each class its terms by their fields."""

_shared: Table = {}
_current: Table = _shared


def new_table() -> Table:
    """An empty table that already knows the constants made when the program was loaded."""
    return {cls: dict(terms) for cls, terms in _shared.items()}


def use(table: Table) -> None:
    """Make terms in this table from now on."""
    global _current
    _current = table


class Interned(type):
    """The metaclass of terms: calling the class gives the one object with these fields."""

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        """The term with these fields; a single field is told apart by its type as well (`1`, `True`)."""
        names: tuple[str, ...] = cls.__match_args__  # type: ignore[attr-defined]
        if keywords or len(args) != len(names):
            made = super().__call__(*args, **keywords)
            args = tuple([getattr(made, name) for name in names])
        terms = _current.get(cls)
        if terms is None:
            terms = _current[cls] = {}
        key = args if len(args) != 1 else (args[0], type(args[0]))
        found = terms.get(key)
        return found if found is not None else terms.setdefault(key, _made(cls, args))


def _made(cls: Interned, args: tuple[Any, ...]) -> Any:
    """A new term. The fields are set through their slots: a frozen dataclass would look each up by its name."""
    setters = _setters.get(cls)
    if setters is None:
        setters = _setters[cls] = tuple(getattr(cls, name).__set__ for name in cls.__match_args__)  # type: ignore[attr-defined]
    made: Any = object.__new__(cls)  # type: ignore[arg-type]
    for set_field, value in zip(setters, args, strict=True):
        set_field(made, value)
    return made


_setters: dict[type, tuple[Callable[[Any, Any], None], ...]] = {}
