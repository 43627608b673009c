"""Classes, and what only declares fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model import code
from isolint.model.source import Span

Facts = Callable[..., code.FileFacts]
Show = Callable[[code.Expression | None], str]
Lowered = Callable[..., str]


def fields(defined: code.Class, show: Show) -> list[str]:
    return [
        "".join(f"@{show(each)} " for each in field.decorators)
        + field.name
        + (f": {show(field.annotation)}" if field.annotation else "")
        + (f" = {show(field.value)}" if field.value else "")
        for field in defined.fields
    ]


BASES = [
    ("class A {}", []),
    ("class A extends B {}", ["B"]),
    ("class A extends b.C<D, E> implements F {}", ["b.C[Σ(D, E)]"]),
    ("class A implements F {}", []),
    ("class A extends mixin(B, C) {}", ["mixin(B, C)"]),
    ("abstract class A extends B {}", ["B"]),
    ("interface A extends B, C<D> {}", ["B", "C[D]"]),
    ("type A = B & C<D> & { e: F }", ["B", "C[D]"]),
    ("type A = Prisma.UserGetPayload<B>", ["Prisma.UserGetPayload[B]"]),
]


@pytest.mark.parametrize(("source", "bases"), BASES)
def test_bases(facts: Facts, show: Show, source: str, bases: list[str]) -> None:
    assert [show(base) for base in facts(source).classes[0].bases] == bases


def test_bases_in_javascript(facts: Facts, show: Show) -> None:
    assert [show(base) for base in facts("class A extends b.C {}", "a.js").classes[0].bases] == ["b.C"]


def test_members(facts: Facts) -> None:
    found = facts(
        "class A {\n  constructor() { super() }\n  async find(id) {}\n  list = async () => {}\n"
        "  static of() {}\n  get all() {}\n  set all(v) {}\n  #own() {}\n  [key]() {}\n}"
    )
    assert found.classes[0].methods == (
        "A.constructor", "A.find", "A.list", "A.of", "A.all", "A.all#2", "A.#own", "A.[key]",
    )  # fmt: skip
    assert {each.owner for each in found.functions[1:]} == {"A"}


def test_modifiers_of_methods_read_as_in_other_languages(facts: Facts, show: Show) -> None:
    found = facts("class A { @Get(':id') static of() {} get a() {} set a(v) {} }")
    assert [[show(each) for each in function.decorators] for function in found.functions[1:]] == [
        ["Get(':id')", "staticmethod"],
        ["property"],
        ["a.setter"],
    ]


def test_fields(facts: Facts, show: Show) -> None:
    source = "class A { @Col() a?: string; private static readonly b = 'c'; declare d: D; #e = 1; 'f-g' = h; i!: I<J> }"
    assert fields(facts(source).classes[0], show) == [
        "@Col() a: (string | None)",
        "b = 'c'",
        "d: D",
        "#e = 1",
        "f-g = h",
        "i: I[J]",
    ]


def test_fields_in_javascript(facts: Facts, show: Show) -> None:
    found = facts("class A { @col() a = 1; static b; #c = d() }", "a.js")
    assert fields(found.classes[0], show) == ["@col() a = 1", "b", "#c = d()"]


def test_a_constructor_may_declare_fields(facts: Facts, show: Show) -> None:
    found = facts(
        "class A { constructor(private readonly db: Db, @Inject(K) public k: K, plain: P, readonly n?: N) {} }"
    )
    assert fields(found.classes[0], show) == ["db: Db", "k: K", "n: (N | None)"]
    assert [parameter.name for parameter in found.functions[1].parameters] == ["db", "k", "plain", "n"]


def test_decorators_of_classes(facts: Facts, show: Show) -> None:
    for source in (
        "@Controller('a') export class A {}",
        "export @Controller('a') class A {}",
        "@Controller('a') class A {}",
    ):
        found = facts(source)
        assert [show(each) for each in found.classes[0].decorators] == ["Controller('a')"]
    assert found.classes[0].at == Span(1, 1, 1, len(source) + 1)


def test_what_a_class_body_runs_is_run_by_the_enclosing_body(module: Lowered) -> None:
    assert module("class A { static { register(A) } }") == "define A=A; register(A)"


def test_members_without_a_body_are_left_out(facts: Facts) -> None:
    found = facts("abstract class A { abstract f(): void; g(): void; g(a?: A) {} }")
    assert found.classes[0].methods == ("A.g",)


VALUES = [
    ("const A = class B extends C {}", "A", "define A=A"),
    ("f(class B extends C {})", "B", "f(B)"),
    ("f(class extends C {})", "<class:1:3>", "f(<class:1:3>)"),
    ("export default class extends C {}", "default", "define default=default"),
]


@pytest.mark.parametrize(("source", "qualname", "level"), VALUES)
def test_classes_as_values(facts: Facts, module: Lowered, source: str, qualname: str, level: str) -> None:
    assert [each.qualname for each in facts(source).classes] == [qualname]
    assert module(source) == level


def test_a_class_in_a_function(facts: Facts) -> None:
    found = facts("function f() { class A { g() {} } }")
    assert [(each.qualname, each.parent) for each in found.classes] == [("f.<locals>.A", "f")]
    assert [(each.qualname, each.parent) for each in found.functions[2:]] == [("f.<locals>.A.g", "f")]


SHAPES = [
    ("interface A { a: string; b?: B; readonly c: C; f(a: A): B; [k: string]: any }", "interface",
     ["a: string", "b: (B | None)", "c: C", "f: ?()"]),
    ("type A = { a: string } & B", "type", ["a: string"]),
    ("type A = B | C", "type", []),
    ("enum A { B, C = 'c', 'd-e' = 1 << 2 }", "enum", ["B", "C = 'c'", "d-e = (1 << 2)"]),
    ("const enum A { B = 1 }", "enum", ["B = 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "kind", "expected"), SHAPES)
def test_shapes_are_classes_of_a_kind(facts: Facts, show: Show, source: str, kind: str, expected: list[str]) -> None:
    defined = facts(source).classes[0]
    assert [(each.name, show(each.value)) for each in defined.keywords] == [("kind", repr(kind))]
    assert fields(defined, show) == expected


def test_namespaces_are_objects_of_what_they_export(facts: Facts, module: Lowered) -> None:
    source = "namespace A { const a = 1; export const b = a; export function f() {} export class C {} }"
    assert module(source) == "a = 1; b = a; define f=f; define C=C; A = {'b': b, 'f': f, 'C': C}"
    assert facts(source).exports == ()
    assert facts(f"export {source}").exports == (code.Export("A", "A"),)


def test_ambient_declarations_have_no_values(facts: Facts, module: Lowered) -> None:
    source = "declare const a: A; declare global { interface B { c: C } } declare module 'm' { export class D {} }"
    assert module(source) == ""
    assert [each.name for each in facts(source).classes] == ["B", "D"]
