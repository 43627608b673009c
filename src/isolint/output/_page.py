"""The parts of pages for terminals: colour, wrapped prose, code with its underline, trails."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from isolint.model.evidence import Step
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Place
from isolint.output import RenderOptions
from isolint.output._excerpt import code_line, underlined
from isolint.output._words import on_one_line, word

INDENT = "    "
NARROWEST = 40

_STYLES = {"red": 31, "yellow": 33, "blue": 34, "cyan": 36, "green": 32, "bold": 1}
_BY_LEVEL = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}


class Page:
    """What all pages on `report` can draw on."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.report = report
        self.options = options

    def paint(self, text: str, *styles: str) -> str:
        """The text in these styles, where colour is wanted."""
        if not self.options.colour:
            return text
        return f"\x1b[{';'.join(str(_STYLES[style]) for style in styles)}m{text}\x1b[0m"

    def level(self, level: Level) -> str:
        """The word for a level in its colour."""
        return self.paint(word(level), _BY_LEVEL[level])

    def code(self, place: Place, style: str) -> Iterator[str]:
        """The first line of a place and the underline in `style`; nothing when the report does not hold the line."""
        line = code_line(self.report, place)
        if line is None:
            return
        number = str(place.span.line)
        room = max(self.options.width, NARROWEST) - len(number) - len(INDENT) - 3
        text, marks = underlined(line, place, room)
        yield f"{INDENT}{self.paint(f'{number} |', 'blue')} {text}"
        gutter = self.paint(" " * len(number) + " |", "blue")
        yield f"{INDENT}{gutter} {self.paint(marks, style)}"

    def trail(self, steps: Iterable[Step]) -> Iterator[str]:
        """The steps under `why:`, each with its place."""
        for number, step in enumerate(steps):
            assumed = " (assumed)" if step.assumed else ""
            place = f" [{step.place}]" if step.place else ""
            yield from self.wrapped(INDENT + ("     " if number else "why: "), f"{step.message}{assumed}{place}")

    def wrapped(self, lead: str, text: str) -> list[str]:
        """The text after `lead`, further lines under the first."""
        return textwrap.wrap(
            on_one_line(text),
            max(self.options.width, NARROWEST),
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )


def style_of(level: Level) -> str:
    """The colour of a level."""
    return _BY_LEVEL[level]
