"""For a wiki or a pull request: routes as rows, with their tables by how they are confined."""

from __future__ import annotations

from isolint.model.map import RouteMap
from isolint.model.routes import Confinement
from isolint.output import RenderOptions
from isolint.output._words import on_one_line
from isolint.output.audit._words import route_name
from isolint.output.map.text import summary

BACKSLASH = "\\"


def render(found: RouteMap, _: RenderOptions) -> str:
    """One table; ways of confinement that do not occur have no column."""
    ways = [way for way in reversed(Confinement) if found.of(way)]
    lines = ["## Isolation map", "", summary(found), ""]
    lines += [f"| route | {' | '.join(ways)} |", "|---" * (len(ways) + 1) + "|"]
    for at, route in enumerate(found.routes):
        cells = [cell for cell in found.cells if cell.route == at]
        columns = [", ".join(found.tables[c.table] for c in cells if c.confinement is way) for way in ways]
        lines.append(f"| {_text(route_name(route))} | {' | '.join(map(_text, columns))} |")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return on_one_line(text).replace("<", "&lt;").replace("|", f"{BACKSLASH}|")
