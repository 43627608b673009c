"""For a terminal: a line for each route, its tables by how they are confined."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from isolint.model.map import RouteMap
from isolint.model.routes import Confinement
from isolint.output import RenderOptions
from isolint.output._words import on_one_line, plural
from isolint.output.audit._words import route_name

_STYLES = {Confinement.UNSCOPED: 31, Confinement.UNKNOWN: 33}
NARROWEST = 40


def render(found: RouteMap, options: RenderOptions) -> str:
    """The least confined tables of a route come first."""
    return "".join(f"{line}\n" for line in _lines(found, options))


def _lines(found: RouteMap, options: RenderOptions) -> Iterator[str]:
    for at, route in enumerate(found.routes):
        yield on_one_line(f"{route_name(route)} [{route.path}:{route.line}]")
        cells = [cell for cell in found.cells if cell.route == at]
        for confinement in reversed(Confinement):
            tables = [found.tables[cell.table] for cell in cells if cell.confinement is confinement]
            if tables:
                lead = f"    {confinement}: "
                text = textwrap.fill(
                    on_one_line(", ".join(tables)),
                    max(options.width, NARROWEST),
                    initial_indent=lead,
                    subsequent_indent=" " * len(lead),
                    break_long_words=False,
                )
                yield from _painted(text, lead, confinement, options).split("\n")
    yield summary(found)


def _painted(text: str, lead: str, confinement: Confinement, options: RenderOptions) -> str:
    style = _STYLES.get(confinement)
    return text.replace(lead, f"\x1b[{style}m{lead}\x1b[0m", 1) if options.colour and style else text


def summary(found: RouteMap) -> str:
    """How large the map is, and how its cells are confined."""
    ways = ", ".join(f"{count} {way}" for way in reversed(Confinement) if (count := found.of(way)))
    size = f"{plural(len(found.routes), 'route')} × {plural(len(found.tables), 'table')}"
    return f"{size}: {ways or 'no access'}"
