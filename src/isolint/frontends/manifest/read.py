"""What a manifest says of module names: the package's own name, and the aliases of the compiler."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from isolint.model.manifest import Manifest

_SKIPPED = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


def manifest(text: str) -> Manifest:
    """Read a `package.json`, `tsconfig.json` or `jsconfig.json`; one that is not JSON says nothing.

    Comments and trailing commas, which the compiler allows, are passed over.
    """
    try:
        data = json.loads(_SKIPPED.sub(lambda found: found[1] or "", _SKIPPED.sub(lambda found: found[1] or "", text)))
    except ValueError:
        return Manifest()
    if not isinstance(data, dict):
        return Manifest()
    name = data.get("name")
    options = data.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    base = options.get("baseUrl")
    return Manifest(
        name=name if isinstance(name, str) else "",
        base=base if isinstance(base, str) else "",
        paths=tuple(_paths(options.get("paths"))),
        exports=tuple(_exports(data.get("exports"))),
    )


def _paths(paths: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`"@/*": ["./src/*"]` as pattern and targets."""
    for pattern, targets in paths.items() if isinstance(paths, dict) else ():
        if isinstance(targets, list):
            yield pattern, tuple(target for target in targets if isinstance(target, str))


def _exports(exports: object) -> Iterator[tuple[str, str]]:
    """The entry points of a package as the file of its sources that they name; the first condition that is one."""
    for pattern, target in exports.items() if isinstance(exports, dict) else ():
        while isinstance(target, dict) and target:
            target = target.get("types") or next(iter(target.values()))
        if isinstance(target, str):
            yield pattern, target
