"""Imports, wherever they stand: the facts list them for the whole file."""

from __future__ import annotations

import libcst as cst

from isolint.frontends.python.lowering import Lowering, StatementHandler
from isolint.model import code


def _import(lowering: Lowering, node: cst.Import | cst.LazyImport, into: list[code.Statement]) -> None:
    for alias in node.names:
        module = _dotted(alias.name)
        if alias.asname is not None:
            _add(lowering, _alias(alias.asname), module)
            continue
        top = module.partition(".")[0]
        _add(lowering, top, top)
        if module != top:
            # Not a local name: it tells that the submodule is loaded, so that `top.sub` can be followed.
            _add(lowering, module, module)


def _import_from(lowering: Lowering, node: cst.ImportFrom | cst.LazyImportFrom, into: list[code.Statement]) -> None:
    module = "." * len(node.relative) + ("" if node.module is None else _dotted(node.module))
    if isinstance(node.names, cst.ImportStar):
        _add(lowering, "*", module, "*")
        return
    for alias in node.names:
        name = _dotted(alias.name)
        _add(lowering, name if alias.asname is None else _alias(alias.asname), module, name)


def _add(lowering: Lowering, local: str, module: str, name: str = "") -> None:
    lowering.imports[code.Import(local, module, name)] = None


def _alias(asname: cst.AsName) -> str:
    return asname.name.value if isinstance(asname.name, cst.Name) else ""


def _dotted(name: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(name, cst.Attribute):
        parts.append(name.attr.value)
        name = name.value
    if isinstance(name, cst.Name):
        parts.append(name.value)
    return ".".join(reversed(parts))


HANDLERS: dict[type[cst.CSTNode], StatementHandler] = {
    cst.Import: _import,
    cst.LazyImport: _import,
    cst.ImportFrom: _import_from,
    cst.LazyImportFrom: _import_from,
}
