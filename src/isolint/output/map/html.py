"""The map as one page that needs nothing else: filter, group, move by keyboard, read the trail of a cell, print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Any

from isolint.model.evidence import Step
from isolint.model.map import RouteMap
from isolint.model.routes import Confinement, Reach
from isolint.output import RenderOptions
from isolint.output._words import visible
from isolint.output.map.text import summary

LETTERS = {
    Confinement.SHARED: "S",
    Confinement.OPERATOR: "O",
    Confinement.EXECUTOR: "E",
    Confinement.PREDICATE: "P",
    Confinement.PARENT: "F",
    Confinement.GUARD: "G",
    Confinement.UNKNOWN: "?",
    Confinement.UNSCOPED: "!",
}
"""What stands in a cell, so that no meaning hangs on its colour."""
MEANINGS = {
    Confinement.SHARED: "the table belongs to no tenant",
    Confinement.OPERATOR: "only the platform's operators, or its own jobs, come here",
    Confinement.EXECUTOR: "runs in the tenant's schema or session",
    Confinement.PREDICATE: "restricted to the tenant's rows",
    Confinement.PARENT: "reached through a row of the tenant's (foreign key)",
    Confinement.GUARD: "a check before or after the access",
    Confinement.UNKNOWN: "could not be decided",
    Confinement.UNSCOPED: "nothing keeps it to one tenant",
}


def render(found: RouteMap, _: RenderOptions) -> str:
    """The page: style, data as JSON, and the script that draws it."""
    folder = files("isolint.output.map")
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    data = json.dumps(_data(found), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    body = (folder / "page.html").read_text(encoding="utf-8")
    parts = {"SUMMARY": escape(summary(found)), "STYLE": style, "DATA": data, "SCRIPT": script}
    parts["VERSION"] = escape(found.version)
    for name, text in parts.items():
        body = body.replace(f"<!--{name}-->", text, 1)
    return body


def _data(found: RouteMap) -> dict[str, Any]:
    """Texts stand once, in `texts`, and are named by position."""
    texts: dict[str, int] = {}

    def at(text: str) -> int:
        return texts.setdefault(visible(text), len(texts))

    order = list(Confinement)
    return {
        "ways": [{"name": str(way), "letter": LETTERS[way], "meaning": MEANINGS[way]} for way in order],
        "tables": [visible(table) for table in found.tables],
        "routes": [
            [visible(route.name), visible(route.address), visible(route.path), route.line, str(route.role)]
            for route in found.routes
        ],
        "cells": [
            [
                cell.route,
                cell.table,
                order.index(cell.confinement),
                [_access(item, at, order) for item in cell.accesses],
            ]
            for cell in found.cells
        ],
        "texts": list(texts),
    }


def _access(item: Reach, at: Any, order: Iterable[Confinement]) -> list[Any]:
    trail = [_step(step, at) for step in item.trail]
    ways = list(order)
    reason, where = at(str(item.reason)), at(str(item.place))
    return [at(str(item.operation)), ways.index(item.confinement), reason, at(item.subject), where, trail]


def _step(step: Step, at: Any) -> list[int]:
    return [at(step.message), at(str(step.place) if step.place else ""), int(step.assumed)]
