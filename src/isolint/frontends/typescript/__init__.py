"""The TypeScript and JavaScript frontend: tree-sitter reads, an own walk lowers."""

from isolint.frontends.typescript.lower import lower

__all__ = ["lower"]
