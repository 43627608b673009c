"""For programs: routes, tables and cells, each cell with its accesses and their trails."""

from __future__ import annotations

import json

from isolint.model.map import RouteMap
from isolint.model.routes import Confinement
from isolint.output import RenderOptions
from isolint.output.audit.json import access, route_facts

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys do not count."""


def render(found: RouteMap, _: RenderOptions) -> str:
    """`cells` name their routes and tables by position."""
    document = {
        "format": FORMAT,
        "isolint": found.version,
        "root": found.root,
        "strategy": found.strategy,
        "summary": {str(way): found.of(way) for way in Confinement},
        "routes": [route_facts(route) for route in found.routes],
        "tables": list(found.tables),
        "cells": [
            {
                "route": cell.route,
                "table": cell.table,
                "confinement": str(cell.confinement),
                "accesses": [access(item) for item in cell.accesses],
            }
            for cell in found.cells
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
