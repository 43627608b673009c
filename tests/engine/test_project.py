"""The project root, and paths that cannot be scanned together."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolint.engine.project import find_project
from isolint.errors import UsageError


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def folder(path: str) -> Path:
    made = Path(path)
    made.mkdir(parents=True, exist_ok=True)
    return made.resolve()


def test_nearest_configuration_at_or_above_the_path_decides() -> None:
    inner = folder("repo/service/api")
    Path("repo/isolint.yaml").write_text("")
    Path("repo/service/pyproject.toml").write_text("[tool.isolint]\n")
    project = find_project(["repo/service/api"])
    assert (project.root, project.targets) == (inner.parent, (inner,))
    assert project.config == inner.parent / "pyproject.toml"


@pytest.mark.parametrize("text", ["[tool.ruff]\n", "# [tool.isolint]\n", "[tool.isolinter]\n"])
def test_pyproject_without_a_table_of_ours_is_no_configuration(text: str, tmp_path: Path) -> None:
    folder("repo")
    Path("repo/pyproject.toml").write_text(text)
    project = find_project(["repo"])
    assert (project.root, project.config) == (tmp_path, None)


def test_current_folder_is_the_root_of_paths_in_it(tmp_path: Path) -> None:
    folder("a/.git")
    assert find_project(["a"]).root == tmp_path
    assert find_project([]).targets == (tmp_path,)


def test_path_elsewhere_has_the_root_of_its_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    folder("repo/.git")
    folder("repo/src")
    loose = folder("loose")
    monkeypatch.chdir(folder("here"))
    assert find_project(["../repo/src"]).root.name == "repo"
    assert find_project(["../loose"]).root == loose


def test_folder_of_the_given_configuration_is_the_root() -> None:
    inner = folder("repo/src")
    Path("repo/other.yaml").write_text("")
    Path("isolint.yaml").write_text("")
    project = find_project(["repo/src"], "repo/other.yaml")
    assert (project.root, project.targets) == (inner.parent, (inner,))


def test_path_outside_the_folder_of_the_configuration_is_refused() -> None:
    folder("repo")
    folder("other")
    Path("repo/isolint.yaml").write_text("")
    with pytest.raises(UsageError, match="other is outside"):
        find_project(["other"], "repo/isolint.yaml")


def test_paths_of_two_projects_are_refused() -> None:
    for name in ("a", "b"):
        folder(name)
        Path(name, "isolint.yaml").write_text("")
    with pytest.raises(UsageError, match="a and b belong to different projects"):
        find_project(["a", "b"])


def test_missing_path_is_named() -> None:
    with pytest.raises(UsageError, match=r"^src/nowhere does not exist$"):
        find_project(["src/nowhere"])


def test_missing_path_is_named_with_the_nearest_one_there_is() -> None:
    here = folder("src/routes")
    with pytest.raises(UsageError, match=rf"^src/rotues/x does not exist; did you mean '{here}'\?$"):
        find_project(["src/rotues/x"])


def test_path_that_need_not_exist_still_needs_a_folder() -> None:
    here = folder("src")
    assert find_project(["src/new.py"], exist=False).targets == (here / "new.py",)
    with pytest.raises(UsageError, match=r"nowhere/new.py does not exist"):
        find_project(["nowhere/new.py"], exist=False)
