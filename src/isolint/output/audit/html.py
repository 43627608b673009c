"""For reading and filing: the audit as one HTML page without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from isolint.model.audit import Audit
from isolint.output import RenderOptions
from isolint.output._words import on_one_line
from isolint.output.audit._words import action_line, gap_name, head, named, route_counts, route_name, worst_routes
from isolint.output.html import render as render_report


def render(audit: Audit, options: RenderOptions) -> str:
    """The page of the scan's report with the audit in front of its findings."""
    page = render_report(audit.report, options)
    start, body, rest = page.partition("</style></head><body>")
    return start + body + "\n".join(_audit(audit)) + rest


def _audit(audit: Audit) -> Iterator[str]:
    yield "<h1>Tenant isolation audit</h1><h2>Do first</h2><ol>"
    yield from (f"<li>{_html(action_line(action))}</li>" for action in audit.actions)
    yield "</ol>"
    if not audit.actions:
        yield f"<p>Nothing{', as far as was looked' if audit.left_out else ''}.</p>"
    if audit.drifts:
        yield f"<h2>Schemas beside {_html(audit.reference or 'no reference')}</h2>"
    for drift in audit.drifts:
        yield f"<p><strong>{_html(head(drift))}</strong></p>"
        for title, gaps in named(drift):
            names = "".join(f"<li>{_html(gap_name(gap))}</li>" for gap in gaps)
            yield f"<details><summary>{len(gaps)} {_html(title)}</summary><ul>{names}</ul></details>"
    if audit.left_out:
        yield f"<h2>Left out</h2><ul>{''.join(f'<li>{_html(text)}</li>' for text in audit.left_out)}</ul>"
    if audit.reached:
        ways = ", ".join(f"{count} {confinement}" for confinement, count in route_counts(audit.reached).items())
        yield f"<h2>Routes: {_html(ways)}</h2><table><thead><tr><th>route<th>table<th>reason<th>statement</tr></thead>"
        for route, items in worst_routes(audit.reached).items():
            for item in items:
                cells = (route_name(route), f"{item.operation} {item.table}", item.reason, item.place)
                yield f"<tr>{''.join(f'<td>{_html(str(cell))}</td>' for cell in cells)}</tr>"
        yield "</table>"


def _html(text: str) -> str:
    return escape(on_one_line(text))
