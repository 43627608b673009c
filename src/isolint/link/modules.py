"""From module names, as imports write them, to files of the project."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable

PYTHON_ENDS = (".py", ".pyi")
INDEX_NAMES = ("__init__", "index")


class ModuleFinder:
    """Finds the file that an import means, whichever folder is the import root.

    Roots are not configured: a dotted name fits every file whose path ends with it; of several, the one that shares the
    longest folder prefix with the importing file wins, then the shortest path.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_tail: dict[str, list[str]] = defaultdict(list)
        self._exact: dict[str, str] = {}
        for path in sorted(paths):
            stem, extension = posixpath.splitext(path)
            folder, name = posixpath.split(stem)
            if name in INDEX_NAMES:
                self._exact.setdefault(folder, path)
                stem = folder
            else:
                self._exact[stem] = path
            if extension in PYTHON_ENDS:
                self._by_tail[posixpath.basename(stem)].append(path)

    def find(self, importer: str, module: str) -> str | None:
        """The path of the module that `importer` calls `module`, or None when it is outside the project."""
        if module.startswith("."):
            return self._relative(importer, module)
        if importer.endswith(PYTHON_ENDS):
            return self._absolute(importer, module.replace(".", "/"))
        return None

    def _relative(self, importer: str, module: str) -> str | None:
        folder = posixpath.dirname(importer)
        if importer.endswith(PYTHON_ENDS):
            rest = module.lstrip(".")
            for _ in range(len(module) - len(rest) - 1):
                folder = posixpath.dirname(folder)
            return self._exact.get(posixpath.join(folder, rest.replace(".", "/")) if rest else folder)
        target = posixpath.normpath(posixpath.join(folder, module))
        return self._exact.get(target) or self._exact.get(posixpath.splitext(target)[0])

    def _absolute(self, importer: str, tail: str) -> str | None:
        found = [
            path
            for path in self._by_tail.get(posixpath.basename(tail), ())
            if _stem(path) == tail or _stem(path).endswith("/" + tail)
        ]
        if not found:
            return None
        return max(found, key=lambda path: (len(posixpath.commonpath([path, importer])), -len(path)))


def _stem(path: str) -> str:
    stem = posixpath.splitext(path)[0]
    folder, name = posixpath.split(stem)
    return folder if name in INDEX_NAMES else stem
