"""Imports and exports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model import code

Facts = Callable[..., code.FileFacts]
Lowered = Callable[..., str]

IMPORTS = [
    ("import a from 'm'", [("a", "m", "default")]),
    ("import * as a from 'm'", [("a", "m", "")]),
    ("import { a, b as c } from './m'", [("a", "./m", "a"), ("c", "./m", "b")]),
    (
        "import a, { default as b, type C } from '@/m'",
        [("a", "@/m", "default"), ("b", "@/m", "default"), ("C", "@/m", "C")],
    ),
    ("import type { A } from 'm'", [("A", "m", "A")]),
    ("import { 'a-b' as c } from 'm'", [("c", "m", "a-b")]),
    ("import a = require('m')", [("a", "m", "")]),
    ("import 'm'", []),
    ("import a from './m.json' with { type: 'json' }", [("a", "./m.json", "default")]),
    ("const a = require('m')", [("a", "m", "")]),
    ("const a = require('m').b", [("a", "m", "b")]),
    ("const { a, b: c, ...d } = require('m')", [("a", "m", "a"), ("c", "m", "b"), ("d", "m", "")]),
    ("const a = await import('m')", [("a", "m", "")]),
    ("const { a } = await import('./m')", [("a", "./m", "a")]),
    ("const a = (await import('m')).default", [("a", "m", "default")]),
    ("async function f() { const { a } = await import('m'); a() }", [("a", "m", "a")]),
]


@pytest.mark.parametrize(("source", "imports"), IMPORTS)
def test_imports(facts: Facts, source: str, imports: list[tuple[str, str, str]]) -> None:
    found = facts(source)
    assert [(each.local, each.module, each.name) for each in found.imports] == imports
    assert found.functions[0].body == () or "function" in source


NO_IMPORTS = [
    ("const a = require(b)", "a = require(b)"),
    ("const { a = 1 } = require('m')", "{'a': (a := 1)} = require('m')"),
    ("const a = require('m')(b)", "a = require('m')(b)"),
    ("const a = import('m')(b).c", "a = import('m')(b).c"),
]


@pytest.mark.parametrize(("source", "expected"), NO_IMPORTS)
def test_modules_that_are_used_at_once_are_values(facts: Facts, module: Lowered, source: str, expected: str) -> None:
    assert facts(source).imports == ()
    assert module(source) == expected


EXPORTS = [
    ("export const a = 1, { b, c: [d], ...e } = f", [("a", "a", ""), ("b", "b", ""), ("e", "e", ""), ("d", "d", "")]),
    ("export async function a() {}", [("a", "a", "")]),
    ("export class A {}", [("A", "A", "")]),
    ("export interface A {}", [("A", "A", "")]),
    ("export type A = B", [("A", "A", "")]),
    ("export enum A {}", [("A", "A", "")]),
    ("export declare const a: A", [("a", "a", "")]),
    ("export { a, b as c, d as default }", [("a", "a", ""), ("c", "b", ""), ("default", "d", "")]),
    ("export { type A }", [("A", "A", "")]),
    ("export { a as b, default as c } from 'm'", [("b", "a", "m"), ("c", "default", "m")]),
    ("export * from 'm'", [("*", "*", "m")]),
    ("export * as a from 'm'", [("a", "", "m")]),
    ("export default function f() {}", [("default", "f", "")]),
    ("export default class A {}", [("default", "A", "")]),
    ("export default a", [("default", "a", "")]),
    ("export default async (req) => {}", [("default", "default", "")]),
    ("export default wrap(handler)", [("default", "default", "")]),
    ("export = a", [("default", "a", "")]),
    ("module.exports = a", [("default", "a", "")]),
    ("module.exports = { a, b: c, d() {}, e: f() }",
     [("default", "default", ""), ("a", "a", ""), ("b", "c", ""), ("d", "<lambda:1:29>", "")]),
    ("module.exports = { ...require('./m') }", [("default", "default", ""), ("*", "*", "./m")]),
    ("module.exports = require('./m')", [("default", "default", ""), ("*", "*", "./m")]),
    ("exports.a = async () => {}", [("a", "exports.a", "")]),
    ("module.exports.a = wrap(b)", [("a", "exports.a", "")]),
    ("exports.a = b", [("a", "b", "")]),
    ("function f() { exports.a = b }", []),
]  # fmt: skip


@pytest.mark.parametrize(("source", "exports"), EXPORTS)
def test_exports(facts: Facts, source: str, exports: list[tuple[str, str, str]]) -> None:
    assert [(each.exported, each.local, each.module) for each in facts(source).exports] == exports


ASSIGNED = [
    ("export default wrap(a)", "default = wrap(a)"),
    ("export default async () => {}", "default = default"),
    ("module.exports = new A()", "default = A(); module.exports = default"),
    ("exports = module.exports = f(a)", "default = f(a); module.exports = default; exports = default"),
    ("exports.a = f(b)", "exports.a = f(b); exports.a = exports.a"),
    ("exports.a = () => {}", "exports.a = exports.a; exports.a = exports.a"),
]


@pytest.mark.parametrize(("source", "expected"), ASSIGNED)
def test_an_export_without_a_name_is_assigned_to_one(module: Lowered, source: str, expected: str) -> None:
    assert module(source) == expected


@pytest.mark.parametrize(
    "source", ["export default () => {}", "exports.list = () => {}", "export const GET = () => {}"]
)
def test_an_exported_function_is_found_by_the_local_name(facts: Facts, source: str) -> None:
    found = facts(source)
    assert found.exports[0].local in {function.qualname for function in found.functions}


def test_a_wrapped_handler_is_a_variable(facts: Facts, module: Lowered) -> None:
    source = "export const GET = wrap(async (req) => {})"
    assert module(source) == "GET = wrap(<lambda:1:25>)"
    assert facts(source).exports == (code.Export("GET", "GET"),)
