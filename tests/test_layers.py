"""The import graph has one direction; see docs/decisions/001-one-direction.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "src" / "isolint"

MAY_IMPORT = {
    "errors": set(),
    "shipped": set(),
    "model": set(),
    "frontends": {"model"},
    "orms": {"model"},
    "frameworks": {"model"},
    "schema": {"model", "errors", "frontends"},
    "link": {"model", "orms", "frontends", "schema"},
    "tenancy": {"model", "errors", "orms", "link", "schema"},
    "prove": {"model", "orms", "frameworks", "link", "tenancy", "frontends"},
    "review": {"model", "errors", "link", "tenancy", "schema", "prove"},
    "rules": {"model", "errors", "shipped", "prove"},
    "output": {"model", "errors"},
    "engine": {
        "model",
        "errors",
        "shipped",
        "frontends",
        "orms",
        "link",
        "tenancy",
        "prove",
        "review",
        "rules",
        "schema",
    },
    "fixes": {"model", "errors", "engine", "frontends"},
    "lsp": {"model", "errors", "engine", "fixes"},
    "tenants": {"model", "errors", "schema"},
    "testing": {"model", "errors", "schema", "engine", "tenants"},
    "cli": {"model", "errors", "output", "engine", "rules", "tenancy", "schema", "fixes", "tenants", "lsp"},
}


def layer_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            found.add(node.module or "")
    return {module for module in found if module == "isolint" or module.startswith("isolint.")}


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = parts[0]
    if own in {"__init__", "__main__"}:
        return
    for module in imported_modules(path):
        target = layer_of(module)
        assert target in {own, ""} | MAY_IMPORT[own], f"{own} must not import {module}"
