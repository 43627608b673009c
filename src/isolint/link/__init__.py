"""Joins files into a program: imports, classes and their bases, tables and their relations."""

from isolint.link.program import Program, link

__all__ = ["Program", "link"]
