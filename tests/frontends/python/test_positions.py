"""Positions against libcst's own provider."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from isolint.frontends.python import lower
from isolint.frontends.python.positions import Positions
from isolint.model.source import Span

SAMPLES = {
    "decorators": "@a.b(c)\n# note\n@d\n\nclass A(B, m=C):\n    '''Text.'''\n\n    @e\n    async def f(self): ...\n",
    "parentheses": "x = ( (a) + (\n    b * ( c ) ) )\nf( (d), *(e), g = (h) )\nif (a): (yield)\n",
    "strings": "x = '''a\n  b''' 'c' \"\"\"d\n\"\"\"\ny = f'''{a}\n{ b !r:>{w}} {{}}'''; z = b'e' b'f'\n",
    "unicode": "größe = 'ä𝐱' ; naïve(größe, '漢字', x='é')\n# ünïcode\n𝐱 = größe\n",
    "tabs": "if a:\n\tb = 1\n\tif c:\n\t\td\t=\t2 ;\te\n",
    "comments": "a = [  # one\n    1,  # two\n\n    # three\n    2,\n]  # four\n\n\n# five\nb = a\n    # six\n",
    "continuation": "a = b + \\\n    c\nassert a, \\\n  b\n",
    "compound": (
        "for a, b in c:\n    d\nelse:\n    e\nwhile f: g\ntry:\n    h\nexcept* (I, J) as k:\n    l\nelse: m\n"
        "finally:\n    n\nwith (a as b, c() as d,): pass\nif a: b\nelif c: d\nelse:\n    e\n"
    ),
    "match": (
        "match a, b:\n    case [1, *c] | {'d': -1, **e} if f: g\n    case A.B(x, y=None) as z:\n\n        h\n"
        "    # note\n    case (_): i\n"
    ),
    "expressions": (
        "lambda a, *b, c=1, **d: [e for f, g in h if i for j in k]\n{**a, b: c}, {*d}, {e: f for g in h}\n"
        "a if b else c, not d, -e, await_ < f <= g, (h := i), j[1:2, ::3, k], l.m(n)(*o, **p)\n"
        "async def f():\n    await a\n    return await b, (yield from c)\n"
    ),
    "simple": "import a.b as c, d\nfrom ..e import (f, g as h,)\nfrom i import *\ndel j\nglobal l; x: T = 1; y += z\n",
    "types": "def f[T: int = str, *U](a: T, /, *, b: 'U' = 1) -> T: ...\ntype X[T] = list[T]\nt'{a}b'\n",
    "no newline at the end": "a = 1\nb = 2",
    "only a comment at the end": "def f():\n    a = 1\n    # end",
}


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from walk(child)


def expected(wrapper: MetadataWrapper) -> dict[cst.CSTNode, Span]:
    return {
        node: Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)
        for node, place in wrapper.resolve(PositionProvider).items()
    }


NEEDED = (
    cst.BaseExpression,
    cst.BaseSmallStatement,
    cst.BaseCompoundStatement,
    cst.Param,
    cst.Decorator,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.SubscriptElement,
    cst.StarredElement,
    cst.MatchCase,
    cst.MatchPattern,
)


@pytest.mark.parametrize("name", SAMPLES)
def test_positions_are_those_of_libcst(name: str) -> None:
    source = SAMPLES[name]
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    positions = Positions(wrapper.module, source)
    places = expected(wrapper)
    needed = [node for node in walk(wrapper.module) if isinstance(node, NEEDED)]
    assert needed
    assert [positions.at(node) for node in needed] == [places[node] for node in needed]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
@pytest.mark.parametrize("name", SAMPLES)
def test_line_ends_make_no_difference(name: str, ending: str) -> None:
    assert lower(SAMPLES[name].replace("\n", ending)) == lower(SAMPLES[name])


def test_carriage_returns_in_strings_are_line_ends() -> None:
    assert lower("x = '''a\r\nb'''\r\ny = 1\r\n").functions[0].body[1].at == (3, 1, 3, 6)


@pytest.mark.parametrize(
    "source",
    [
        "\fx = 1\n\n\f\ny = 2\n",
        "x = 1\n\n\f\n\fy = 2\n",
        "x = 1\n\\\n\\\ny = 2\n",
        "if a:\n    x = 1\n\ny = 2\n\n\\\n\n",
        "\ufeffx = 1\n\n\ny = 2\n",
    ],
)
def test_what_libcst_drops_moves_nothing(source: str) -> None:
    body = lower(source).functions[0].body
    line = source.replace("\r", "").split("\n").index("y = 2") + 1 if "\ny = 2" in source else 4
    assert body[-1].at == (line, 1, line, 6)
    assert lower(source).troubles == ()


def test_spans_of_a_part_of_a_file_are_those_of_the_file() -> None:
    facts = lower("def broken(:\n    x\n\n\ndef whole():\n    é = f(  a )\n")
    assignment = facts.functions[1].body[0]
    assert facts.functions[1].at == (5, 1, 6, 16)
    assert (assignment.at, assignment.value.at, assignment.value.arguments[0].value.at) == (
        (6, 5, 6, 16),
        (6, 9, 6, 16),
        (6, 13, 6, 14),
    )


def test_the_module_spans_the_file() -> None:
    assert lower("a\nbc").functions[0].at == (1, 1, 2, 3)
    assert lower("").functions[0].at == (1, 1, 1, 1)
    assert [lower(text).lines for text in ("", "a", "a\n", "a\nb", "\n\n")] == [0, 1, 1, 2, 2]
