"""Schemas, and the code that makes them, looked at by themselves and beside the accesses: observations for rules."""

from isolint.review.review import Material, review

__all__ = ["Material", "review"]
