"""Files that do not parse as a whole: what can be read is read, the rest is named."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from isolint.frontends.python import lower
from isolint.frontends.python.recover import regions
from isolint.model.source import Span

Tell = Callable[..., str]


def names(source: str) -> list[str]:
    return [each.qualname for each in lower(dedent(source)).functions[1:]]


def places(source: str) -> list[tuple[str, int, int]]:
    found = [(each.kind, each.span) for each in lower(dedent(source)).troubles]
    return [(kind, span.line, span.end_line) for kind, span in found if span]


BROKEN_FUNCTION = """\
import a

def before():
    return 1

def broken(:
    print "x"

@decorated
def after():
    return 2

x = f()
"""


def test_a_broken_function_hides_no_other(tell: Tell) -> None:
    facts = lower(BROKEN_FUNCTION)
    assert names(BROKEN_FUNCTION) == ["before", "after"]
    assert tell(facts.functions[0].body) == "define before=before; define after=after; x = f()"
    assert facts.functions[0].calls == ("f",)
    assert facts.functions[2].at == (9, 1, 11, 13)
    assert [each.local for each in facts.imports] == ["a"]
    (trouble,) = facts.troubles
    assert (trouble.kind, trouble.span) == ("unparsable", Span(6, 1, 7, 14))
    assert trouble.message == "not valid Python 3"


def test_python_2_is_unparsable_where_it_differs() -> None:
    source = """\
    import a
    print "hello"
    exec "x"

    def f():
        return `x`

    def g():
        return 1
    """
    assert places(source) == [("unparsable", 2, 6)]
    assert names(source) == ["g"]


def test_an_open_bracket_takes_only_its_statement() -> None:
    source = """\
    x = (

    def f():
        return 1

    class A:
        y = [

    @d
    async def g():
        return 2
    """
    assert places(source) == [("unparsable", 1, 1), ("unparsable", 6, 7)]
    assert names(source) == ["f", "g"]


def test_an_unfinished_operator_swallows_no_definition() -> None:
    source = "x = a and not\n\ndef f(): ...\n\ny = b +\nimport c\n\n@d\nclass E: ...\n"
    facts = lower(source)
    assert places(source) == [("unparsable", 1, 1), ("unparsable", 5, 5)]
    assert names(source) == ["f"]
    assert ([each.name for each in facts.classes], [each.local for each in facts.imports]) == (["E"], ["c"])


def test_a_decorator_stands_and_falls_with_what_it_decorates() -> None:
    source = """\
    @a
    @b
    def broken(: ...

    @c
    def f(): ...

    def g(x y): ...

    @d
    async def broken2(: ...

    class H: ...
    """
    assert names(source) == ["f"]
    assert places(source) == [("unparsable", 1, 3), ("unparsable", 8, 11)]
    assert [each.name for each in lower(dedent(source)).classes] == ["H"]


def test_text_in_the_first_column_of_a_string_is_no_statement() -> None:
    source = 'def f():\n    print "x"\n    return """\nimport os\ng()\n"""\n\nh()\n'
    assert places(source) == [("unparsable", 1, 6)]
    assert lower(source).imports == ()
    assert lower(source).functions[0].calls == ("h",)


def test_statements_on_one_line_stand_and_fall_together(tell: Tell) -> None:
    facts = lower("a(); b = ; c()\nd(); e()\n")
    assert [trouble.span for trouble in facts.troubles] == [Span(1, 1, 1, 15)]
    assert tell(facts.functions[0].body) == "d(); e()"


def test_redefinitions_are_counted_over_all_regions() -> None:
    assert names("def f(): ...\n\nx = ?\n\ndef f(): ...\n") == ["f", "f#2"]


@pytest.mark.parametrize(
    "source",
    ["\0", "x = 1\0", "\x1a", "  x = 1", "x = '''", "if a:\n\tb\n        c\n", "else: x", ")", "?", "é = ¿\n", "\\"],
)
def test_what_cannot_be_read_at_all_is_one_trouble(source: str) -> None:
    facts = lower(source)
    assert [trouble.kind for trouble in facts.troubles] == ["unparsable"]
    assert facts.functions[0].body == ()


@pytest.mark.parametrize(
    "source", ["", "\n", "# only a comment", "x = '\0'\n", "\f\n", "# -*- coding: nonsense -*-\nx = 'é'\n"]
)
def test_what_looks_odd_and_is_valid(source: str) -> None:
    assert lower(source).troubles == ()


def test_lone_surrogates_become_replacement_characters(tell: Tell) -> None:
    assert tell(lower("x = '\ud800'\n").functions[0].body) == "x = '\ufffd'"


@pytest.mark.parametrize("source", [BROKEN_FUNCTION, "x = (\n" * 3, "  a\nb", "# c\n\nx = 1\n\n\n", "", "'''\na\n"])
def test_regions_are_the_whole_text(source: str) -> None:
    assert "".join(region.text for region in regions(source)).rstrip("\n") == source.rstrip("\n")
