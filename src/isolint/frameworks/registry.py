"""Finds the frameworks: every module of this package that has a `FRAMEWORK`."""

from __future__ import annotations

import importlib
import pkgutil

from isolint.frameworks.framework import Framework


def _load() -> tuple[Framework, ...]:
    package = importlib.import_module("isolint.frameworks")
    modules = (importlib.import_module(m.name) for m in pkgutil.iter_modules(package.__path__, "isolint.frameworks."))
    return tuple(f for module in modules if isinstance(f := getattr(module, "FRAMEWORK", None), Framework))


FRAMEWORKS: tuple[Framework, ...] = _load()
