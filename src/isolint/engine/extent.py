"""The lines of statements, by which a comment is told to speak of what stands in one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isolint.model.code import Branch, FileFacts, Loop, Statement, Try, With

Lines = tuple[int, int]
"""First and last line."""


def statement_lines(facts: FileFacts) -> list[Lines]:
    """The lines of every statement and class field of a file; of a statement with a body those of its head."""
    found = [(field.at.line, field.at.end_line) for klass in facts.classes for field in klass.fields]
    for function in facts.functions:
        found += _lines(function.body)
    return found


def innermost(statements: Iterable[Lines], line: int) -> Lines:
    """The shortest of the statements around a line, the line alone when there is none."""
    around = [lines for lines in statements if lines[0] <= line <= lines[1]]
    return min(around, key=lambda lines: lines[1] - lines[0], default=(line, line))


def _lines(statements: Iterable[Statement]) -> Iterator[Lines]:
    for statement in statements:
        blocks = _blocks(statement)
        inner = [block[0].at.line for block in blocks if block]
        last = min(inner) - 1 if inner else statement.at.end_line
        yield statement.at.line, max(statement.at.line, last)
        for block in blocks:
            yield from _lines(block)


def _blocks(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    match statement:
        case Branch(then=then, otherwise=otherwise):
            return then, otherwise
        case Loop(body=body, otherwise=otherwise):
            return body, otherwise
        case With(body=body):
            return (body,)
        case Try(body=body, handlers=handlers, otherwise=otherwise, final=final):
            return body, *(handler.body for handler in handlers), otherwise, final
    return ()
