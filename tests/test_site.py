"""The documentation builds into a site, whole, strictly, and without anything of other sites."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("material", reason="mkdocs-material is not installed: pip install 'isolint[docs]'")
pytest.importorskip("mkdocs_awesome_nav", reason="mkdocs-awesome-nav is not installed: pip install 'isolint[docs]'")

FETCHED = re.compile(r"""<(?:link|script|img|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^>]*>""")
LEFT_OVER = {
    "a fence": re.compile(r"```"),
    "a list": re.compile(r"<p>[^<]*\n(?:- |\d+\. )"),
    "a table": re.compile(r"<p>\|"),
    "a link": re.compile(r"\]\([^)]*\)"),
}
"""What stands in a page when the Markdown was read otherwise than it was meant."""


@pytest.fixture(scope="module")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "HTTPS_PROXY": "http://localhost:9"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    return folder


def article(page: Path) -> str:
    """What a page says, without what surrounds it."""
    return page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]


def test_every_document_is_a_page(site: Path, repository: Path) -> None:
    documents = {path.relative_to(repository / "docs").with_suffix("") for path in (repository / "docs").rglob("*.md")}
    pages = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")} - {Path("404")}
    assert pages == documents


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = {found for page in site.rglob("*.html") for found in FETCHED.findall(page.read_text(encoding="utf-8"))}
    assert {tag for tag in fetched if 'rel="canonical"' not in tag} == set()
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert [found for text in styles for found in re.findall(r"url\([\"']?(?:https?:)?//[^)]*", text)] == []


def test_markdown_is_read_as_it_is_meant(site: Path) -> None:
    odd = [
        (page.relative_to(site).as_posix(), kind)
        for page in site.rglob("*.html")
        for kind, pattern in LEFT_OVER.items()
        if pattern.search(article(page))
    ]
    assert odd == []


def test_steps_of_a_runbook_are_one_list_that_holds_its_commands(site: Path) -> None:
    page = article(site / "runbooks" / "drop.html")
    steps = page.partition("<ol>")[2].partition("</ol>")[0]
    assert steps.count("<li>") == 5
    assert "isolint" in steps


def test_page_of_the_repository_that_is_not_part_of_the_site_is_named(site: Path) -> None:
    assert "<code>benchmarks/real_projects.md</code>" in article(site / "decisions" / "014-doubts.html")
