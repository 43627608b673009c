"""The Python frontend: libcst reads, an own walk lowers, tree-sitter splits what libcst rejects."""

from isolint.frontends.python.lower import lower

__all__ = ["lower"]
