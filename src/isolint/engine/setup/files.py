"""The files that `isolint init` offers, and where they go; none is ever overwritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import isolint
from isolint.engine.baseline import NAME as BASELINE
from isolint.engine.setup.origin import Origin, origin
from isolint.errors import UsageError

SCHEMA = Path(isolint.__file__).parent / "data" / "isolint.schema.json"
"""The JSON Schema of `isolint.yaml`, as it was installed."""


class Part(StrEnum):
    """What can be set up."""

    CONFIG = "config"
    HOOK = "hook"
    GITHUB = "github"
    GITLAB = "gitlab"


PLACES = {
    Part.CONFIG: "isolint.yaml",
    Part.HOOK: ".pre-commit-config.yaml",
    Part.GITHUB: ".github/workflows/isolint.yml",
    Part.GITLAB: ".gitlab-ci.yml",
}

_HOOK = r"""repos:
  - repo: local
    hooks:
      - id: isolint
        name: isolint
        entry: isolint scanBASELINE
        language: system
        types_or: [python, ts, tsx, javascript, jsx, sql]
        files: \.(py|pyi|ts|tsx|mts|cts|js|jsx|mjs|cjs|sql)$
        require_serial: true
"""

_GITHUB = """name: isolint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  isolint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
"""

_ACTION = """      - uses: ACTION
        with: {path: FOLDERBASELINE}
"""

_STEPS = """      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install "REQUIREMENT"
      - if: github.event_name == 'pull_request'
        run: isolint scan FOLDERBASELINE --format github --changed-since "origin/$GITHUB_BASE_REF"
      - if: github.event_name != 'pull_request'
        run: isolint scan FOLDERBASELINE --format github
"""

_GITLAB = """isolint:
  image: python:3.12
  variables:
    GIT_DEPTH: 0
  script:
    - pip install "REQUIREMENT"
    - isolint scan FOLDERBASELINE --format gitlab --output gl-code-quality-report.json --fail-on never
    - isolint scan FOLDERBASELINE ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--changed-since "$CI_MERGE_REQUEST_DIFF_BASE_SHA"}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""


@dataclass(frozen=True, slots=True)
class Home:
    """`root` is the project's folder, `top` that of the repository around it, where hooks and CI files belong."""

    root: Path
    top: Path

    def place(self, part: Part) -> Path:
        """Where a part goes."""
        return (self.root if part is Part.CONFIG else self.top) / PLACES[part]

    @property
    def baseline(self) -> str:
        """The project's baseline as it is called from `top`, '' when there is none."""
        file = self.root / BASELINE
        return file.relative_to(self.top).as_posix() if file.exists() else ""


def home_of(root: Path) -> Home:
    """The folders that a project's files go to; without a repository both are the same."""
    return Home(root, next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root))


def text_of(part: Part, home: Home, source: Origin | None = None) -> str:
    """The hook or the CI job, for the project's folder in its repository; they use its baseline, if it has one.

    CI installs what `source` says, where this isolint came from; on GitHub that is the action, if it came from there.
    """
    source = source or origin()
    folder = home.root.relative_to(home.top).as_posix()
    if part is Part.GITHUB and source.action:
        given = f", baseline: {json.dumps(home.baseline)}" if home.baseline else ""
        action = _ACTION.replace("ACTION", source.action).replace("BASELINE", given)
        return _GITHUB + action.replace("FOLDER", json.dumps(folder))
    text = {Part.HOOK: _HOOK, Part.GITHUB: _GITHUB + _STEPS, Part.GITLAB: _GITLAB}[part]
    text = text.replace("REQUIREMENT", source.requirement)
    text = text.replace("BASELINE", f" --baseline {_quoted(home.baseline)}" if home.baseline else "")
    return text.replace("FOLDER", "." if folder == "." else _quoted(folder))


def schema_reference(root: Path, source: Origin | None = None) -> str:
    """Where an editor finds the JSON Schema.

    Relative for an environment inside the project; else at the commit that isolint came from, if that is on GitHub;
    else the installed file by its full path.
    """
    if SCHEMA.is_relative_to(root):
        return f"./{quote(SCHEMA.relative_to(root).as_posix())}"
    return (source or origin()).schema or SCHEMA.as_uri()


def refuse_existing(parts: Sequence[Part], home: Home) -> None:
    """Raises UsageError when one of the files is there already."""
    for part in parts:
        place = home.place(part)
        if place.exists() or place.is_symlink():
            raise UsageError(f"{place} exists and is left as it is: `isolint init {part} --print` shows what to add")


def write(place: Path, text: str) -> None:
    """Make a file that is not there yet. Raises UsageError when it is, or cannot be written."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{place} exists and is left as it is") from error
    except OSError as error:
        raise UsageError(f"cannot write {place}: {error.strerror}") from error


def _quoted(folder: str) -> str:
    from shlex import quote as shell

    return shell(folder)
