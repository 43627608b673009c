"""Finds the data layers: every module of this package that has a `LAYER`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from isolint.orms.layer import Action, Layer


def _load() -> tuple[Layer, ...]:
    package = importlib.import_module("isolint.orms")
    found = []
    for module in pkgutil.iter_modules(package.__path__, "isolint.orms."):
        layer_of = getattr(importlib.import_module(module.name), "LAYER", None)
        if isinstance(layer_of, Layer):
            found.append(layer_of)
    return tuple(sorted(found, key=lambda item: item.rank))


LAYERS: tuple[Layer, ...] = _load()


@cache
def layer(name: str) -> Layer:
    """The layer of that name."""
    return next(item for item in LAYERS if item.name == name)


def _by_name(tables: Iterable[tuple[Layer, Mapping[str, Action]]]) -> dict[str, tuple[tuple[Layer, Action], ...]]:
    """For each name the layers that know it, in their order."""
    found: dict[str, list[tuple[Layer, Action]]] = {}
    for known, actions in tables:
        for name, action in actions.items():
            found.setdefault(name, []).append((known, action))
    return {name: tuple(pairs) for name, pairs in found.items()}


FUNCTIONS = _by_name((item, item.functions) for item in LAYERS)
SESSION = _by_name((item, item.session) for item in LAYERS)
"""What calls by these names do: asked at every call of a program, of which few are known to any layer."""
