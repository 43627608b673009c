"""Modules loaded as values, by `require` and `import()`, and `module.exports`."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.functions import FUNCTIONS, lower_closure
from isolint.frontends.typescript.lowering import Lowering, unwrapped
from isolint.model import code

_LOADERS = frozenset(("require", "import"))


def required(lowering: Lowering, target: code.Expression, value: code.Expression) -> bool:
    """Whether an assignment only gives names to a module or its members: then they are imports, wherever it stands."""
    base, name = (value.base, value.name) if isinstance(value, code.Attribute) else (value, "")
    module = _loaded(base)
    if not module:
        return False
    if isinstance(target, code.Name):
        lowering.imports[code.Import(target.id, module, name)] = None
        return True
    if name or not isinstance(target, code.Mapping):
        return False
    found: list[code.Import] = []
    for entry in target.entries:
        if not isinstance(entry.value, code.Name) or not (entry.key is None or isinstance(entry.key, code.Constant)):
            return False
        found.append(code.Import(entry.value.id, module, "" if entry.key is None else str(entry.key.value)))
    lowering.imports.update(dict.fromkeys(found))
    return True


def _loaded(value: code.Expression) -> str:
    """The module that an expression loads, '' for none."""
    if isinstance(value, code.Await):
        value = value.value
    if not isinstance(value, code.Call) or not isinstance(value.function, code.Name) or len(value.arguments) != 1:
        return ""
    module = value.arguments[0].value
    if value.function.id not in _LOADERS or not isinstance(module, code.Constant):
        return ""
    return module.value if isinstance(module.value, str) else ""


def assign_export(
    lowering: Lowering, node: Node, targets: list[code.Expression], right: Node, into: list[code.Statement]
) -> bool:
    """`module.exports = …` and `exports.name = …`, at the module level; False for any other assignment.

    What is exported without a name of its own is assigned to one that no source can have: `default`, `exports.name`.
    """
    if lowering.scope.function or lowering.scope.owner:
        return False
    names = [name for target in targets if (name := _exported(target)) is not None]
    if not names:
        return False
    exported = names[0] or "default"
    local = f"exports.{exported}" if names[0] else exported
    function = unwrapped(right)
    value = lower_closure(lowering, function, local) if function.type in FUNCTIONS else lowering.expression(right)
    at = lowering.at(node)
    if isinstance(value, code.Name):
        local = value.id
    else:
        into.append(code.Assign(at, code.Name(at, local), value))
    lowering.exports[code.Export(exported, local)] = None
    if not names[0]:
        _export_members(lowering, value)
    into.extend([code.Assign(at, target, code.Name(at, local)) for target in reversed(targets)])
    return True


def _exported(target: code.Expression) -> str | None:
    """The name that an assignment to the target exports: '' for the module itself, None for no export."""
    if not isinstance(target, code.Attribute):
        return None
    if isinstance(target.base, code.Name):
        if target.base.id == "exports":
            return target.name
        return "" if target.base.id == "module" and target.name == "exports" else None
    return target.name if _exported(target.base) == "" else None


def _export_members(lowering: Lowering, value: code.Expression) -> None:
    """The members of an object that is exported as the module; a module that is passed on has all its names."""
    if module := _loaded(value):
        lowering.exports[code.Export("*", "*", module)] = None
    for entry in value.entries if isinstance(value, code.Mapping) else ():
        if entry.key is None and (module := _loaded(entry.value)):
            lowering.exports[code.Export("*", "*", module)] = None
        if not isinstance(entry.key, code.Constant):
            continue
        if isinstance(entry.value, code.Name | code.Closure):
            local = entry.value.id if isinstance(entry.value, code.Name) else entry.value.function
            lowering.exports[code.Export(str(entry.key.value), local)] = None
