"""`isolint init`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from isolint.cli.init import PARTS
from isolint.engine.setup.files import Part

Command = Callable[..., Any]


def test_configuration_is_written_and_changes_nothing(isolint: Command, project: Path) -> None:
    before = isolint("scan", "--format", "gitlab").out
    done = isolint("init")
    assert (done.code, done.err) == (0, "")
    assert f"wrote {project / 'isolint.yaml'}\n" in done.out
    assert (
        "assumed: Organization is the tenant: 2 tables point to it by organization_id, from app/models.py:9" in done.out
    )
    written = yaml.safe_load((project / "isolint.yaml").read_text(encoding="utf-8"))
    assert written["tenancy"] == {"strategy": "row", "roots": ["Organization"], "keys": ["organization_id"]}
    assert isolint("scan", "--format", "gitlab").out == before


def test_configuration_that_exists_is_left_alone(isolint: Command, project: Path) -> None:
    (project / "isolint.yaml").write_text("# mine\n")
    done = isolint("init")
    assert done.code == 2
    assert "isolint.yaml exists and is left as it is" in done.err
    assert (project / "isolint.yaml").read_text() == "# mine\n"


def test_nothing_is_written_when_one_of_the_files_exists(isolint: Command, project: Path) -> None:
    (project / ".gitlab-ci.yml").write_text("# mine\n")
    done = isolint("init", "config", "gitlab")
    assert done.code == 2
    assert "`isolint init gitlab --print` shows what to add" in done.err
    assert not (project / "isolint.yaml").exists()
    assert isolint("init", "gitlab", "--print").out.startswith("isolint:\n")


def test_folder_below_a_configured_project_is_not_configured_anew(
    isolint: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pyproject.toml").write_text("[tool.isolint]\n")
    monkeypatch.chdir(project / "app")
    done = isolint("init")
    assert done.code == 2
    assert "pyproject.toml exists and is left as it is: the project is configured there" in done.err


def test_hook_and_job_are_written_to_the_top_of_the_repository(
    isolint: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".git").mkdir()
    monkeypatch.chdir(project / "app")
    done = isolint("init", "hook", "github")
    assert (done.code, done.out.count("pre-commit install")) == (0, 1)
    assert yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert "isolint scan app " in (project / ".github" / "workflows" / "isolint.yml").read_text()


def test_print_writes_nothing(isolint: Command, project: Path) -> None:
    before = sorted(project.rglob("*"))
    done = isolint("init", "config", "hook", "--print")
    assert done.code == 0
    assert "tenancy:" in done.out
    assert sorted(project.rglob("*")) == before


def test_project_without_a_tenancy_says_so(isolint: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    done = isolint("init")
    assert done.code == 3
    assert "no tenancy was found" in done.out
    assert (tmp_path / "isolint.yaml").exists()


def test_all_parts_can_be_named() -> None:
    assert tuple(map(str, Part)) == PARTS
