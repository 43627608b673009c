"""For a pull request: the audit as one comment."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.audit import Audit
from isolint.output import RenderOptions
from isolint.output._words import on_one_line
from isolint.output.audit._words import action_line, head, named, route_counts, route_name, shown_gaps, worst_routes
from isolint.output.markdown import render as render_report


def render(audit: Audit, options: RenderOptions) -> str:
    """Actions and schemas, with routes and findings folded in."""
    return "\n".join(_lines(audit, options)) + "\n"


def _lines(audit: Audit, options: RenderOptions) -> Iterator[str]:
    yield "## Tenant isolation audit"
    yield ""
    yield "### Do first"
    yield ""
    yield from (f"{number}. {_text(action_line(action))}" for number, action in enumerate(audit.actions, 1))
    if not audit.actions:
        yield "Nothing" + (", as far as was looked." if audit.left_out else ".")
    if audit.drifts:
        yield from ("", f"### Schemas beside {_text(audit.reference or 'no reference')}", "")
        for drift in audit.drifts:
            yield f"- **{_text(head(drift))}**"
            yield from (f"  - {title}: {_text(shown_gaps(gaps))}" for title, gaps in named(drift))
    if audit.left_out:
        yield from ("", "### Left out", "")
        yield from (f"- {_text(sentence)}" for sentence in audit.left_out)
    worst = worst_routes(audit.reached)
    if audit.reached:
        ways = ", ".join(f"{count} {confinement}" for confinement, count in route_counts(audit.reached).items())
        yield from ("", f"<details><summary>Routes: {ways}</summary>", "")
        yield "| route | table | operation | reason | statement |\n|---|---|---|---|---|"
        for route, items in worst.items():
            for item in items:
                cells = (route_name(route), item.table, item.operation, item.reason, f"`{item.place}`")
                yield f"| {' | '.join(_text(str(cell)).replace('|', chr(92) + '|') for cell in cells)} |"
        yield from ("", "</details>")
    yield from ("", "<details><summary>Findings</summary>", "", render_report(audit.report, options), "</details>")


def _text(text: str) -> str:
    return on_one_line(text).replace("<", "&lt;")
