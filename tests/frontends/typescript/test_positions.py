"""Spans: lines and columns from 1, columns in code points, the end exclusive."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from isolint.frontends.typescript import lower
from isolint.model import code
from isolint.model.source import Span

SOURCE = """\
import { wrap } from '@/lib/wrap'

export const GET = wrap(async (req: Request, { params }: { params: { id: string } }) => {
  const größe = '𝒳 ü', 名前 = `é${req.url}ö`; return größe?.länge[名前]
})

@Controller('é')
class Straße extends Basis<T> {
  constructor(private readonly übersetzer: Übersetzer) { super() }
}
"""


def walked(value: object) -> Iterator[msgspec.Struct]:
    if isinstance(value, tuple):
        for item in value:
            yield from walked(item)
    elif isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from walked(getattr(value, name))


def text_at(source: str, at: Span) -> str:
    lines = source.split("\n")[at.line - 1 : at.end_line]
    lines[-1] = lines[-1][: at.end_column - 1]
    lines[0] = lines[0][at.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_names_stand_where_their_spans_say(ending: str) -> None:
    facts = lower(SOURCE.replace("\n", ending), "a.ts")
    names = [node for node in walked((facts.functions, facts.classes)) if isinstance(node, code.Name)]
    assert len(names) > 15
    assert [text_at(SOURCE, name.at) for name in names] == [name.id for name in names]


def test_every_node_lies_inside_the_file() -> None:
    facts = lower(SOURCE, "a.ts")
    for node in walked((facts.functions, facts.classes)):
        if isinstance(node, code.Node):
            assert Span(1, 1, 1, 1)[:2] <= node.at[:2] <= node.at[2:] <= (len(SOURCE.split("\n")), 1)


def test_parts_of_a_template_have_their_own_spans() -> None:
    template = lower("x = `é${a}b\nc`", "a.ts").functions[0].body[0]
    assert isinstance(template, code.Assign)
    assert isinstance(template.value, code.Template)
    assert [part.at for part in template.value.parts] == [Span(1, 6, 1, 7), Span(1, 9, 1, 10), Span(1, 11, 2, 2)]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    statement = lower("\ufefff()", "a.ts").functions[0].body[0]
    assert statement.at == Span(1, 1, 1, 4)


def test_lines_are_counted() -> None:
    assert [lower(text, "a.ts").lines for text in ("", "a", "a\n", "a\r\nb")] == [0, 1, 1, 2]


def test_no_path_is_kept() -> None:
    assert lower("a()", "b.ts") == lower("a()", "c/d.ts") == lower("a()")
