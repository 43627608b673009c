"""Audits as text: one module a format, each with `render(audit, options) -> str`; none decides anything."""

from __future__ import annotations

from importlib import import_module

from isolint.model.audit import Audit
from isolint.output import RenderOptions

FORMATS = ("text", "json", "sarif", "markdown", "html")


def render_audit(audit: Audit, name: str, options: RenderOptions) -> str:
    """The audit in one of `FORMATS`; ends in a line feed."""
    text: str = import_module(f"isolint.output.audit.{name}").render(audit, options)
    return text
