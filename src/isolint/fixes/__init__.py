"""Codemods: remedies that were decided with the evidence, carried out as exact edits and judged again."""

from isolint.fixes.fix import Fixed, Withheld, fix, proven_edits

__all__ = ["Fixed", "Withheld", "fix", "proven_edits"]
