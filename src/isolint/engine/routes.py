"""The isolation map of a project."""

from __future__ import annotations

from collections.abc import Iterable

import isolint
from isolint.engine.analyse import analyse
from isolint.engine.judge import report_of
from isolint.engine.prepare import prepare
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import without_collection
from isolint.model.map import Cell, RouteMap
from isolint.model.report import Report
from isolint.model.routes import Confinement, Reach, Route

ORDER = list(Confinement)


@without_collection()
def map_routes(request: ScanRequest) -> tuple[RouteMap, Report]:
    """The map of the routes in the paths that are asked for, and the report that says what was not analysed."""
    ready = prepare(request)
    known = analyse(ready)
    report = report_of(ready, known)
    reached = [item for item in known.proof.reached if ready.material.reports(item.route.path)]
    return assembled(reached, report), report


def assembled(reached: Iterable[Reach], report: Report) -> RouteMap:
    """Routes in order of their place, tables in order of their name."""
    found: dict[tuple[Route, str], list[Reach]] = {}
    for item in reached:
        found.setdefault((item.route, item.table), []).append(item)
    routes = sorted({route for route, _ in found})
    tables = sorted({table for _, table in found}, key=lambda name: (name.lower(), name))
    rows = {route: at for at, route in enumerate(routes)}
    columns = {table: at for at, table in enumerate(tables)}
    cells = [
        Cell(rows[route], columns[table], max((i.confinement for i in items), key=ORDER.index), tuple(items))
        for (route, table), items in found.items()
    ]
    return RouteMap(
        root=report.root,
        version=isolint.__version__,
        routes=tuple(routes),
        tables=tuple(tables),
        cells=tuple(sorted(cells, key=lambda cell: (cell.route, cell.table))),
        strategy=str(report.tenancy.strategy),
        problems=len(report.problems),
    )
