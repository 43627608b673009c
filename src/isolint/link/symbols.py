"""What a name can stand for."""

from __future__ import annotations

from typing import NamedTuple


class FunctionRef(NamedTuple):
    """A function of the project."""

    path: str
    qualname: str


class ClassRef(NamedTuple):
    """A class of the project."""

    path: str
    qualname: str

    @property
    def name(self) -> str:
        """The class's own name."""
        return self.qualname.rsplit(".", 1)[-1]


class ModuleRef(NamedTuple):
    """A file of the project as a module."""

    path: str


class VariableRef(NamedTuple):
    """A name assigned at the module level of a file."""

    path: str
    name: str


class External(NamedTuple):
    """Something outside the project by its dotted name, e.g. `sqlalchemy.orm.Session`."""

    name: str


TableSymbol = ClassRef | VariableRef
"""What a table is declared by: a class, or a variable (for a schema language a name in its file)."""

Symbol = FunctionRef | ClassRef | ModuleRef | VariableRef | External
