"""Names made known in a file: added to an import that is there, or imported on a line of their own."""

from __future__ import annotations

import re

from isolint.fixes.code import Code
from isolint.fixes.edit import Edit
from isolint.model.source import Language

PYTHON = re.compile(r"^(?:from[ \t]+\S+[ \t]+import[ \t]+(?:\([^)]*\)|[^\n(]+)|import[ \t]+[^\n]+)$", re.M)
TYPESCRIPT = re.compile(r"^import\b[^'\"]*(['\"])[^'\"\n]+\1(;?)[^\S\n]*$", re.M)


def imported(code: Code, module: str, name: str, *, alone: bool = True) -> tuple[Edit, ...] | None:
    """The edits that import a name; () where it is known, None where it means something else or there is no place.

    `alone`: it may be imported on a new line.
    """
    known = [item for item in code.facts.imports if item.local == name]
    if known:
        return () if known[0].module == module and known[0].name == name else None
    if code.source.language is Language.PYTHON:
        return _python(code, module, name)
    return _typescript(code, module, name, alone)


def _python(code: Code, module: str, name: str) -> tuple[Edit, ...] | None:
    text = code.page.text
    names = re.search(rf"^from[ \t]+{re.escape(module)}[ \t]+import[ \t]+(\(?)([^)#\n*][^)#\n]*|[^)#*]*)", text, re.M)
    if names is not None and names[2].strip():
        return (_listed(code, names.start(2), names[2], name),)
    others = list(PYTHON.finditer(text))
    return (code.insert(others[-1].end(), f"\nfrom {module} import {name}"),) if others else None


def _typescript(code: Code, module: str, name: str, alone: bool) -> tuple[Edit, ...] | None:
    text = code.page.text
    names = re.search(rf"^import\s*(?:\w+\s*,\s*)?\{{([^}}]*)\}}\s*from\s*[\"']{re.escape(module)}[\"']", text, re.M)
    if names is not None and names[1].strip():
        return (_listed(code, names.start(1), names[1], name),)
    others = list(TYPESCRIPT.finditer(text)) if alone else []
    if not others:
        return None
    quote, end = others[-1].group(1, 2)
    return (code.insert(others[-1].end(), f"\nimport {{ {name} }} from {quote}{module}{quote}{end}"),)


def _listed(code: Code, start: int, names: str, name: str) -> Edit:
    """One more name behind those of a list, on a line of its own where they stand so."""
    written = names.rstrip().removesuffix(",")
    comma = names.rstrip()[len(written) :]
    at = start + len(written) + len(comma)
    if "\n" not in names[len(written) + len(comma) :]:
        return code.insert(at, f" {name}," if comma else f", {name}")
    last = start + len(written) - 1
    return code.insert(at, f"{'' if comma else ','}\n{code.page.indent(last)}{name}{comma}")
