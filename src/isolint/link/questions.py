"""What was asked of a program while something was worked out, so that it can be told later whether that still holds.

Whatever an answer is made of, it is made of files, and of questions about all of them together. Both are noted by
name: `text` of a path, and each function that is marked as a `question` with its arguments. Who has noted the questions
and the answers of one program can ask another one the same, and need not work out again what rests on equal answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from isolint.link.module import Module
    from isolint.link.program import Program

Question = tuple[str, ...]
"""The name of what is asked, and its arguments."""

TEXT = "text"
EVERYTHING: Question = ("everything",)
"""All files of the program: asked by whoever goes through them without a question of its own."""

A = TypeVar("A")
P = ParamSpec("P")

_answering: dict[str, Callable[..., Any]] = {}


class Asked:
    """Notes questions for whoever wants to know what was asked meanwhile."""

    def __init__(self) -> None:
        self.open: list[set[Question]] = []

    def note(self, question: Question) -> None:
        """Note a question."""
        if self.open:
            self.open[-1].add(question)

    def note_all(self, questions: Iterable[Question]) -> None:
        """Note what was asked when something was worked out that is used now."""
        if self.open:
            self.open[-1].update(questions)

    @contextmanager
    def meanwhile(self) -> Iterator[set[Question]]:
        """What is asked within. It is not noted for those who wait outside: they note it, or what it was asked for."""
        found: set[Question] = set()
        self.open.append(found)
        try:
            yield found
        finally:
            self.open.pop()


class Modules(dict[str, "Module"]):
    """The files of a program by path. Each look at one is noted, and each look at all."""

    def __init__(self, files: dict[str, Module], asked: Asked) -> None:
        super().__init__(files)
        self._asked = asked
        self._open = asked.open

    def __getitem__(self, path: str) -> Module:
        if self._open:
            self._open[-1].add((TEXT, path))
        return super().__getitem__(path)

    def get(self, path: str, default: Any = None) -> Any:
        """The file, or the default."""
        self._asked.note((TEXT, path))
        return super().get(path, default)

    def __contains__(self, path: object) -> bool:
        self._asked.note((TEXT, str(path)))
        return super().__contains__(path)

    def __iter__(self) -> Iterator[str]:
        self._asked.note(EVERYTHING)
        return super().__iter__()

    def keys(self) -> Any:
        """The paths."""
        self._asked.note(EVERYTHING)
        return super().keys()

    def values(self) -> Any:
        """The files."""
        self._asked.note(EVERYTHING)
        return super().values()

    def items(self) -> Any:
        """The paths with their files."""
        self._asked.note(EVERYTHING)
        return super().items()


def question(work_out: Callable[Concatenate[Program, P], A]) -> Callable[Concatenate[Program, P], A]:
    """Marks a function that looks at a whole program: its answers are kept, and asking it is noted in place of all that
    it looks at. Its arguments are texts.
    """
    name = f"{work_out.__module__}.{work_out.__qualname__}"

    def asking(program: Program, /, *arguments: P.args, **named: P.kwargs) -> A:
        assert not named
        key: Question = (name, *map(str, arguments))
        program.asked.note(key)
        if key not in program.answers:
            with program.asked.meanwhile():
                program.answers[key] = work_out(program, *arguments, **named)
        answer: A = program.answers[key]
        return answer

    _answering[name] = asking
    asking.__doc__ = work_out.__doc__
    return asking


def answer(program: Program, asked: Question) -> Any:
    """What a program answers to a question that was noted, but for `TEXT` and `EVERYTHING`. Raises KeyError for one
    that is not asked any more.
    """
    name, *arguments = asked
    return _answering[name](program, *arguments)
