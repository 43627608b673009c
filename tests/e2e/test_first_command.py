"""The README's first command, as far as it is isolint's: the scan of the app that comes with it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLANTED = re.compile(r"isolint:\s*expect\s+([A-Z]+\d+)")


@pytest.fixture(scope="module")
def app(repository: Path) -> Path:
    """The app's folder."""
    return repository / "fixtures" / "apps" / "fastapi_schemas"


@pytest.fixture(scope="module")
def scanned(app: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The command, run once."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "ISOLINT_CACHE_DIR": str(tmp_path_factory.mktemp("cache")),
    }
    command = [sys.executable, "-m", "isolint", "scan", "src/app/api", "--format", "sarif"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=app, env=environment)


def results(scanned: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What the report holds."""
    (run,) = json.loads(scanned.stdout)["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def test_it_ends_with_the_exit_code_for_findings(scanned: subprocess.CompletedProcess[str]) -> None:
    assert (scanned.returncode, scanned.stderr) == (1, "")


def test_all_of_it_is_in_the_folder_that_was_asked_for(scanned: subprocess.CompletedProcess[str]) -> None:
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results(scanned)]
    assert places
    assert all(place.startswith("src/app/api/") for place in places)


def test_as_many_findings_of_each_rule_as_are_planted(app: Path, scanned: subprocess.CompletedProcess[str]) -> None:
    files = (app / "src" / "app" / "api").glob("*.py")
    planted = sorted(rule for file in files for rule in PLANTED.findall(file.read_text(encoding="utf-8")))
    assert sorted(result["ruleId"] for result in results(scanned)) == planted
