"""What expressions lower to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.python import lower
from isolint.model import code

Lowered = Callable[[str], str]

OPERATORS = [
    ("a + b - c", "((a + b) - c)"),
    ("a * (b + c)", "(a * (b + c))"),
    ("a // b % c @ d", "(((a // b) % c) @ d)"),
    ("a ** b ** c", "(a ** (b ** c))"),
    ("a << b >> c", "((a << b) >> c)"),
    ("a | b & c ^ d", "(a | ((b & c) ^ d))"),
    ("a / b", "(a / b)"),
    ("-a", "(-a)"),
    ("+a", "(+a)"),
    ("~Q(x)", "(~Q(x))"),
    ("not a", "not(a)"),
    ("a and b and c", "and(a, b, c)"),
    ("a or b and c or d", "or(a, and(b, c), d)"),
    ("(a or b) or c", "or(a, b, c)"),
    ("a == b", "(a eq b)"),
    ("a is None", "(a eq None)"),
    ("a != b", "(a ne b)"),
    ("a is not b", "(a ne b)"),
    ("a < b <= c", "and((a lt b), (b le c))"),
    ("a > b >= c", "and((a gt b), (b ge c))"),
    ("a in b", "(a in b)"),
    ("a not in b", "(a not in b)"),
    ("not a in b", "not((a in b))"),
    ("a if t else b", "choice(t, a, b)"),
    ("(a := b(c))", "(a := b(c))"),
]


@pytest.mark.parametrize(("source", "expected"), OPERATORS)
def test_operators(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


ACCESS = [
    ("a.b.c", "a.b.c"),
    ("a[b]", "a[b]"),
    ("a[b, c]", "a[Σ(b, c)]"),
    ("a[1:2]", "a[None]"),
    ("a[::n]", "a[None]"),
    ("a[1:, b, *c]", "a[Σ(None, b, *c)]"),
    ("f()", "f()"),
    ("f(a, b=c, *d, **e)", "f(a, b=c, *d, **e)"),
    ("a.b(c).d(e)", "a.b(c).d(e)"),
    ("f(x for x in y)", "f(each(x for x in y))"),
    ("cast(T, value)", "cast(T, value)"),
    ("print(a)", "print(a)"),
]


@pytest.mark.parametrize(("source", "expected"), ACCESS)
def test_attributes_subscripts_and_calls(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


DISPLAYS = [
    ("()", "Σ()"),
    ("(a,)", "Σ(a)"),
    ("a, *b", "Σ(a, *b)"),
    ("[a, *b]", "Σ(a, *b)"),
    ("{a, *b}", "Σ(a, *b)"),
    ("{}", "{}"),
    ("{'a': b, **c, 1: 2}", "{'a': b, **c, 1: 2}"),
    ("[f(x) for x in y if x if z]", "each(f(x) for x in y if x if z)"),
    ("{x for a in b for x in a}", "each(x for a in b for x in a)"),
    ("{k: v for k, v in m.items()}", "each(k: v for Σ(k, v) in m.items())"),
    ("[await x async for x in y]", "each(await(x) for x in y)"),
    ("[*x for x in y]", "each(*x for x in y)"),
    ("{**x for x in y}", "each(*x for x in y)"),
    ("...", "?()"),
    ("1j", "?()"),
]


@pytest.mark.parametrize(("source", "expected"), DISPLAYS)
def test_collections_and_comprehensions(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [("await x", "await(x)"), ("yield x", "await(x)"), ("yield from x", "await(x)"), ("yield", "?()")],
)
def test_what_waits_hands_its_value_on(source: str, expected: str, tell: Callable[..., str]) -> None:
    assert tell(lower(f"async def f():\n    _ = {source}\n").functions[1].body) == f"_ = {expected}"


def test_a_lambda_is_a_closure_with_a_function_of_its_own(
    module: Lowered, tell: Callable[..., str], show: Callable[..., str]
) -> None:
    source = "def f():\n    return lambda a, *b, c=d(), **e: g(a)\n"
    assert module(source) == "define f=f"
    function = lower(source).functions[2]
    assert (function.qualname, function.name, function.parent) == ("<lambda:2:12>", "<lambda>", "f")
    assert [(p.name, p.kind, show(p.default)) for p in function.parameters] == [
        ("a", "", ""),
        ("b", "*", ""),
        ("c", "keyword", "d()"),
        ("e", "**", ""),
    ]
    assert tell(function.body) == "return g(a)"
    assert function.calls == ("g",)
    assert tell(lower(source).functions[1].body) == "return <lambda:2:12>"


def test_a_long_chain_of_operators_is_opaque_and_loses_no_operand(expression: Lowered) -> None:
    operands = [f"f{n}()" for n in range(300)]
    assert expression(" + ".join(operands)) == f"?({', '.join(operands)})"


def test_a_comparison_spans_its_operands() -> None:
    logical = lower("x = a < bb < c\n").functions[0].body[0].value
    assert [(each.at.column, each.at.end_column) for each in logical.operands] == [(5, 11), (9, 15)]


def test_parentheses_are_no_part_of_an_expression() -> None:
    assignment = lower("x = ( a )\n").functions[0].body[0]
    assert assignment.value == code.Name((1, 7, 1, 8), "a")
