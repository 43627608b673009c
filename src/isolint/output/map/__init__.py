"""Isolation maps as text: one module a format, each with `render(map, options) -> str`; none decides anything."""

from __future__ import annotations

from importlib import import_module

from isolint.model.map import RouteMap
from isolint.output import RenderOptions

FORMATS = ("text", "json", "markdown", "html")


def render_map(found: RouteMap, name: str, options: RenderOptions) -> str:
    """The map in one of `FORMATS`; ends in a line feed."""
    text: str = import_module(f"isolint.output.map.{name}").render(found, options)
    return text
