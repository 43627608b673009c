"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "src" / "isolint"
FILE, FUNCTION = 400, 80
"""Lines at most."""
VOCABULARIES = {"model/code.py": 480, "prove/terms.py": 520}
"""Files that list small classes and are longer on purpose: docs/decisions/010-two-long-files.md."""


def long_functions(text: str) -> list[str]:
    """The functions of a text that are too long, with their lengths; decorators and docstrings count."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    starts = {node: min(line.lineno for line in (node, *node.decorator_list)) for node in functions}
    lengths = {node: (node.end_lineno or node.lineno) - start + 1 for node, start in starts.items()}
    return [f"{node.name} ({length} lines)" for node, length in lengths.items() if length > FUNCTION]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_file_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    length = text.count("\n")
    assert length <= VOCABULARIES.get(path.relative_to(ROOT).as_posix(), FILE)
    assert long_functions(text) == []
