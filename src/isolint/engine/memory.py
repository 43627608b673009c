"""What visits showed before: kept with what they asked of the program, and given again where the answers are the same.

A changed file is asked for by the visits that looked into it, and only those are made again; what else they looked at
all files for is a question of its own (`link.questions`), whose answer mostly stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isolint.engine.alike import Digests
from isolint.engine.cache import Cache
from isolint.engine.version import judging_version

if TYPE_CHECKING:
    from isolint.link import Program
    from isolint.link.questions import Question
    from isolint.prove.proof import Spread
    from isolint.prove.visits import Outcome, Site, Visited, Visiting

GONE = "gone"
"""In the place of an answer: what was asked for is not there any more."""


class _Kept(msgspec.Struct, array_like=True):
    """What a task's visits showed. `asked` are positions of questions; `spared` the accesses that a helper met and
    that an entry point had reached.
    """

    asked: tuple[int, ...]
    spared: tuple[tuple[str, tuple[int, int]], ...]
    outcomes: msgspec.Raw


class _Record(msgspec.Struct, array_like=True):
    """The visits of a program with some tenancy: questions with their answers' digests, and what is kept by task."""

    tenancy: str = ""
    questions: list[tuple[str, ...]] = []
    answers: list[str] = []
    kept: dict[str, _Kept] = {}


class Memory:
    """What is kept of one project's visits. `folder` None keeps it for this process alone."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self._root = root
        self._folder = folder
        self._records: dict[bool, _Record] = {}
        self._unsaved: set[bool] = set()

    def around(self, spread: Spread, texts: Mapping[str, str]) -> Spread:
        """A way to do visits that makes only those again that may show something else now; `texts` are the digests of
        the program's files.
        """
        recalling: list[_Recalling] = []

        def recalled(visiting: Visiting, positions: Sequence[int], reached: frozenset[Site]) -> Iterable[Visited]:
            if not recalling:
                recalling.append(_Recalling(self._record(visiting.advise), visiting, texts))
            known = recalling[0]
            found = {at: one for at in positions if (one := known.visited(at, reached)) is not None}
            made = iter(spread(visiting, [at for at in positions if at not in found], reached))
            for at in positions:
                one = found.get(at)
                if one is None:
                    one = next(made)
                    known.keep(at, one, reached)
                    self._unsaved.add(visiting.advise)
                yield one
            self._records[visiting.advise] = known.record()

        return recalled

    def save(self) -> None:
        """Keep what is new for later runs."""
        if self._folder is None or not self._unsaved:
            return
        store = Cache(self._folder)
        try:
            bodies = {self._key(advise): msgspec.json.encode(self._records[advise]) for advise in self._unsaved}
            store.put_many(bodies)
        except UnicodeEncodeError:  # a path that is no text
            return
        finally:
            store.close()
        self._unsaved.clear()

    def _record(self, advise: bool) -> _Record:
        if advise not in self._records:
            self._records[advise] = self._loaded(self._key(advise))
        return self._records[advise]

    def _loaded(self, key: bytes) -> _Record:
        store = Cache(self._folder)
        try:
            body = store.get_many([key]).get(key)
            return _Record() if body is None else msgspec.json.decode(body, type=_Record)
        except msgspec.DecodeError:
            return _Record()
        finally:
            store.close()

    def _key(self, advise: bool) -> bytes:
        text = f"visits {advise} {self._root}".encode("utf-8", "surrogateescape")
        return blake2b(text, key=judging_version(), digest_size=20).digest()


class _Recalling:
    """A record held against a program."""

    def __init__(self, record: _Record, visiting: Visiting, texts: Mapping[str, str]) -> None:
        from isolint.prove.tasks import names_of
        from isolint.prove.visits import Outcome

        self._digests = Digests()
        self._program: Program = visiting.program
        self._texts = texts
        self._names = names_of(visiting.tasks)
        self._answers: dict[Question, str] = {}
        self._decoder: msgspec.json.Decoder[tuple[Outcome, ...]] = msgspec.json.Decoder(tuple[Outcome, ...])
        self._tenancy = self._digests.of(visiting.tenancy)
        self._old = record if record.tenancy == self._tenancy else _Record()
        self._new = _Record(self._tenancy, [], [], {})
        self._numbers: dict[Question, int] = {}

    def visited(self, position: int, reached: frozenset[Site]) -> Visited | None:
        """What is known of a task, None when it must be visited."""
        from isolint.prove.visits import Visited

        kept = self._old.kept.get(self._names[position])
        if kept is None or not all(map(self._holds, kept.asked)):
            return None
        try:
            outcomes = self._decoder.decode(kept.outcomes)
        except msgspec.DecodeError:
            return None
        if _spared(outcomes, reached) != kept.spared:
            return None
        asked = frozenset(self._old.questions[number] for number in kept.asked)
        self._new.kept[self._names[position]] = self._renumbered(asked, kept)
        return Visited(outcomes, asked)

    def keep(self, position: int, found: Visited, reached: frozenset[Site]) -> None:
        """Keep what a visit showed just now."""
        body = msgspec.Raw(msgspec.json.encode(found.outcomes))
        kept = _Kept((), _spared(found.outcomes, reached), body)
        self._new.kept[self._names[position]] = self._renumbered(found.asked, kept)

    def record(self) -> _Record:
        """All that is known now."""
        return self._new

    def _holds(self, number: int) -> bool:
        return self._answer(self._old.questions[number]) == self._old.answers[number]

    def _renumbered(self, asked: Iterable[Question], kept: _Kept) -> _Kept:
        return _Kept(tuple(sorted(map(self._number, asked))), kept.spared, kept.outcomes)

    def _number(self, question: Question) -> int:
        if question not in self._numbers:
            self._numbers[question] = len(self._new.questions)
            self._new.questions.append(question)
            self._new.answers.append(self._answer(question))
        return self._numbers[question]

    def _answer(self, question: Question) -> str:
        if question not in self._answers:
            self._answers[question] = self._asked(question)
        return self._answers[question]

    def _asked(self, question: Question) -> str:
        from isolint.link.questions import EVERYTHING, TEXT, answer

        if question[0] == TEXT:
            return self._texts.get(question[1], GONE)
        if question == EVERYTHING:
            return self._digests.of(dict(self._texts))
        try:
            return self._digests.of(answer(self._program, question))
        except KeyError:
            return GONE


def _spared(outcomes: Sequence[Outcome], reached: frozenset[Site]) -> tuple[Site, ...]:
    """The accesses that a helper met and that were reached before."""
    return tuple(sorted({site for outcome in outcomes for site in outcome.met if site in reached}))
