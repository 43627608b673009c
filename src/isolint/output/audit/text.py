"""For a person: what to do first, then what was found."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.audit import Audit
from isolint.output import RenderOptions
from isolint.output._page import Page
from isolint.output._words import found, judged, plural
from isolint.output.audit._words import action_line, head, named, route_counts, route_name, shown_gaps, worst_routes
from isolint.output.text import render as render_report

ROUTES = 20
"""Routes that are named; the JSON has all."""


def render(audit: Audit, options: RenderOptions) -> str:
    """Actions, schemas, routes, findings, and what was left out."""
    return "".join(f"{line}\n" for line in _AuditPage(audit, options).lines())


class _AuditPage(Page):
    def __init__(self, audit: Audit, options: RenderOptions) -> None:
        super().__init__(audit.report, options)
        self.audit = audit

    def lines(self) -> Iterator[str]:
        if not self.options.quiet:
            yield from self.findings()
        yield from self.schemas()
        yield from self.routes()
        if self.audit.left_out:
            yield self.paint("Left out", "bold")
            for sentence in self.audit.left_out:
                yield from self.wrapped("  ", sentence)
            yield ""
        yield from self.actions()
        yield self.paint(found(self.report), "bold")
        yield f"{judged(self.report)}; {self.report.seconds:.2f} s"

    def actions(self) -> Iterator[str]:
        yield self.paint("Do first", "bold")
        for number, action in enumerate(self.audit.actions, 1):
            yield from self.wrapped(f"  {number}. ", action_line(action))
        if not self.audit.actions:
            yield "  nothing" + (", as far as was looked" if self.audit.left_out else "")
        yield ""

    def schemas(self) -> Iterator[str]:
        if not self.audit.drifts:
            return
        reference = self.audit.reference or "no reference"
        yield self.paint(f"Schemas beside {reference}", "bold")
        for drift in self.audit.drifts:
            yield from self.wrapped("  ", head(drift))
            for title, gaps in named(drift):
                yield from self.wrapped(f"    {title}: ", shown_gaps(gaps))
        yield ""

    def routes(self) -> Iterator[str]:
        reached = self.audit.reached
        if not reached:
            return
        routes = len({item.route for item in reached})
        ways = ", ".join(f"{count} {confinement}" for confinement, count in route_counts(reached).items())
        yield self.paint(f"{plural(routes, 'route')}: {ways}", "bold")
        worst = worst_routes(reached)
        for route, items in list(worst.items())[:ROUTES]:
            tables = ", ".join(dict.fromkeys(f"{item.table} ({item.reason})" for item in items))
            yield from self.wrapped("  ", f"{route_name(route)}: {tables}")
        if len(worst) > ROUTES:
            yield f"  and {plural(len(worst) - ROUTES, 'route')} more that reach other tenants' rows"
        yield ""

    def findings(self) -> Iterator[str]:
        text = render_report(self.report, self.options)
        body = text.rsplit("\n", 1)[0]
        yield from body.split("\n") if body else ()
        yield ""
