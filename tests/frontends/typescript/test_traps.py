"""Valid code that the grammars get wrong; none of it counts as not analysed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Lowered = Callable[..., str]

GENERIC_CALLS = [
    ("await f<T>(x)", "await(f(x))"),
    ("await a.f<T[]>(x)", "await(a.f(x))"),
    ("await a.f<Array<{ id: string }>>(x)", "await(a.f(x))"),
    ("await a.f<T>(x).catch(y)", "await(a.f(x).catch(y))"),
    ("await a.f<\n  T\n>(x)", "await(a.f(x))"),
    ("(await f<T>(x)).y", "await(f(x)).y"),
    ("!f<T>(x)", "not(f(x))"),
    ("typeof f<T>(x)", "(typeof f(x))"),
    ("await f<T>(await g<U>(x))", "await(f(await(g(x))))"),
    ("(await f)<T>(x)", "await(f)(x)"),
]


@pytest.mark.parametrize(("source", "expected"), GENERIC_CALLS)
def test_type_arguments_do_not_bind_a_call_to_the_operator_before_it(
    expression: Lowered, source: str, expected: str
) -> None:
    assert expression(source) == expected


TAGS = [
    ("db.q<T>`a ${b}`", "db.q!(τ('a ', b))"),
    ("await db.q<T>`a ${b}`", "await(db.q!(τ('a ', b)))"),
    ("db.q<T[]>`a`", "db.q!(τ('a'))"),
    ("await db.q<T[]>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<{ id: string; n: number }[]>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<Array<{ id: string }>>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<A | null>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<[A, B]>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<(a: A) => B>`a`", "await(db.q!(τ('a')))"),
    ("await db.q<\n  { id: string }[]\n>`a`", "await(db.q!(τ('a')))"),
    ("c ? db.q<T[]>`a` : db.q<T[]>`b`", "choice(c, db.q!(τ('a')), db.q!(τ('b')))"),
    ("[db.q<T>`a`, db.q<U>`b`]", "Σ(db.q!(τ('a')), db.q!(τ('b')))"),
    ("db.q<T>`a ${sql<U[]>`b`} c`", "db.q!(τ('a ', sql!(τ('b')), ' c'))"),
]


@pytest.mark.parametrize(("source", "expected"), TAGS)
def test_type_arguments_of_a_tag_are_no_comparison(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


COMPARISONS = [
    ("a < b && c > `d`", "and((a lt b), (c gt 'd'))"),
    ("a<b && c>`d`", "and((a lt b), (c gt 'd'))"),
    ("`x <b>`", "'x <b>'"),
    ("`x<b>`", "'x<b>'"),
    ("`${a} -> ${b}`", "τ(a, ' -> ', b)"),
    ("f((a) => `b`)", "f(<lambda:1:7>)"),
]


@pytest.mark.parametrize(("source", "expected"), COMPARISONS)
def test_what_looks_like_a_tag_with_types_is_left_alone(expression: Lowered, source: str, expected: str) -> None:
    assert expression(source) == expected


MENDED = [
    ("x = await f<typeof import('a')>()", "x = await(f())"),
    ('x = f<typeof import("a")>(b)', "x = f(b)"),
    ("x = f<import('a').B>(c)", "x = f(c)"),
    ("x = (await import('a')).b; import('c').then(d)", "x = await(import('a')).b; import('c').then(d)"),
    ("const x: import('a').B[] = []", "x = Σ()"),
    ("export type * from 'a'", ""),
    ("export { default as a } from './a.json' with { type: 'json' }", ""),
    ("interface A {\n  name: string\n  in: 'path'\n  instanceof(a: any): B\n  abstract?: C\n}", ""),
    ("interface A {\n  <T>(a: T): T\n  // more\n  <T extends B>(b: T): T\n}", ""),
    ("type A = { f: ({ a }?: { a: B }) => C }", ""),
    ("const using = a\nx = `${using} ${using.b}`", "using = a; x = τ(using, ' ', using.b)"),
    ("using a = b()", "a = b()"),
    ("await using a = b()", "a = b()"),
    ("x = String.raw`\\u00 ${a}`", "x = String.raw!(τ('u00 ', a))"),
    ("x = `a\0${b}`; y = 'c\0d'", "x = τ('a\\x00', b); y = 'c\\x00d'"),
]


@pytest.mark.parametrize(("source", "expected"), MENDED)
def test_valid_code_is_no_trouble(module: Lowered, source: str, expected: str) -> None:
    assert module(source) == expected


@pytest.mark.parametrize("path", ["a.tsx", "a.jsx"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a>b & {c}</a>", "?(c)"),
        ("<a b='c&d=e' f={g} />", "?(g)"),
        ("<A in={b} {...c}>{d}</A>", "?(b, *c, d)"),
    ],
)
def test_markup_that_the_grammar_rejects(expression: Lowered, path: str, source: str, expected: str) -> None:
    assert expression(source, path) == expected


def test_names_are_those_of_the_file_after_mending(facts: Callable[..., object]) -> None:
    found = facts("interface A {\n  name: string\n  in: 'path'\n  of: import('./b').C[]\n}")
    assert [field.name for field in found.classes[0].fields] == ["name", "in", "of"]  # type: ignore[attr-defined]


def test_an_imported_type_keeps_its_module(facts: Callable[..., object], show: Lowered) -> None:
    found = facts("function f(a: import('./b').C[], b: import('./b').C) {}")
    parameters = found.functions[1].parameters  # type: ignore[attr-defined]
    assert [show(parameter.annotation) for parameter in parameters] == ["Array[import('./b').C]", "import('./b').C"]
