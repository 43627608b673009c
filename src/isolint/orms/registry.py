"""Finds the data layers: every module of this package that has a `LAYER`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from isolint.orms.layer import Layer


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
