"""JSX."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ELEMENTS = [
    ("<a />", "?()"),
    ("<A b={c} d='e' {...f}>g {h(i)} {/* no */}</A>", "?(c, *f, h(i))"),
    ("<><A.B>{c}</A.B>{d && <E f={g} />}</>", "?(c, and(d, ?(g)))"),
    ("<ul>{a.map((b) => <li key={b.id}>{b.c}</li>)}</ul>", "?(a.map(<lambda:1:16>))"),
    ("<A b={<C d={e} />} f='g'>{'text'}</A>", "?(?(e))"),
    ("<form action={async () => { 'use server' }} />", "?(<lambda:1:19>)"),
]


@pytest.mark.parametrize("path", ["a.tsx", "a.jsx", "a.js", ""])
@pytest.mark.parametrize(("source", "expected"), ELEMENTS)
def test_an_element_holds_its_expressions(
    expression: Callable[..., str], path: str, source: str, expected: str
) -> None:
    assert expression(source, path) == expected


def test_elements_may_nest_deeply(expression: Callable[..., str]) -> None:
    assert expression("<a>" * 2000 + "{b}" + "</a>" * 2000, "a.tsx") == "?(b)"
