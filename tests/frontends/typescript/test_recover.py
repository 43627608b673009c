"""Broken files keep what can be read; too deep ones what is not too deep."""

from __future__ import annotations

import pytest

from isolint.frontends.typescript import lower
from isolint.model import code
from isolint.model.source import Span

BEFORE = "export async function GET(req) {\n  return a.find(req)\n}\n\n"
AFTER = "\nexport async function POST(req) {\n  return b.find(req)\n}\n"

BROKEN = [
    "export async function PUT(req) {\n  if (req) {\n    return 1\n}\n",
    "export async function PUT(req) {\n  return c.\n}\n",
    "export async function PUT(req) {\n  return c.find({ where: {\n}\n",
    "export async function PUT(req) {\n  return c.find('x)\n}\n",
    "export async function PUT(req) {\n  return c.find(`x)\n}\n",
    "export async function PUT(req\n",
    "export async function PUT(req) {\n  return 1 }\n}\n}\n",
    "<<<<<<< HEAD\nconst a = 1\n=======\nconst a = 2\n>>>>>>> other\n",
]


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.js", ""])
@pytest.mark.parametrize("broken", BROKEN)
def test_what_stands_around_a_broken_region_is_read(broken: str, path: str) -> None:
    facts = lower(BEFORE + broken + AFTER, path)
    functions = {function.qualname: function for function in facts.functions}
    for name in ("GET", "POST"):
        assert functions[name].calls == ("find",)
        assert code.Export(name, name) in facts.exports
    assert {trouble.kind for trouble in facts.troubles} == {"unparsable"}
    last = BEFORE.count("\n") + broken.count("\n") + 2
    for trouble in facts.troubles:
        assert trouble.span is not None
        assert BEFORE.count("\n") < trouble.span.line <= trouble.span.end_line <= last


def test_neighbouring_errors_are_one_region() -> None:
    facts = lower("a(\n  b @@ c,\n  d @@ e,\n)\n\n\nf(g @@ h)\n", "a.ts")
    assert [(trouble.span or Span(0, 0, 0, 0)).line for trouble in facts.troubles] == [2, 7]


def test_what_is_missing_is_shown_by_its_line() -> None:
    (trouble,) = lower("function f() {\n  a()\n", "a.ts").troubles
    assert trouble.span == Span(2, 1, 2, 6)


def test_calls_in_a_broken_region_are_kept() -> None:
    facts = lower("if (a) {\n  b.find(c) }}\n  const f = await d(e) ] }\n", "a.ts")
    assert facts.troubles
    assert {"find", "d"} <= set(facts.functions[0].calls)


def test_flow_types_are_read() -> None:
    facts = lower("// @flow\nexport function f(a: string, b: ?number): Promise<void> { return g(a) }", "a.js")
    assert facts.troubles == ()
    assert facts.functions[1].calls == ("g",)


DEEP = {
    "brackets": "x = " + "[" * 5000 + "]" * 5000,
    "calls": "x = " + "f(" * 5000 + ")" * 5000,
    "chain": "x = " + "a.b()." * 3000 + "c",
    "objects": "x = " + "{a:" * 5000 + "1" + "}" * 5000,
    "blocks": "{" * 5000 + "}" * 5000,
    "conditions": "if(a){" * 5000 + "}" * 5000,
    "choices": "x = " + "a?b:" * 5000 + "c",
    "arrows": "x = " + "(a)=>" * 5000 + "1",
    "functions": "function f(){" * 3000 + "}" * 3000,
    "classes": "x = class{a=" * 3000 + "1" + "}" * 3000,
    "templates": "`${" * 3000 + "1" + "}`" * 3000,
    "labels": "a:" * 3000 + "f()",
    "commas": "(a," * 3000 + "b" + ")" * 3000,
    "types": "function f(a: " + "A<" * 3000 + "B" + ">" * 3000 + ") {}",
}


@pytest.mark.parametrize("path", ["a.ts", "a.js"])
@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_what_nests_too_deeply_is_named_and_the_rest_read(source: str, path: str) -> None:
    facts = lower(f"before()\n{source}\nafter()", path)
    assert [trouble.kind for trouble in facts.troubles] == ["too-deep"]
    assert {"before", "after"} <= set(facts.functions[0].calls)
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts


LONG = {
    "brackets": "x = " + "(" * 5000 + "1" + ")" * 5000,
    "sums": "x = " + "a + " * 5000 + "b",
    "conditions": "x = " + "a && " * 5000 + "b",
    "else-ifs": "if (a) {} else " * 3000 + "{}",
    "cases": "switch (a) {" + "".join(f"case {n}: f(); break; " for n in range(3000)) + "}",
    "breaks": "switch (a) { case 1: " + "if (b) break; f(); " * 3000 + "}",
    "assignments": "a = " * 5000 + "1",
    "assertions": "x = a" + "!" * 5000 + " as A" * 5000,
    "unions": "function f(a: " + "A | " * 3000 + "B) {}",
}


@pytest.mark.parametrize("source", LONG.values(), ids=LONG)
def test_what_is_only_long_is_read(source: str) -> None:
    facts = lower(source, "a.ts")
    assert facts.troubles == ()
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts
