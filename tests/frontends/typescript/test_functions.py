"""Functions, closures and parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model import code
from isolint.model.source import Span

Facts = Callable[..., code.FileFacts]
Show = Callable[[code.Expression | None], str]
Lowered = Callable[..., str]


def named(facts: code.FileFacts, qualname: str) -> code.Function:
    return next(function for function in facts.functions if function.qualname == qualname)


NAMED = [
    ("function handler() {}", "handler"),
    ("async function* handler() {}", "handler"),
    ("const handler = async (req) => {}", "handler"),
    ("const handler = function other() {}", "handler"),
    ("const handler = (async () => {}) as Handler", "handler"),
    ("let handler; handler = () => {}", "handler"),
    ("export const handler = () => {}", "handler"),
]


@pytest.mark.parametrize(("source", "qualname"), NAMED)
def test_a_function_is_called_by_what_it_is_assigned_to(facts: Facts, source: str, qualname: str) -> None:
    found = facts(source)
    assert [function.qualname for function in found.functions] == ["<module>", qualname]
    assert found.functions[1].name == qualname


def test_an_assigned_function_stays_the_value_of_the_variable(module: Lowered) -> None:
    assert module("const f = () => {}") == "f = f"
    assert module("const f = wrap(async (req) => {})") == "f = wrap(<lambda:1:16>)"


def test_nested_functions_are_named_after_what_encloses_them(facts: Facts) -> None:
    found = facts("function f() { const g = () => { function h() {} }; run(() => { const i = () => 1 }) }")
    assert [(each.qualname, each.parent) for each in found.functions[1:]] == [
        ("f", ""),
        ("f.<locals>.g", "f"),
        ("f.<locals>.g.<locals>.h", "f.<locals>.g"),
        ("<lambda:1:57>", "f"),
        ("<lambda:1:57>.<locals>.i", "<lambda:1:57>"),
    ]


def test_a_redefinition_gets_a_number(facts: Facts) -> None:
    found = facts("function f() {}\nif (a) { function f() {} }")
    assert [each.qualname for each in found.functions[1:]] == ["f", "f#2"]


def test_signatures_without_a_body_are_no_functions(facts: Facts) -> None:
    found = facts("function f(a: A): B;\nfunction f(a?: any) {}\ndeclare function g(): void")
    assert [each.qualname for each in found.functions] == ["<module>", "f"]


def test_an_arrow_with_an_expression_returns_it(body: Callable[[str], str]) -> None:
    assert body("const f = (a) => a.b") == "return a.b"
    assert body("const f = a => ({ a })") == "return {'a': a}"


def test_calls_are_listed_once_and_without_those_of_nested_functions(facts: Facts) -> None:
    found = facts("function f(a = d()) { g(); a.h(() => i()); a.b?.h(); new J(); k`x` }\nl()")
    assert named(found, "f").calls == ("g", "h", "J", "k")
    assert named(found, "<module>").calls == ("l",)


def test_asynchronous(facts: Facts) -> None:
    found = facts("async function f() {}\nconst g = async a => a\nconst h = { async i() {} }\nfunction j() {}")
    assert [each.asynchronous for each in found.functions] == [False, True, True, True, False]


def test_spans_of_a_function(facts: Facts) -> None:
    function = facts("export async function f(\n  a: A\n): Promise<B> {\n  return a\n}").functions[1]
    assert function.at == Span(1, 8, 5, 2)
    assert function.header == Span(1, 8, 3, 14)
    arrow = facts("const f = (a) => b").functions[1]
    assert (arrow.at, arrow.header) == (Span(1, 11, 1, 19), Span(1, 11, 1, 14))
    assert facts("const f = a => b").functions[1].header == Span(1, 11, 1, 12)


PARAMETERS = [
    ("a", "a"),
    ("a: A", "a: A"),
    ("a?: A", "a: A = None"),
    ("a: A = b()", "a: A = b()"),
    ("...a", "*a"),
    ("...a: A[]", "*a: Array[A]"),
    ("{ a, b: c, d = 1, ...e }", "({'a': a, 'b': c, 'd': (d := 1), **e})"),
    ("{ a }: { a: A } = {}", "({'a': a}): {'a': A} = {}"),
    ("{ a: { b } }", "({'a': {'b': b}})"),
    ("[a, , b = 1, ...c]", "(Σ(a, None, (b := 1), *c))"),
    ("this: A, a", "a"),
    ("@Param('id') a: string", "@Param('id') a: string"),
]


@pytest.mark.parametrize(("source", "expected"), PARAMETERS)
def test_parameters(facts: Facts, show: Show, source: str, expected: str) -> None:
    function = facts(f"class A {{ f({source}) {{}} }}").functions[1]
    assert ", ".join(written(parameter, show) for parameter in function.parameters) == expected


@pytest.mark.parametrize("source", ["a", "a = b()", "...a", "{ a }", "[a]"])
def test_parameters_are_the_same_in_javascript(facts: Facts, source: str) -> None:
    found = [facts(f"function f({source}) {{}}", path).functions[1].parameters for path in ("a.ts", "a.js")]
    assert [(each.name, each.default, each.kind, each.pattern) for each in found[0]] == [
        (each.name, each.default, each.kind, each.pattern) for each in found[1]
    ]


def written(parameter: code.Parameter, show: Show) -> str:
    text = "".join(f"@{show(each)} " for each in parameter.decorators) + parameter.kind + parameter.name
    if parameter.pattern is not None:
        text += f"({show(parameter.pattern)})"
    if parameter.annotation is not None:
        text += f": {show(parameter.annotation)}"
    return text if parameter.default is None else f"{text} = {show(parameter.default)}"


PATTERNS = [
    ("const { a, b: c, d = 1, e: f = 2, ...g } = h", "{'a': a, 'b': c, 'd': (d := 1), 'e': (f := 2), **g} = h"),
    ("const { [a]: b, 'c': d } = e", "{a: b, 'c': d} = e"),
    ("const { a: { b, ...c } } = d", "{'a': {'b': b, **c}} = d"),
    ("const [a, , b = 1, ...[c, d]] = e", "Σ(a, None, (b := 1), *Σ(c, d)) = e"),
    ("({ a, b: c.d, e = 1 } = f)", "{'a': a, 'b': c.d, 'e': (e := 1)} = f"),
    ("[a, b] = [b, a]", "Σ(a, b) = Σ(b, a)"),
]


@pytest.mark.parametrize("path", ["a.ts", "a.js"])
@pytest.mark.parametrize(("source", "expected"), PATTERNS)
def test_destructuring(module: Lowered, path: str, source: str, expected: str) -> None:
    assert module(source, path) == expected


TYPES = [
    ("string", "string"),
    ("A.B", "A.B"),
    ("Promise<Row[]>", "Promise[Array[Row]]"),
    ("Map<string, A>", "Map[Σ(string, A)]"),
    ("A | null | undefined", "((A | None) | None)"),
    ("A & B", "(A & B)"),
    ("'a' | 'b'", "('a' | 'b')"),
    ("readonly A[]", "Array[A]"),
    ("[A, B]", "Σ(A, B)"),
    ("{ a: string; b?: A }", "{'a': string, 'b': (A | None)}"),
    ("A['b']", "A['b']"),
    ("(a: A) => B", "?()"),
    ("A extends B ? C : D", "?()"),
    ("typeof a.b", "?(a.b)"),
    ("-1", "-1"),
    ("(A)", "A"),
    ("this", "this"),
]


@pytest.mark.parametrize(("source", "expected"), TYPES)
def test_types_are_expressions(facts: Facts, show: Show, source: str, expected: str) -> None:
    found = facts(f"function f(a: {source}): {source} {{}}").functions[1]
    assert show(found.parameters[0].annotation) == expected
    assert show(found.returns) == expected


def test_a_type_predicate_is_opaque(facts: Facts, show: Show) -> None:
    assert show(facts("function f(a): a is B {}").functions[1].returns) == "?()"
    assert show(facts("function f(a): asserts a is B {}").functions[1].returns) == "?()"
