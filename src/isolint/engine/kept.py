"""The report of a run in which nothing has changed: kept with what it was made from, and given again as it was.

It is found without reading facts or loading rules, and mostly without reading files: see `stamps`. What the cache
cannot do costs time and nothing else.
"""

from __future__ import annotations

import time
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from isolint.engine.cache import Cache, cache_folder
from isolint.engine.discover import Tree, discover
from isolint.engine.project import Project, find_project
from isolint.engine.request import Choice, ScanRequest
from isolint.engine.stamps import Stamp, digest_of, still
from isolint.engine.version import judging_version
from isolint.model.report import Report
from isolint.model.settings import SchemaSettings

if TYPE_CHECKING:
    from isolint.engine.prepare import Prepared


class Inputs(msgspec.Struct, array_like=True):
    """What a report was made from, beside what is asked for.

    `taken`: the nanosecond before which nothing had been read; `day`: the date on which it holds, '' for always.
    `config`, `rules` and `tree` are digests: of the configuration file, of the project's own rule files `own`, and of
    what the walk found with the excluding globs `exclude`.
    """

    taken: int
    day: str
    config: str
    exclude: tuple[str, ...]
    own: tuple[str, ...]
    rules: str
    tree: str
    stamps: dict[str, Stamp]


class _Record(msgspec.Struct, array_like=True):
    inputs: Inputs
    report: msgspec.Raw


class KeptReport:
    """The report that answers a request, if the cache has it."""

    def __init__(self, request: ScanRequest) -> None:
        self._request = request
        self._began = time.time_ns()
        self._used = request.cached and request.stdin is None
        self._whole = self._used and not request.baseline and not request.since and request.shard is None

    def find(self) -> Report | None:
        """The report, when nothing that it was made from has changed. Raises UsageError, as the scan itself would.

        What is compared with a baseline or a revision, or sharded, is made each time: it needs the files themselves.
        """
        if not self._whole:
            return None
        project = find_project(self._request.paths, self._request.config)
        store = Cache(cache_folder())
        try:
            return self._found(store, project)
        finally:
            store.close()

    def _found(self, store: Cache, project: Project) -> Report | None:
        key = key_of(project, self._request.choice)
        body = store.get_many([key]).get(key)
        try:
            record = None if body is None else msgspec.json.decode(body, type=_Record)
            anew = None if record is None else _anew(record.inputs, project)
            if record is None or anew is None:
                return None
            report = msgspec.json.decode(record.report, type=Report)
        except msgspec.DecodeError:
            return None
        if anew:
            record.inputs.stamps.update(anew)
            record.inputs.taken = self._began
            store.put_many({key: msgspec.json.encode(record)})
        return report

    def keep(self, report: Report, ready: Prepared) -> None:
        """Keep a report that was made just now, but for one that needed schemas: those change by themselves."""
        stamps = ready.material.stamps
        if not self._used or any(path not in stamps for path in _read(ready.material.tree)):
            return
        if ready.settings.schema != SchemaSettings() or _touched(ready, self._began):
            return
        inputs = Inputs(
            taken=self._began,
            day=_day(ready, self._began),
            config=config_digest(ready.project),
            exclude=tuple(ready.settings.exclude),
            own=tuple(ready.settings.rules.files),
            rules=rules_digest(tuple(ready.settings.rules.files), ready.project),
            tree=ready.material.walked,
            stamps=stamps,
        )
        store = Cache(cache_folder())
        try:
            body = msgspec.json.encode(_Record(inputs, msgspec.Raw(msgspec.json.encode(report))))
            store.put_many({key_of(ready.project, self._request.choice): body})
        except UnicodeEncodeError:
            return
        finally:
            store.close()


def key_of(project: Project, choice: Choice) -> bytes:
    """The key of a report: what is asked for, and who answers."""
    asked = (project.root, sorted(project.targets), project.config, choice.select, choice.ignore)
    return blake2b(repr(asked).encode("utf-8", "surrogateescape"), key=judging_version(), digest_size=20).digest()


def _anew(inputs: Inputs, project: Project) -> dict[str, Stamp] | None:
    """The stamps of files that had to be read again; None when anything has changed."""
    if inputs.day not in ("", date.today().isoformat()) or config_digest(project) != inputs.config:
        return None
    if rules_digest(inputs.own, project) != inputs.rules:
        return None
    tree = discover(project.root, project.targets, inputs.exclude)
    if tree.digest() != inputs.tree:
        return None
    return still(str(project.root), inputs.stamps, _read(tree), inputs.taken)


def _read(tree: Tree) -> list[str]:
    return [*tree.files, *tree.manifests]


def config_digest(project: Project) -> str:
    """A digest of the configuration file, '' without one."""
    return "" if project.config is None else digest_of(project.config.read_bytes())


def rules_digest(own: tuple[str, ...], project: Project) -> str:
    """A digest of the project's own rule files: unchanged texts make unchanged rules."""
    if not own:
        return ""
    from isolint.engine.choose import rule_files
    from isolint.rules import rule_sources

    files = rule_files(own, project.root, str(project.config))
    return digest_of("\0".join(part for one in rule_sources(files) for part in (one.name, one.text)).encode())


def _day(ready: Prepared, began: int) -> str:
    """The day for which a report holds: suppressions expire."""
    dated = any(item.until for facts in ready.facts.values() for item in getattr(facts, "suppressions", ()))
    return date.fromtimestamp(began / 1e9).isoformat() if dated else ""


def _touched(ready: Prepared, began: int) -> bool:
    """Whether the configuration or a rule file of the project may be another one than that which was used."""
    from isolint.engine.choose import rule_files

    own = rule_files(ready.settings.rules.files, ready.project.root, str(ready.project.config))
    for file in (*own, *filter(None, [ready.project.config])):
        status = file.stat()
        if max(status.st_mtime_ns, status.st_ctime_ns) >= began:
            return True
    return False
