"""Questions whose answers rest on one another: the least set of answers that supports itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

A = TypeVar("A")


class Answers:
    """Answers to questions that may ask each other, also in circles; None is "no".

    A question that is asked while it is being answered counts as "no" for the moment. A "yes" that was found so
    holds, since more answers only add reasons. A "no" that rests on such a moment is kept for the round, and all of
    the round is asked again as long as another "yes" comes out of it. So the cost grows with the questions, and not
    with the ways on which one leads to the other.
    """

    def __init__(self) -> None:
        self._settled: dict[Hashable, Any] = {}
        self._doubtful: set[Hashable] = set()
        self._busy: set[Hashable] = set()
        self._cuts = 0
        self._found = 0

    def ask(self, question: Hashable, answer: Callable[[], A | None]) -> A | None:
        """The answer to a question; `answer` works it out, and may ask others."""
        if question in self._settled:
            known: A | None = self._settled[question]
            return known
        if question in self._busy or question in self._doubtful:
            self._cuts += 1
            return None
        if self._busy:
            return self._work_out(question, answer)
        found = -1
        while question not in self._settled and found < self._found:
            found = self._found
            self._doubtful.clear()
            self._work_out(question, answer)
        if question not in self._settled:
            self._settled.update(dict.fromkeys(self._doubtful))
        self._doubtful.clear()
        settled: A | None = self._settled[question]
        return settled

    def _work_out(self, question: Hashable, answer: Callable[[], A | None]) -> A | None:
        cuts = self._cuts
        self._busy.add(question)
        try:
            result = answer()
        finally:
            self._busy.discard(question)
        if result is not None:
            self._found += 1
        if result is not None or cuts == self._cuts:
            self._settled[question] = result
        else:
            self._doubtful.add(question)
        return result
