"""How the modules of a TypeScript or JavaScript package are called."""

from __future__ import annotations

import msgspec


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What a `package.json` or `tsconfig.json` says, all paths relative to its folder.

    `name` is the package's, `base` the folder that bare names are looked up in, `paths` maps alias patterns (`@/*`) to
    targets (`./src/*`), `exports` the package's entry points (`./db`) to files.
    """

    name: str = ""
    base: str = ""
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
