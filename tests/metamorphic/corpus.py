"""What is edited: the confined accesses of this folder, and the examples of the shipped rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from isolint.engine.scan import scan_texts
from isolint.model.rule import Over
from isolint.rules import load_rules
from isolint.rules.examples import cases

from . import python, typescript
from .text import Edit, Files

ALL = os.environ.get("ISOLINT_METAMORPHIC") == "all"
"""Whether every example gets every edit by itself, which takes a minute or two."""
EDITS: dict[str, dict[str, Edit]] = {"python": python.EDITS, "typescript": typescript.EDITS}
MOVED: dict[str, Callable[[Files], dict[str, str]]] = {"python": python.moved, "typescript": typescript.moved}
SUFFIXES = {"python": (".py",), "typescript": (".ts", ".tsx")}

Judged = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Case:
    """A small program. `without` are its files when its guard is gone."""

    name: str
    language: str
    files: Files
    config: str = ""
    without: Files = field(default_factory=dict)

    def edited(self, edit: str) -> Files:
        """The files after an edit."""
        if edit == "moved":
            return MOVED[self.language](self.files)
        change = EDITS[self.language][edit]
        mine = SUFFIXES[self.language]
        return {path: change(text) if path.endswith(mine) else text for path, text in self.files.items()}


def judged(files: Files, config: str) -> Judged:
    """The reason, the table and the operation of every access; where it stands is not compared."""
    report = scan_texts(files, config)
    assert report.problems == ()
    return sorted((e.reason.value, e.access.table, e.access.operation.value) for e in report.evidence)


def guarded() -> Iterator[Case]:
    """A confined access for every reason."""
    for language in EDITS:
        told = yaml.safe_load(Path(__file__).with_name(f"{language}.yaml").read_text("utf-8"))
        for reason, case in told["cases"].items():
            path = case.get("file", told["path"])
            text = case.get("head", told["head"]) + "\n" + case["text"]
            files = {**told["shared"], **case.get("files", {})}
            assert text.count(case["guard"]) == 1, f"{language} {reason}: the guard stands there once"
            less = text.replace(case["guard"], case.get("without", ""))
            yield Case(
                f"{language}:{reason}",
                language,
                {**files, path: text},
                without={**files, case.get("moved", path): less},
            )


def examples() -> Iterator[Case]:
    """The first bad example of each rule in each language; all examples where everything is asked for."""
    seen: set[tuple[str, str]] = set()
    for case in cases(load_rules()):
        if case.rule.over is not Over.ACCESS:
            continue
        language = "python" if any(path.endswith(".py") for path in case.example.files) else "typescript"
        if ALL or (case.example.bad and (case.rule.id, language) not in seen):
            seen.add((case.rule.id, language))
            yield Case(case.name, language, case.example.files, case.example.config)


CORPUS = [*guarded(), *examples()]
