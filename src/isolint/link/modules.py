"""From module names, as imports write them, to files of the project."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from isolint.model.manifest import Manifest

PYTHON_ENDS = (".py", ".pyi")
INDEX_NAMES = ("__init__", "index")
SOURCE_FOLDERS = ("", "src", "lib", "source")
"""Where a package keeps what its manifest's entry points are built from."""
BUILT = frozenset({"dist", "build", "lib", "out", "esm", "cjs"})


class ModuleFinder:
    """Finds the file that an import means, whichever folder is the import root.

    Python's roots are not configured: a dotted name fits every file whose path ends with it; of several, the one that
    shares the longest folder prefix with the importing file wins, then the shortest path. Names in TypeScript are
    relative, an alias of the nearest `tsconfig.json` that has one, or a package of the project and what is below it.
    """

    def __init__(self, paths: Iterable[str], manifests: Mapping[str, Manifest]) -> None:
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
        self._packages: dict[str, str] = {}
        self._manifests: dict[str, list[Manifest]] = defaultdict(list)
        for path, manifest in sorted(manifests.items()):
            folder = posixpath.dirname(path)
            self._manifests[folder].append(manifest)
            if manifest.name:
                self._packages.setdefault(manifest.name, folder)

    def find(self, importer: str, module: str) -> str | None:
        """The path of the module that `importer` calls `module`, or None when it is outside the project."""
        if module.startswith("."):
            return self._relative(importer, module)
        if importer.endswith(PYTHON_ENDS):
            return self._absolute(importer, module.replace(".", "/"))
        return next((path for name in self._named(importer, module) if (path := self._file(name))), None)

    def package(self, path: str) -> str:
        """The nearest folder with a manifest around a file, '' without one."""
        return next((folder for folder in _above(posixpath.dirname(path)) if folder in self._manifests), "")

    def _relative(self, importer: str, module: str) -> str | None:
        folder = posixpath.dirname(importer)
        if importer.endswith(PYTHON_ENDS):
            rest = module.lstrip(".")
            for _ in range(len(module) - len(rest) - 1):
                folder = posixpath.dirname(folder)
            return self._exact.get(posixpath.join(folder, rest.replace(".", "/")) if rest else folder)
        return self._file(posixpath.join(folder, module))

    def _file(self, name: str) -> str | None:
        """The file of a path without, or with another, extension."""
        target = posixpath.normpath(name)
        target = "" if target == "." else target
        stem = posixpath.splitext(target)[0]
        folder, name = posixpath.split(stem)
        return self._exact.get(target) or self._exact.get(folder if name in INDEX_NAMES else stem)

    def _named(self, importer: str, module: str) -> Iterator[str]:
        """The paths that a bare name may stand for, as the nearest manifests and the packages say."""
        for folder in _above(posixpath.dirname(importer)):
            for manifest in self._manifests.get(folder, ()):
                yield from _aliased(folder, manifest, module)
        yield from self._in_package(module)
        if module.startswith(("@/", "~/")):
            for folder in _above(posixpath.dirname(importer)):
                yield from (posixpath.join(folder, source, module[2:]) for source in ("src", "", "app"))

    def _in_package(self, module: str) -> Iterator[str]:
        parts = module.split("/")
        count = 2 if module.startswith("@") else 1
        folder = self._packages.get("/".join(parts[:count]))
        if folder is None:
            return
        rest = "/".join(parts[count:])
        for manifest in self._manifests[folder]:
            for pattern, target in manifest.exports:
                if (found := _matched(pattern.removeprefix("./").removeprefix("."), rest)) is not None:
                    yield from _sources(folder, target.replace("*", found))
        for source in SOURCE_FOLDERS:
            yield posixpath.join(folder, source, rest)

    def _absolute(self, importer: str, tail: str) -> str | None:
        found = [
            path
            for path in self._by_tail.get(posixpath.basename(tail), ())
            if _stem(path) == tail or _stem(path).endswith("/" + tail)
        ]
        if not found:
            return None
        return max(found, key=lambda path: (len(posixpath.commonpath([path, importer])), -len(path)))


def _above(folder: str) -> Iterator[str]:
    """A folder and those around it, up to the root ''."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _aliased(folder: str, manifest: Manifest, module: str) -> Iterator[str]:
    root = posixpath.join(folder, manifest.base)
    for pattern, targets in manifest.paths:
        if (rest := _matched(pattern, module)) is not None:
            yield from (posixpath.join(root, target.replace("*", rest)) for target in targets)
    if manifest.base:
        yield posixpath.join(root, module)


def _matched(pattern: str, name: str) -> str | None:
    """What the `*` of a pattern stands for in a name, '' for a pattern without one; None when it does not match."""
    before, star, behind = pattern.partition("*")
    if not star:
        return "" if name == pattern else None
    fits = len(name) >= len(before) + len(behind) and name.startswith(before) and name.endswith(behind)
    return name[len(before) : len(name) - len(behind)] if fits else None


def _sources(folder: str, target: str) -> Iterator[str]:
    """An entry point, and the source file that a built one comes from."""
    yield posixpath.join(folder, target)
    parts = target.removeprefix("./").split("/")
    if parts[0] in BUILT:
        stem = "/".join(parts[1:]).removesuffix(".d.ts")
        yield from (posixpath.join(folder, source, stem) for source in SOURCE_FOLDERS)


def _stem(path: str) -> str:
    stem = posixpath.splitext(path)[0]
    folder, name = posixpath.split(stem)
    return folder if name in INDEX_NAMES else stem
