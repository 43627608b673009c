"""Calls of tags: `` sql`…` ``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.model import code
from isolint.prove.evaluate import evaluate
from isolint.prove.sqltext import tagged
from isolint.prove.tagged import hole
from isolint.prove.terms import Literal, Result, Term, Text

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run


def tagged_call(run: Run, frame: Frame, node: code.Call) -> Term | None:
    """A tagged template: a statement that the tag runs, or a fragment of one; None for a tag that the project makes."""
    from isolint.prove.calling import is_function

    template = node.arguments[0].value if node.arguments else None
    callee = evaluate(run, frame, node.function)
    if not isinstance(template, code.Template) or is_function(callee):
        return None
    parts = [
        Literal(part.value) if isinstance(part, code.Constant) else hole(evaluate(run, frame, part))
        for part in template.parts
    ]
    text = Text(tuple(parts))
    ran = tagged(run, frame, callee, text, node.at)
    return ran if ran is not None else Result(callee, (text,))
