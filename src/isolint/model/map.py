"""The isolation map: which route reaches which table, and how the access is confined."""

from __future__ import annotations

from dataclasses import dataclass

from isolint.model.routes import Confinement, Reach, Route


@dataclass(frozen=True, slots=True)
class Cell:
    """What one route does with one table; `confinement` is that of the least confined access."""

    route: int
    table: int
    confinement: Confinement
    accesses: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class RouteMap:
    """`cells` name their routes and tables by position; pairs without an access have none."""

    root: str
    version: str
    routes: tuple[Route, ...]
    tables: tuple[str, ...]
    cells: tuple[Cell, ...]
    strategy: str
    problems: int

    def of(self, confinement: Confinement) -> int:
        """How many cells are confined so."""
        return sum(cell.confinement is confinement for cell in self.cells)
