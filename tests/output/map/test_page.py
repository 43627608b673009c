"""The map's page in a real browser: it opens, filters, moves by keyboard, shows a trail, and can be read by everybody.

Needs the package playwright (extra `dev`) and a Chromium on the machine; without one of them the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isolint.model.access import Operation
from isolint.model.evidence import Reason, Step
from isolint.model.map import Cell, RouteMap
from isolint.model.routes import Reach, Route
from isolint.model.source import Place, Span
from isolint.output import RenderOptions
from isolint.output.map import render_map

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not here: pip install 'isolint[dev]'")
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), "")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here: install one, or name it in CHROMIUM")

ROUTES, TABLES, REACHED = 400, 100, 12
"""The size of a large product's map: each route reaches some tables."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
REASONS = (
    *(Reason.EXECUTOR, Reason.TENANT_PREDICATE, Reason.SCOPED_PARENT, Reason.DOMINATING_GUARD),
    *(Reason.OPERATOR_ONLY, Reason.SHARED_TABLE, Reason.NO_PREDICATE, Reason.DYNAMIC_SQL),
)
CONTRAST = """
() => {
  const linear = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const channel = (value) => linear(value / 255);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parsed(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const seen = new Map();
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.getClientRects().length || node.tagName === "SCRIPT" || node.tagName === "OPTION") continue;
    const [one, other] = [light(parsed(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const key = `${node.tagName}.${node.className}`;
    if (ratio < (seen.get(key) ?? 99)) seen.set(key, ratio);
  }
  return [...seen].filter(([, ratio]) => ratio < 4.5);
}
"""
"""Kinds of elements with text whose contrast is less than WCAG AA asks for, with the contrast."""


def large_map() -> RouteMap:
    """A map of ROUTES × TABLES in which all ways of confinement occur, in texts that try to leave their place."""
    cells = []
    for row in range(ROUTES):
        route = Route(f"src/app/api/part{row // 20}/r{row}/route.ts", 3, "GET", f"/api/part{row // 20}/r{row}")
        for number in range(REACHED):
            reason = REASONS[(row + number) % len(REASONS)]
            place = Place(route.path, Span(10 + number, 3, 10 + number, 40))
            trail = (Step("the caller's <b>session</b> names it", place), Step("</script> is only text", None, True))
            reach = Reach(route, "", Operation.READ, place, reason, "session.orgId", trail)
            cells.append(Cell(row, (row * 7 + number * 8) % TABLES, reach.confinement, (reach,)))
    routes = [cell.accesses[0].route for cell in cells[::REACHED]]
    tables = tuple(f"Table{number:03}" for number in range(TABLES))
    cells.sort(key=lambda cell: (cell.route, cell.table))
    return RouteMap("/app", "0.1.0", tuple(routes), tables, tuple(cells), "row", 0)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("map") / "map.html"
    found.write_text(render_map(large_map(), "html", RenderOptions()), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Any]:
    """The page without a network; what it says on the console is an error of the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(file.as_uri())
    yield opened
    assert said == []
    context.close()


def routes_shown(page: Any) -> int:
    count: int = page.locator("#map tbody th[scope=row]").count()
    return count


def test_it_is_small_and_opens_at_once(page: Any, file: Path) -> None:
    assert file.stat().st_size < 3_000_000
    assert routes_shown(page) == ROUTES
    assert page.locator("#map button").count() == ROUTES * REACHED
    took = page.evaluate("() => { const t = performance.timing; return t.loadEventEnd - t.navigationStart }")
    assert took < 1000 * float(os.environ.get("SLOWNESS", "3")), "milliseconds; 1,000 on a machine of its own"


def test_it_filters_by_route_and_by_table(page: Any) -> None:
    page.fill("#filter", "part3")
    assert routes_shown(page) == 20
    page.fill("#filter", "part3 table012")
    assert 0 < routes_shown(page) < 20
    page.fill("#filter", "nothing is called so")
    assert page.inner_text("#none") == "No route fits."


def test_ways_of_confinement_are_shown_and_hidden(page: Any) -> None:
    page.uncheck("#ways input >> nth=7")
    assert page.locator("#map button.w7").count() == 0
    assert routes_shown(page) == ROUTES


def test_routes_are_grouped(page: Any) -> None:
    assert page.locator("#map th.group").count() == 20
    page.select_option("#group", "worst")
    assert page.locator("#map th.group").all_inner_texts() == ["unscoped (400)"]


def test_the_keyboard_is_enough(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("part5")
    page.keyboard.press("ArrowDown")
    first = page.evaluate("() => document.activeElement.dataset.cell")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("() => document.activeElement.dataset.cell") == first
    page.keyboard.press("Enter")
    assert page.is_visible("#why")
    page.keyboard.press("Escape")
    assert not page.is_visible("#why")
    assert page.evaluate("() => document.activeElement.dataset.cell") == first


def test_a_cell_shows_its_trail_as_text(page: Any) -> None:
    page.click("#map button.w7 >> nth=0")
    shown = page.inner_text("#why")
    assert "no-predicate" in shown
    assert "the caller's <b>session</b> names it src/app/api/part0/" in shown
    assert "</script> is only text (assumed)" in shown
    assert page.url.partition("#")[2].startswith("cell-")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_can_be_read(page: Any, dark: bool) -> None:
    if dark:
        page.click("#theme")
    page.click("#map button.w6 >> nth=0")
    assert page.get_attribute("html", "data-theme") == ("dark" if dark else "light")
    assert page.evaluate(CONTRAST) == []


def test_it_is_printed_without_its_controls(page: Any) -> None:
    page.emulate_media(media="print")
    assert not page.is_visible("#controls")
    assert page.is_visible("#map")
