"""Answers that rest on one another."""

from __future__ import annotations

from isolint.prove.answers import Answers


class _Graph:
    """Names that hold when they are given, or when a name that they lead to holds; counts how often each is asked."""

    def __init__(self, given: str, **leads: str) -> None:
        self.given, self.leads = frozenset(given), leads
        self.answers = Answers()
        self.asked: list[str] = []

    def holds(self, name: str) -> str | None:
        return self.answers.ask(name, lambda: self._work_out(name))

    def _work_out(self, name: str) -> str | None:
        self.asked.append(name)
        if name in self.given:
            return name
        return next((found for other in self.leads.get(name, "") if (found := self.holds(other))), None)


def test_a_circle_that_supports_only_itself_does_not_hold() -> None:
    graph = _Graph("", a="b", b="c", c="a")
    assert [graph.holds(name) for name in "abc"] == [None, None, None]


def test_a_circle_with_a_way_out_holds_from_each_side() -> None:
    for first in "abc":
        graph = _Graph("z", a="b", b="c", c="az")
        assert graph.holds(first) == "z"
        assert {graph.holds(name) for name in "abc"} == {"z"}


def test_a_no_given_in_a_circle_is_taken_back_when_what_it_rested_on_holds() -> None:
    graph = _Graph("z", a="bc", b="a", c="z")
    assert graph.holds("a") == "z"
    assert graph.holds("b") == "z"


def test_what_was_doubted_within_a_round_is_asked_again_in_the_same_question() -> None:
    graph = _Graph("z", a="bd", b="c", c="ba", d="b")
    assert graph.holds("a") is None
    graph = _Graph("z", a="bde", b="c", c="bd", d="be", e="z")
    assert graph.holds("a") == "z"
    assert graph.holds("c") == "z"


def test_names_that_all_lead_to_each_other_cost_no_more_than_their_number_squared() -> None:
    names = "abcdefghijklmnopqrst"
    graph = _Graph("", **dict.fromkeys(names, names))
    assert all(graph.holds(name) is None for name in names)
    assert len(graph.asked) <= len(names) ** 2
