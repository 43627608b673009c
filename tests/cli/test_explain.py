"""`isolint explain`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("project")


def test_unscoped_access_is_explained_with_what_is_reported(isolint: Command) -> None:
    done = isolint("explain", "app/routes.py:19")
    assert (done.code, done.err) == (0, "")
    assert re.match(r"app/routes.py:19:\d+\n  read of Invoice by sqlalchemy in read_invoice \(route\)\n", done.out)
    assert "unscoped: no-predicate" in done.out
    assert "    why: " in done.out
    assert "    reported: error ISO102 unscoped-tenant-read" in done.out


def test_scoped_access_is_explained_too(isolint: Command) -> None:
    done = isolint("explain", "app/routes.py:14")
    assert "scoped: tenant-predicate" in done.out
    assert "    reported: no" in done.out


def test_suppressed_access_names_its_suppression(isolint: Command, project: Path) -> None:
    routes = project / "app" / "routes.py"
    text = routes.read_text().replace(".one()\n", ".one()  # isolint: ignore[ISO102] audited\n")
    routes.write_text(text)
    assert "suppressed ISO102 unscoped-tenant-read, at app/routes.py:19: audited" in " ".join(
        isolint("explain", "app/routes.py:19").out.split()
    )


def test_line_without_an_access_names_the_nearest(isolint: Command) -> None:
    done = isolint("explain", "app/routes.py:17")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "isolint: error: there is no data access at app/routes.py:17; "
        "nearest: line 14 (read of Invoice), line 19 (read of Invoice)\n"
    )


def test_file_without_accesses_says_so(isolint: Command) -> None:
    assert "nor anywhere in that file" in isolint("explain", "app/models.py:1").err


def test_file_that_was_not_analysed_says_so(isolint: Command, project: Path) -> None:
    (project / "app" / "broken.py").write_text("def f(:\n    pass\n")
    assert "some of the file was not analysed" in isolint("explain", "app/broken.py:1").err


@pytest.mark.parametrize("place", ["app/routes.py", "app/routes.py:0", "app/routes.py:x", ":3", "app:3", "gone.py:3"])
def test_place_must_be_a_line_of_a_file(isolint: Command, place: str) -> None:
    done = isolint("explain", place)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("isolint: error: ")
