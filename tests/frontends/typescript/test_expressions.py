"""What expressions lower to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model.code import Assign, Constant, FileFacts

Lowered = Callable[..., str]

OPERATORS = [
    ("a + b - c", "((a + b) - c)"),
    ("a * (b + c)", "(a * (b + c))"),
    ("a ** b ** c", "(a ** (b ** c))"),
    ("a % b / c", "((a % b) / c)"),
    ("a << b >>> c", "((a << b) >>> c)"),
    ("a | b & c ^ d", "(a | ((b & c) ^ d))"),
    ("-a", "(-a)"),
    ("-1", "-1"),
    ("+2.5", "2.5"),
    ("~a", "(~a)"),
    ("!a", "not(a)"),
    ("!!a", "not(not(a))"),
    ("typeof a === 'string'", "((typeof a) eq 'string')"),
    ("delete a.b", "(delete a.b)"),
    ("void 0", "None"),
    ("void f(a)", "?(f(a))"),
    ("a && b && c", "and(a, b, c)"),
    ("a || b && c || d", "or(a, and(b, c), d)"),
    ("(a || b) || c", "or(a, b, c)"),
    ("a ?? b ?? c", "??(a, b, c)"),
    ("a == b", "(a eq b)"),
    ("a === b", "(a eq b)"),
    ("a != b", "(a ne b)"),
    ("a !== b", "(a ne b)"),
    ("a < b", "(a lt b)"),
    ("a <= b", "(a le b)"),
    ("a > b", "(a gt b)"),
    ("a >= b", "(a ge b)"),
    ("'id' in b", "('id' in b)"),
    ("#id in b", "(#id in b)"),
    ("a instanceof B", "instanceof(a, B)"),
    ("a ? b : c ? d : e", "choice(a, b, choice(c, d, e))"),
    ("(b = c)", "(b := c)"),
    ("(b += c)", "(b := (b + c))"),
    ("(b ||= c)", "(b := or(b, c))"),
    ("b++", "(b := (b + 1))"),
    ("(0, a.b)(c)", "a.b(c)"),
    ("(f(), b)", "?(f(), b)"),
]


@pytest.mark.parametrize(("source", "expected"), OPERATORS)
def test_operators(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


ACCESS = [
    ("a.b.c", "a.b.c"),
    ("a?.b", "a?.b"),
    ("a?.[b]", "a[b]"),
    ("a?.(b)", "a(b)"),
    ("a?.b.c?.(d)", "a?.b.c(d)"),
    ("a[b]", "a[b]"),
    ("this.#prisma.user", "this.#prisma.user"),
    ("super.find(a)", "super.find(a)"),
    ("f()", "f()"),
    ("f(a, ...b)", "f(a, *b)"),
    ("f(a, /* why */ b)", "f(a, b)"),
    ("new A", "A()"),
    ("new a.B<T>(c)", "a.B(c)"),
    ("import('./a').then(b)", "import('./a').then(b)"),
    ("import.meta.env.KEY", "import.meta.env.KEY"),
    ("await a.b(c)", "await(a.b(c))"),
    ("(await a).b", "await(a).b"),
]


@pytest.mark.parametrize(("source", "expected"), ACCESS)
def test_access(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


VANISHING = [
    ("((a))", "a"),
    ("(a as B).c", "a.c"),
    ("a as unknown as B", "a"),
    ("{ a: 1 } as const", "{'a': 1}"),
    ("a satisfies B", "a"),
    ("a!.b!", "a.b"),
    ("<B>a", "a"),
    ("f<T>(a)", "f(a)"),
    ("a.f<T, U[]>(b)", "a.f(b)"),
    ("f<T>", "f"),
]


@pytest.mark.parametrize(("source", "expected"), VANISHING)
def test_parentheses_and_types_do_not_exist(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


DISPLAYS = [
    ("[a, ...b]", "Σ(a, *b)"),
    ("[, a, , b,]", "Σ(None, a, None, b)"),
    ("{ a, b: 1, 'c': 2, [d]: 3, 4: e, ...f }", "{'a': a, 'b': 1, 'c': 2, d: 3, 4: e, **f}"),
    ("{ /* why */ a, // because\n b }", "{'a': a, 'b': b}"),
    ("{ 'content-type': a }", "{'content-type': a}"),
]


@pytest.mark.parametrize(("source", "expected"), DISPLAYS)
def test_displays(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


def test_methods_of_an_object_are_closures_and_getters_their_results(expression: Lowered) -> None:
    assert expression("{ f() {}, async *g() {}, get h() { return 1 }, set h(v) {} }") == (
        "{'f': <lambda:1:7>, 'g': <lambda:1:15>, 'h': <lambda:1:30>()}"
    )


LITERALS = [
    ("1", "1"),
    ("1_000", "1000"),
    ("0xff", "255"),
    ("0b11", "3"),
    ("0o17", "15"),
    ("017", "15"),
    ("10n", "10"),
    ("1.5e3", "1500.0"),
    (".5", "0.5"),
    ("123456789012345678901234567890", "'123456789012345678901234567890'"),
    ("1e999", "'1e999'"),
    ("true", "True"),
    ("false", "False"),
    ("null", "None"),
    ("undefined", "None"),
    ("'a\\'b'", '"a\'b"'),
    ('"a\\n\\u0041\\x42\\u{43}\\\nd"', "'a\\nABCd'"),
    ('"\\ud83d\\ude00"', "'😀'"),
    ('"\\ud83d"', "'�'"),
    ("/a+b/gi", "?()"),
    ("``", "''"),
    ("`a`", "'a'"),
    ("`a${b}c\\n${d}`", "τ('a', b, 'c\\n', d)"),
    ("`${a}`", "τ(a)"),
    ("`${`a${b}`}`", "τ(τ('a', b))"),
]


@pytest.mark.parametrize(("source", "expected"), LITERALS)
def test_literals(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


def test_long_texts_are_cut_unless_they_are_sql(expression: Lowered) -> None:
    assert expression(f"'{'a' * 30_000}'") == repr("a" * 200 + "…")
    assert len(expression(f"'SELECT {'a' * 30_000}'")) > 30_000
    assert expression(f"`{'a' * 30_000}${{b}}`") == f"τ({'a' * 200 + '…'!r}, b)"
    assert len(expression(f"`-- why\nselect {'a' * 30_000}${{b}}`")) > 30_000


def test_a_tagged_template_is_a_call_with_one_template(expression: Lowered) -> None:
    assert expression("sql`SELECT 1`") == "sql!(τ('SELECT 1'))"
    assert expression("sql``") == "sql!(τ())"
    assert expression("await db.$queryRaw`SELECT ${a}`") == "await(db.$queryRaw!(τ('SELECT ', a)))"


def test_yield_hands_a_value_on(body: Callable[[str], str]) -> None:
    assert body("function* f() { yield; yield a; const b = yield* c }") == "?(); await(a); b = await(c)"


@pytest.mark.parametrize(("source", "unset"), [("null", False), ("undefined", True), ("void 0", True)])
def test_undefined_is_told_from_null(facts: Callable[[str], FileFacts], source: str, unset: bool) -> None:
    (level,) = [function for function in facts(f"const x = {source};").functions if function.qualname == "<module>"]
    (statement,) = level.body
    assert isinstance(statement, Assign)
    assert isinstance(statement.value, Constant)
    assert (statement.value.value, statement.value.unset) == (None, unset)
