"""Where the isolint that runs was installed from, for files that are to install the same one elsewhere."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError

import isolint

SCHEMA = "src/isolint/data/isolint.schema.json"
"""Where the repository has the JSON Schema of `isolint.yaml`."""

_GITHUB = re.compile(r"(?:https://|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SECRET = re.compile(r"(?<=^https://)[^/@]+@")


@dataclass(frozen=True, slots=True)
class Origin:
    """A git repository and the commit in it; both '' when it was installed from an index, a folder or a file."""

    url: str = ""
    commit: str = ""

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"isolint @ git+{self.url}@{self.commit}" if self.url else f"isolint=={isolint.__version__}"

    @property
    def action(self) -> str:
        """The action of the repository as a workflow names it, '' when it is not on GitHub."""
        return f"{name}@{self.commit}" if (name := self._on_github()) else ""

    @property
    def schema(self) -> str:
        """The address of the JSON Schema, '' when the repository is not on GitHub."""
        name = self._on_github()
        return f"https://raw.githubusercontent.com/{name}/{self.commit}/{SCHEMA}" if name else ""

    def _on_github(self) -> str:
        found = _GITHUB.fullmatch(self.url)
        return found[1] if found else ""


def origin() -> Origin:
    """As the installer has noted it (PEP 610); a password or token in the address is left out."""
    try:
        noted = Distribution.from_name("isolint").read_text("direct_url.json")
    except PackageNotFoundError:
        return Origin()
    told = json.loads(noted) if noted else {}
    source = told.get("vcs_info", {})
    if source.get("vcs") != "git":
        return Origin()
    return Origin(_SECRET.sub("", told["url"]), source["commit_id"])
