"""What nests too deeply is named, not parsed; what only looks long is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.python import lower
from isolint.frontends.python.depth import too_deep
from isolint.model import code

N = 5000
DEEP = {
    "parentheses": "x = " + "(" * N + "1" + ")" * N,
    "brackets": "x = " + "[" * N + "1" + "]" * N,
    "calls": "x = " + "f(" * N + ")" * N,
    "open": "x = " + "(" * N,
    "open braces": "x = " + "{" * N,
    "strings between": "x = " + "f(')', " * N + ")" * N,
    "templates": "x = " + 'f"{' * N + "1" + '}"' * N,
    "format specs": 'x = f"' + "{a:" * N + "}" * N + '"',
    "negations": "x = " + "not " * N + "a",
    "open negations": "x = " + "not " * N,
    "signs": "x = " + "-" * N + "a",
    "lambdas": "x = " + "lambda: " * N + "a",
    "choices": "x = " + "a if b else " * N + "a",
    "attributes": "x = a" + ".b" * N,
    "calls of calls": "x = a" + "()" * N,
    "subscripts": "x = a" + "[0]" * N,
    "sums": "x = " + " + ".join("a" * N),
    "ors": "x = " + " or ".join("a" * N),
    "branches": "if a: pass\n" + "elif b: pass\n" * N,
    "patterns": "match a:\n    case " + "{1: " * 12 + "x" + "}" * 12 + ": pass",
    "patterns over lines": "match a:\n    case (" + "\n[" * 40 + "x" + "]" * 40 + "): pass",
    "blocks": "".join(" " * n + "if a:\n" for n in range(120)) + " " * 120 + "pass",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_is_a_trouble_and_hides_nothing_else(name: str) -> None:
    facts = lower(f"before()\n\n{DEEP[name]}\n\ndef after(): ...\n")
    assert [trouble.kind for trouble in facts.troubles] in (["too-deep"], ["unparsable"])
    assert facts.functions[0].calls == ("before",)
    assert [each.qualname for each in facts.functions] == ["<module>", "after"]


LONG = {
    "sums": ("x = " + " + ".join("a" * 900), code.Opaque),
    "ors": ("x = " + " or ".join("a" * 900), code.Logical),
    "strings": ("x = (" + "\n'a'" * 900 + ")", code.Constant),
    "methods": ("x = a" + ".b()" * 90, code.Call),
    "choices": ("x = " + "a if b else " * 150 + "c", code.Choice),
}


@pytest.mark.parametrize("name", LONG)
def test_long_is_not_deep(name: str) -> None:
    source, kind = LONG[name]
    facts = lower(source + "\n")
    assert facts.troubles == ()
    assert type(facts.functions[0].body[0].value) is kind
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts


@pytest.mark.parametrize(
    "source",
    [
        "if a: pass\n" + "elif b: pass\n" * 250,
        "with " + ", ".join("a" * 250) + ": pass\n",
        "match a:\n" + "    case 1: pass\n" * 250,
        "x = a" + ".b()" * 150,
        "x = " + "f(" * 3 + "a" + (" + a" * 80 + ")") * 3,
    ],
)
def test_facts_too_deep_to_be_encoded_are_never_made(source: str) -> None:
    facts = lower(source)
    assert [trouble.kind for trouble in facts.troubles] == ["too-deep"]
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts


def test_nothing_remains_of_a_statement_that_is_given_up() -> None:
    deep = "x = a" + ".b()" * 150
    facts = lower(
        f"class A:\n    import one\n    def f(self):\n        lambda: g()\n        {deep}\n\nz = h(lambda: i())\n"
    )
    assert [each.qualname for each in facts.functions] == ["<module>", "<lambda:7:7>"]
    assert (facts.classes, facts.imports) == ((), ())
    assert facts.functions[0].calls == ("h",)


def test_many_operators_in_many_statements_are_not_deep() -> None:
    facts = lower("x = a.b(c.d) + -e * [f]\n" * 2000)
    assert facts.troubles == ()
    assert len(facts.functions[0].body) == 2000


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    assert not too_deep("x = '" + "(" * 500 + "'\n# " + "[" * 500 + '\ny = """' + "{\n" * 500 + '"""\n')
    assert too_deep("x = " + "(" * 101 + ")" * 101)


def test_one_line_cases_with_calls_are_no_patterns_of_that_depth(tell: Callable[..., str]) -> None:
    assert tell(lower("match a:\n    case 1: f(g(h(i(j(k)))))\n").functions[0].body) == "if (a eq 1) {f(g(h(i(j(k)))))}"
