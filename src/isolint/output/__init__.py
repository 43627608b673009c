"""Reports as text: one module a format, each with `render(report, options) -> str`; none decides anything.

A module without a leading underscore is a format, and its name is what `--format` takes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from isolint.model.evidence import Evidence
from isolint.model.report import Report, Silence


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """`width` is in columns and like `colour` for people alone; `prefix` leads from a repository's root to the
    project's, for formats whose readers know only repositories: '' or a path with a final slash.
    """

    colour: bool = False
    width: int = 100
    quiet: bool = False
    statistics: bool = False
    show_unknown: bool = False
    prefix: str = ""


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    names = (os.path.splitext(entry)[0] for entry in os.listdir(os.path.dirname(__file__)) if entry.endswith(".py"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def render(report: Report, name: str, options: RenderOptions) -> str:
    """The report in the format `name`, one of `formats()`; ends in a line feed unless it is empty."""
    text: str = import_module(f"isolint.output.{name}").render(report, options)
    return text


def summary(report: Report) -> str:
    """What was found and how much was looked at, on one line."""
    from isolint.output._words import found, judged

    return f"{found(report)}; {judged(report)}"


def explanation(report: Report, evidence: Sequence[Evidence], options: RenderOptions) -> str:
    """The judgement of single accesses of a report, for people: verdict, reason, trail, and what was reported."""
    from isolint.output._explain import explained

    return explained(report, evidence, options)


def suppressions(items: Sequence[Silence], form: str, today: date, unsigned: str, options: RenderOptions) -> str:
    """Suppressions as `text` or `json`; `unsigned` says why authors are not known, '' when they are."""
    from isolint.output._suppressions import as_json, as_text

    return as_json(items) if form == "json" else as_text(items, today, unsigned, options)
