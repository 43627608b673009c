"""What statements lower to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.python import lower

Lowered = Callable[[str], str]

SIMPLE = [
    ("a = 1", "a = 1"),
    ("a = b = c()", "a = c(); b = c()"),
    ("a, (b, *c) = d", "Σ(a, Σ(b, *c)) = d"),
    ("[a, b] = c", "Σ(a, b) = c"),
    ("a.b[c] = d", "a.b[c] = d"),
    ("a: int = b", "a = b"),
    ("a: int", ""),
    ("a += 1", "a += 1"),
    ("a |= b", "a |= b"),
    ("a //= b", "a //= b"),
    ("a @= b", "a @= b"),
    ("type A[T] = list[T]", "A = list[T]"),
    ("f(); g()", "f(); g()"),
    ("'text'", ""),
    ("...", ""),
    ("pass", ""),
    ("global a, b", ""),
    ("f'{a()}'", "τ(a())"),
    ("assert a", "if not(a) {raise}"),
    ("assert a, b(c)", "if not(a) {raise b(c)}"),
    ("del a, b[c()]", "?(Σ(a, b[c()]))"),
    ("raise", "raise"),
    ("raise A(b)", "raise A(b)"),
    ("raise A from b", "raise A"),
    ("raise A from b()", "b(); raise A"),
]


@pytest.mark.parametrize(("source", "expected"), SIMPLE)
def test_simple_statements(module: Lowered, source: str, expected: str) -> None:
    assert module(source + "\n") == expected


COMPOUND = [
    ("if a: b()", "if a {b()}"),
    ("if a:\n    b()\nelif c:\n    d()\nelse:\n    e()", "if a {b()} else {if c {d()} else {e()}}"),
    ("if a:\n    pass", "if a {}"),
    ("for a, b in c():\n    d()\nelse:\n    e()", "for Σ(a, b) in c() {d()} else {e()}"),
    ("for a in b:\n    break\n    continue", "for a in b {break; continue}"),
    ("while a():\n    b()\nelse:\n    c()", "while a() {b()} else {c()}"),
    ("with a() as b, c:\n    d()", "with a() as b {with c as  {d()}}"),
    ("with (a as b, c as (d, e),):\n    f()", "with a as b {with c as Σ(d, e) {f()}}"),
    (
        "try:\n    a()\nexcept B:\n    c()\nexcept (D, E) as f:\n    g()\nexcept:\n    h()\n"
        "else:\n    i()\nfinally:\n    j()",
        "try {a()} except B: {c()} except Σ(D, E):f {g()} except : {h()} else {i()} finally {j()}",
    ),
    ("try:\n    a()\nfinally:\n    b()", "try {a()} finally {b()}"),
    ("try:\n    a()\nexcept* B as c:\n    d()", "try {a()} except B:c {d()}"),
    ("try:\n    a()\nexcept B, C:\n    d()", "try {a()} except Σ(B, C): {d()}"),
]


@pytest.mark.parametrize(("source", "expected"), COMPOUND)
def test_compound_statements(module: Lowered, source: str, expected: str) -> None:
    assert module(source + "\n") == expected


def test_asynchronous_statements_are_as_the_others(tell: Callable[..., str]) -> None:
    source = "async def f():\n    async with a as b:\n        async for c in d:\n            nonlocal_ = await e()\n"
    assert tell(lower(source).functions[1].body) == "with a as b {for c in d {nonlocal_ = await(e())}}"


def test_docstrings_are_no_statements(tell: Callable[..., str]) -> None:
    facts = lower('"""Module."""\n\ndef f():\n    """Function."""\n    "another"\n    return 1\n')
    assert tell(facts.functions[0].body) == "define f=f"
    assert tell(facts.functions[1].body) == "return 1"


def test_statements_under_a_condition_at_module_level_count(module: Lowered) -> None:
    source = "if TYPE_CHECKING:\n    import a\nelse:\n    a = f()\n\ndef g(): ...\n"
    assert module(source) == "if TYPE_CHECKING {} else {a = f()}; define g=g"


MATCHES = [
    ("case 1:\n  a()", "if (x eq 1) {a()}"),
    ("case A.B:\n  a()", "if (x eq A.B) {a()}"),
    ("case None:\n  a()\n case _:\n  b()", "if (x eq None) {a()} else {b()}"),
    ("case 'a' | 'b' | None:\n  a()", "if (x in Σ('a', 'b', None)) {a()}"),
    ("case y:\n  a()", "y = x; a()"),
    ("case 1 as y:\n  a()", "if (x eq 1) {y = x; a()}"),
    ("case y if f(y):\n  a()", "if and(?((y := x)), f(y)) {a()}"),
    ("case 1 if f():\n  a()\n case _:\n  b()", "if and((x eq 1), f()) {a()} else {b()}"),
    ("case [1, y, *z, 2]:\n  a()", "if and(?(x), (x[0] eq 1), (x[-1] eq 2)) {y = x[1]; z = x[None]; a()}"),
    ("case (1, _):\n  a()", "if and(?(x), (x[0] eq 1)) {a()}"),
    ("case []:\n  a()", "if ?(x) {a()}"),
    ("case {'k': 1, 'l': y, **z}:\n  a()", "if and(?(x), (x['k'] eq 1)) {y = x['l']; z = ?(x); a()}"),
    (
        "case A(1, y, role='r', name=n):\n  a()",
        "if and(?(x, A), (?(x) eq 1), (x.role eq 'r')) {y = ?(x); n = x.name; a()}",
    ),
    ("case A() | B():\n  a()", "if or(?(x, A), ?(x, B)) {a()}"),
    ("case [1] | {'a': 2}:\n  a()", "if or(and(?(x), (x[0] eq 1)), and(?(x), (x['a'] eq 2))) {a()}"),
    ("case -1:\n  a()", "if (x eq -1) {a()}"),
]


@pytest.mark.parametrize(("cases", "expected"), MATCHES)
def test_match_is_a_chain_of_branches(module: Lowered, cases: str, expected: str) -> None:
    assert module(f"match x:\n {cases}\n") == expected


def test_the_subject_of_a_match_is_evaluated_once(module: Lowered) -> None:
    source = "match f(x):\n    case 1:\n        a()\n    case 2:\n        b()\n"
    name = "<match:1:1>"
    assert module(source) == f"{name} = f(x); if ({name} eq 1) {{a()}} else {{if ({name} eq 2) {{b()}}}}"


def test_match_is_still_a_name(module: Lowered) -> None:
    assert module("match = match(case)\n") == "match = match(case)"
