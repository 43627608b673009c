"""The HTML page: whole, on its own, and safe."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from isolint.model.report import Report
from isolint.output import RenderOptions, render

VOID = {"meta"}


class Checker(HTMLParser):
    """Collects tags and attributes, and refuses what is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(report: Report) -> Checker:
    checker = Checker()
    checker.feed(render(report, "html", RenderOptions(show_unknown=True, statistics=True)))
    assert checker.open == []
    return checker


def test_page_is_well_formed_and_loads_nothing(report: Report, empty: Report) -> None:
    for given in (report, empty):
        checker = checked(given)
        assert not checker.seen & {"script", "link", "img", "iframe", "a"}
        assert not checker.attributes & {"src", "href", "onclick"}


def test_code_is_text(report: Report) -> None:
    attack = "<script>alert(1)</script>"
    path = report.findings[0].place.path
    hostile = replace(report.findings[0], message=attack, fix=f"`{attack}`", function=attack)
    page = replace(report, findings=(hostile,), lines={path: {12: f"    x = {attack}"}})
    assert "script" not in checked(page).seen
    assert "&lt;script&gt;" in render(page, "html", RenderOptions())


def test_span_is_marked(report: Report) -> None:
    assert "return <mark>session.get(Campaign, campaign_id)</mark>" in render(report, "html", RenderOptions())
