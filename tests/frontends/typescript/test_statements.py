"""What statements lower to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Lowered = Callable[..., str]

SIMPLE = [
    ("const a = 1, b = 2", "a = 1; b = 2"),
    ("let a", "a = None"),
    ("var a: A = b", "a = b"),
    ("a = b = f(c)", "b = f(c); a = b"),
    ("a.b = c; a[b] = c", "a.b = c; a[b] = c"),
    ("a += 1; b -= c; d **= 2", "a += 1; b -= c; d **= 2"),
    ("a ||= b; a &&= b; a ??= b", "a = or(a, b); a = and(a, b); a = ??(a, b)"),
    ("a++; --b.c", "a += 1; b.c -= 1"),
    ("(a = b)", "a = b"),
    ("a(), b = c, d++", "a(); b = c; d += 1"),
    ("throw new A(b)", "raise A(b)"),
    ("a && b()", "and(a, b())"),
    ("'use client'\nf()", "'use client'; f()"),
    ("debugger; ;", ""),
    ("{ a(); { b() } }", "a(); b()"),
    ("// only a comment", ""),
    ("#!/usr/bin/env node\nf()", "f()"),
]


@pytest.mark.parametrize(("source", "expected"), SIMPLE)
def test_simple_statements(module: Lowered, source: str, expected: str) -> None:
    assert module(source) == expected


CONTROL = [
    ("if (a) b()", "if a {b()}"),
    ("if (a) { b() } else c()", "if a {b()} else {c()}"),
    ("if (a) b(); else if (c) d(); else { e() }", "if a {b()} else {if c {d()} else {e()}}"),
    ("for (const a of b) { c(a); continue }", "for a in b {c(a); continue}"),
    ("for await (const [a, b] of c) d()", "for Σ(a, b) in c {d()}"),
    ("for (const a in b) c[a]", "for a in Object.keys(b) {c[a]}"),
    ("for (a of b) {}", "for a in b {}"),
    ("for (let i = 0, n = a; i < n; i++) f(i)", "i = 0; n = a; while (i lt n) {f(i); i += 1}"),
    ("for (;;) { break }", "while True {break}"),
    ("for (i = 0, j = 1; i < 2; i++, j--) {}", "i = 0; j = 1; while (i lt 2) {i += 1; j -= 1}"),
    ("while (a) b()", "while a {b()}"),
    ("do { a() } while (b)", "while b {a()}"),
    ("try { a() } catch (e) { b(e) } finally { c() }", "try {a()} except :e {b(e)} finally {c()}"),
    ("try { a() } catch { b() }", "try {a()} except : {b()}"),
    (
        "try { a() } catch ({ code }) { b(code) }",
        "try {a()} except :<error:1:20> {{'code': code} = <error:1:20>; b(code)}",
    ),
    ("outer: for (const a of b) { break outer }", "for a in b {break}"),
]


@pytest.mark.parametrize(("source", "expected"), CONTROL)
def test_control_flow(module: Lowered, source: str, expected: str) -> None:
    assert module(source) == expected


def test_functions_are_defined_before_the_block_runs(module: Lowered) -> None:
    assert module("f()\nfunction f() {}\nclass A {}") == "define f=f; f(); define A=A"
    assert module("'use server'\nf()\nfunction f() {}") == "'use server'; define f=f; f()"


def test_directives_of_a_function_come_first(body: Callable[[str], str]) -> None:
    assert body("const f = async () => { 'use server'; await g() }") == "'use server'; await(g())"


SWITCHES = [
    ("switch (a) { case 1: b(); break; default: c() }", "if (a eq 1) {b()} else {c()}"),
    (
        "switch (a.b) { case 1: case 2: c(); break; case 3: return d() }",
        "if or((a.b eq 1), (a.b eq 2)) {c()} else {if (a.b eq 3) {return d()}}",
    ),
    ("switch (a) { case 1: b(); case 2: c() }", "if (a eq 1) {b(); c()} else {if (a eq 2) {c()}}"),
    ("switch (a) { default: b(); break; case 1: c() }", "if (a eq 1) {c()} else {b()}"),
    ("switch (a) { case 1: default: b() }", "b()"),
    ("switch (true) { case a > 1: b(); break; case c: d() }", "if (a gt 1) {b()} else {if c {d()}}"),
    ("switch (f(a)) { case 1: b() }", "<match:1:1> = f(a); if (<match:1:1> eq 1) {b()}"),
    ("switch (a) { case 1: { b(); break } case 2: c() }", "if (a eq 1) {b()} else {if (a eq 2) {c()}}"),
    ("switch (a) { case 1: if (b) break; c(); break }", "if (a eq 1) {if b {} else {c()}}"),
    ("switch (a) { case 1: if (b) { return c } else { break } case 2: d() }",
     "if (a eq 1) {if b {return c}} else {if (a eq 2) {d()}}"),
    ("switch (a) {}", ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), SWITCHES)
def test_a_switch_is_a_chain_of_branches(module: Lowered, source: str, expected: str) -> None:
    assert module(source) == expected


def test_a_long_chain_is_balanced(module: Lowered) -> None:
    cases = "".join(f"case {number}: f({number}); break; " for number in range(300))
    text = module(f"switch (a) {{ {cases} default: g() }}")
    assert text.count("g()") == 1
    assert text.count("f(299)") == 1
    chain = "".join(f"if (a === {number}) f({number}); else " for number in range(300))
    assert module(f"{chain} g()").count("g()") == 1
