"""The frontend for `package.json` and `tsconfig.json`: how modules of the project are called."""

from isolint.frontends.manifest.read import manifest

__all__ = ["manifest"]
