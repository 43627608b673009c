"""For GitHub Actions: one workflow command a difference, shown on the file where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.schema.difference import Change, Comparison
from isolint.schema.output import Options
from isolint.schema.output.words import place, rule_id, sentence, verdict

LEVELS = {Change.MISSING: "error", Change.CHANGED: "error", Change.EXTRA: "warning"}


def render(comparison: Comparison, options: Options) -> str:
    """The commands, and the verdict as a notice."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    for difference in comparison.differences:
        path, line = place(comparison, difference)
        where = f"file={_property(path)},line={line}," if path else ""
        title = f"{where}title={_property(rule_id(difference))}"
        yield f"::{LEVELS[difference.change]} {title}::{_data(sentence(difference))}"
    for name in comparison.busy:
        yield f"::warning title=busy::{_data(f'{name} is being altered and was not compared')}"
    yield from (f"::warning title=not read::{_data(text)}" for text in comparison.unread)
    yield f"::notice title=isolint schema diff::{_data(verdict(comparison))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
