"""Comparisons as text for people and documents for programs: one module a format, each with `render`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from isolint.schema.difference import Comparison

FORMATS = ("text", "json", "sarif", "markdown", "github")


@dataclass(frozen=True, slots=True)
class Options:
    """How to render: `colour` for terminals, `verbose` to list remarks that count as nothing, `version` isolint's."""

    colour: bool = False
    verbose: bool = False
    version: str = ""


def render(comparison: Comparison, form: str, options: Options) -> str:
    """The comparison in one of `FORMATS`."""
    text: str = import_module(f"isolint.schema.output.{form}").render(comparison, options)
    return text
