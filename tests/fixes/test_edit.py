"""Edits of texts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolint.fixes.edit import Edit, Page, apply, moved, overlap
from isolint.model.source import Span

TEXT = st.text(alphabet="ab é😀\n\r\t(){},\f", max_size=60)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, st.data())
def test_everything_that_an_edit_does_not_name_stays(text: str, data: st.DataObject) -> None:
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    page = Page(normal)
    start = data.draw(st.integers(0, len(normal)))
    end = data.draw(st.integers(start, len(normal)))
    edit = Edit("a.py", page.span(start, end), "NEW")
    assert apply(normal, [edit]) == f"{normal[:start]}NEW{normal[end:]}"
    raw = apply(text, [edit])
    assert raw.replace("\r\n", "\n").replace("\r", "\n") == f"{normal[:start]}NEW{normal[end:]}"
    before, after = raw.split("NEW")
    assert text.startswith(before)
    assert text.endswith(after)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_insertions_can_be_taken_out_again(text: str, places: list[int]) -> None:
    page = Page(text.replace("\r", ""))
    at = {min(place, len(page.text)) for place in places}
    edits = [Edit("a.py", page.span(place, place), "«»") for place in at]
    assert apply(page.text, edits).replace("«»", "") == page.text


def test_new_lines_end_as_those_of_the_file() -> None:
    assert apply("a\r\nb\r\n", [Edit("a.py", Span(1, 2, 1, 2), "\nx")]) == "a\r\nx\r\nb\r\n"


def test_a_mark_at_the_beginning_is_no_column() -> None:
    assert apply("\ufeffab", [Edit("a.py", Span(1, 2, 1, 2), "-")]) == "\ufeffa-b"


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [
        (Span(1, 1, 1, 5), Span(1, 4, 1, 8), True),
        (Span(1, 1, 1, 5), Span(1, 5, 1, 8), False),
        (Span(1, 3, 1, 3), Span(1, 3, 1, 3), False),
        (Span(1, 3, 1, 3), Span(1, 1, 1, 5), True),
    ],
)
def test_edits_of_the_same_text_overlap(left: Span, right: Span, meet: bool) -> None:
    assert overlap([Edit("a", left, "x")], [Edit("a", right, "y")]) is meet
    assert not overlap([Edit("a", left, "x")], [Edit("b", right, "y")])


def test_lines_behind_an_edit_move_by_what_it_adds() -> None:
    edits = [Edit("a", Span(2, 4, 2, 4), "\n\n"), Edit("b", Span(1, 1, 1, 1), "\n")]
    assert [moved(edits, "a", line) for line in (1, 2, 3)] == [1, 2, 5]
