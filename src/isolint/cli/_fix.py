"""Fixes on the command line: files changed, or the changes shown; what was done is told on standard error."""

from __future__ import annotations

import re
import sys
from difflib import unified_diff
from pathlib import Path

from isolint.cli._write import replace_file, write_document
from isolint.fixes import Fixed


def carry_out(found: Fixed) -> None:
    """Change the files. Raises UsageError when one cannot be written."""
    for path, (_, after) in found.changes.items():
        replace_file(Path(found.report.root) / path, after)
    _tell(found, "fixed")


def show(found: Fixed, output: str) -> None:
    """Write the changes as one unified diff, with paths relative to the project root."""
    write_document("".join(diff(path, *change) for path, change in found.changes.items()), output)
    _tell(found, "would fix")


def diff(path: str, before: bytes, after: bytes) -> str:
    """The change of one file as `git apply` and `patch -p1` read it."""
    old, new = (_lines(data.decode("utf-8")) for data in (before, after))
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines with their ends; only line feeds end one, as for the programs that read the result."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _tell(found: Fixed, verb: str) -> None:
    files = len(found.edits)
    said = [f"{verb} {_findings(len(found.fixed))} in {files} {'file' if files == 1 else 'files'}"]
    if found.unsafe:
        said.append(f"{_findings(len(found.unsafe))} more with --unsafe-fixes")
    sys.stderr.write(f"isolint: {'; '.join(said)}\n")
    for item in found.withheld:
        sys.stderr.write(f"isolint: {item.finding.place}: {item.finding.rule} not fixed: {item.why}\n")


def _findings(count: int) -> str:
    return f"{count} {'finding' if count == 1 else 'findings'}"
