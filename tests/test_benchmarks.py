"""The benchmark measures what it says, on a corpus so small that its figures mean nothing."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

MODELS = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organization"
    id = Column(Integer, primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)
"""
ROW = re.compile(r"^\| (.+?) \| (\d+\.\d\d) \|", re.MULTILINE)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "models.py").write_text(MODELS)
    (folder / "app" / "read.py").write_text("from app.models import Invoice\n")
    return folder


def measured(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "benchmarks" / "run.py"), *arguments]
    environment = {"PATH": "/nowhere", "PYTHONPATH": str(repository / "src"), "HOME": "/nowhere"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def test_one_command_measures_isolint_and_the_peers_that_are_there(
    repository: Path, corpus: Path, tmp_path: Path
) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff
    page = tmp_path / "speed.md"
    page.write_text("old figures\n<!-- end -->\n\nwhat is said of them\n")
    options = ["--repeat", "1", "--copies", "1,2", "--peer", f"ruff={ruff}", "--output", str(page)]
    done = measured(repository, f"{corpus}=tiny", *options)
    assert (done.returncode, done.stderr) == (0, "")
    text = page.read_text(encoding="utf-8")
    rows = dict(ROW.findall(text))
    assert list(rows) == [
        "isolint --version",
        "isolint, cold, one process",
        "isolint, cold",
        "isolint, nothing changed",
        "isolint, models.py changed",
        "ruff, its default rules",
        "1 ×",
        "2 ×",
    ]
    assert 0 < float(rows["isolint --version"]) < float(rows["isolint, cold"])
    assert "## tiny: 2 files, 18 lines" in text
    assert "Not installed, so not measured: semgrep, ast-grep, fixit, mti." in text
    assert str(tmp_path) not in text
    assert "old figures" not in text
    assert text.endswith("<!-- end -->\n\nwhat is said of them\n")
    assert (corpus / "app" / "models.py").read_text() == MODELS


@pytest.fixture(scope="module")
def module(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("isolint_benchmark", repository / "benchmarks" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def test_the_cost_of_a_command_is_that_of_all_it_starts(module: ModuleType, tmp_path: Path) -> None:
    idle = module.cost([sys.executable, "-S", "-c", ""], tmp_path, {}, module.LINTED)
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    inner = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-S', '-c', {busy!r}]))"
    there = module.cost([sys.executable, "-S", "-c", inner], tmp_path, {}, module.LINTED)
    assert idle.seconds < 0.3 <= there.seconds
    assert idle.memory > 1


@pytest.mark.parametrize("code", [0, 1])
def test_a_linter_may_have_findings(module: ModuleType, tmp_path: Path, code: int) -> None:
    assert module.cost(["/bin/sh", "-c", f"exit {code}"], tmp_path, {}, module.LINTED).seconds >= 0


@pytest.mark.parametrize(("code", "accepted"), [(2, "LINTED"), (1, "SCANNED")])
def test_a_command_that_fails_is_an_error_and_no_figure(
    module: ModuleType, tmp_path: Path, code: int, accepted: str
) -> None:
    with pytest.raises(RuntimeError, match=f"ended with {code}: broken"):
        module.cost(["/bin/sh", "-c", f"echo broken >&2; exit {code}"], tmp_path, {}, getattr(module, accepted))


def test_a_folder_without_code_is_refused(repository: Path, tmp_path: Path) -> None:
    done = measured(repository, str(tmp_path))
    assert done.returncode == 1
    assert "holds no .py" in done.stderr
