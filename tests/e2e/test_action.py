"""The action for GitHub: read as GitHub reads it, its steps run as GitHub runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from isolint.cli.scan import command

MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
"""
LEAK = """\
from fastapi import APIRouter, Depends

from auth import current_user
from db import get_session
from models import Invoice

router = APIRouter()


@router.get("/invoices/{invoice_id}")
def read_invoice(invoice_id: int, session=Depends(get_session), user=Depends(current_user)):
    return session.get(Invoice, invoice_id)
"""
VALUE = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


@pytest.fixture(scope="module")
def action(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((repository / "action.yml").read_text(encoding="utf-8"))
    return found


def scripts(action: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in action["runs"]["steps"])


@dataclass
class Runner:
    """Runs the step that scans, in a repository with a clone's remote branch."""

    action: dict[str, Any]
    root: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, timeout=60)

    def scan(self, *, pull_request: bool = False, **inputs: str) -> subprocess.CompletedProcess[str]:
        (step,) = [step for step in self.action["runs"]["steps"] if step.get("name") == "Scan"]
        given = {name: told["default"] for name, told in self.action["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        environment = {name: VALUE.sub(lambda found: given[found[1]], value) for name, value in step["env"].items()}
        environment |= {
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_BASE_REF": "main" if pull_request else "",
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(
            shell,
            cwd=self.root,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def summary(self) -> str:
        return (self.folder / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(action: dict[str, Any], tmp_path: Path) -> Runner:
    tools = tmp_path / "bin"
    tools.mkdir()
    tool = tools / "isolint"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m isolint "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    environment |= {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    made = Runner(action, tmp_path / "project", tmp_path, environment)
    made.root.mkdir()
    (made.root / "models.py").write_text(MODELS, encoding="utf-8")
    (made.root / "old.py").write_text(LEAK, encoding="utf-8")
    made.git("init", "--quiet")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "start")
    made.git("update-ref", "refs/remotes/origin/main", "HEAD")
    (made.root / "new.py").write_text(LEAK, encoding="utf-8")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "change")
    return made


def test_every_option_that_is_passed_exists(action: dict[str, Any]) -> None:
    passed = set(re.findall(r"(?<=[ (])--[a-z][a-z-]+", scripts(action))) - {"--quiet"}
    assert "--changed-since" in passed
    assert passed <= {name for option in command.params for name in option.opts}


def test_inputs_are_documented_and_used(action: dict[str, Any]) -> None:
    steps = json.dumps(action["runs"])
    assert all(told["description"] for told in action["inputs"].values())
    assert {name for name in action["inputs"] if f"inputs.{name}" not in steps} == set()
    assert set(re.findall(r"inputs\.([\w-]+)", steps)) <= set(action["inputs"])


def test_no_value_is_pasted_into_a_script(action: dict[str, Any]) -> None:
    assert "${{" not in scripts(action)
    assert all(step["shell"] == "bash" for step in action["runs"]["steps"] if "run" in step)


def test_pull_request_reports_what_it_changed(runner: Runner) -> None:
    done = runner.scan(pull_request=True)
    assert done.returncode == 1, done.stderr
    annotations = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert [re.search(r"file=([^,]+)", line)[1] for line in annotations] == ["new.py"]  # type: ignore[index]
    assert "`new.py`" in runner.summary()
    assert "`old.py`" not in runner.summary()


def test_push_reports_everything_and_sarif_holds_it(runner: Runner) -> None:
    done = runner.scan()
    assert done.returncode == 1, done.stderr
    (run,) = json.loads((runner.root / "isolint.sarif").read_text(encoding="utf-8"))["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert sorted(places) == ["new.py", "old.py"]


def test_threshold_and_files_can_be_chosen(runner: Runner) -> None:
    done = runner.scan(fail_on="never", sarif="", summary="false", path="new.py", changed_since="never")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("::error") == 1
    assert not (runner.root / "isolint.sarif").exists()
    assert not (runner.folder / "summary.md").exists()


def test_hostile_input_is_one_argument(runner: Runner) -> None:
    done = runner.scan(path="x; touch made", sarif="", summary="false")
    assert done.returncode == 2
    assert not (runner.root / "made").exists()
