"""Functions of Python and TypeScript that make a schema and leave the session's search path at it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from isolint.model.code import Call, Constant, Function, Template, Try
from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place
from isolint.model.walk import nodes, nodes_in
from isolint.prove.judge import MAINTENANCE
from isolint.prove.roles import path_role
from isolint.review.makers import HOLE, RUNS, Maker, ran, seen, text_with_holes
from isolint.review.plpgsql import CALLS_PATH, REMEMBERS, RESETS, SETS_PATH
from isolint.tenancy.flow import Flow, last_name, text_of

BOUND = re.compile(r"\$\d|%s|%\(|:\w|\?|" + HOLE)
"""What is put into a statement, here or by the driver."""
CLOSES = frozenset("end close disconnect $disconnect dispose destroy terminate quit".split())
ROLLS_BACK = re.compile(r"^\s*(?:begin|start\s+transaction)\b", re.IGNORECASE)
SHOWN = "show search_path"
TRANSACTIONS = frozenset({"transaction", "$transaction", "withTransaction", "begin", "atomic"})


@dataclass(frozen=True, slots=True)
class _Setting:
    """A statement that sets the session's search path; `back`: to a fixed one, or to what it was."""

    call: Call
    value: str
    back: bool


def kept_paths(maker: Maker, judged: Container[tuple[str, int]]) -> Iterator[Observation]:
    """The last one that is set to something variable and not put back, or only where nothing fails in between.

    `judged` are paths and lines of those that are reported as what a request does. A script's session ends with it,
    and so does one whose connection the function closes.
    """
    path = maker.ref.path
    if path_role(path) in MAINTENANCE or not CLOSES.isdisjoint(maker.function.calls):
        return
    settings = sorted(_settings(maker.function), key=lambda setting: setting.call.at)
    first = next((setting for setting in settings if not setting.back), None)
    if first is None or (path, first.call.at.line) in judged:
        return
    after = [setting for setting in settings if setting.call.at > first.call.at]
    if not after or not after[-1].back:
        last = [setting for setting in settings if not setting.back][-1]
        yield seen(Trait.LEAKED_SEARCH_PATH, maker, last.call.at, last.value)
    elif path.endswith(".py") or _always(maker.function, after) or _rolled_back(maker.function):
        return  # drivers of Python begin a transaction by themselves, whose end undoes it
    elif any(first.call.at < call.at < after[-1].call.at for call in _running(maker.function)):
        step = Step("it is put back here, which an error in between passes over", Place(path, after[-1].call.at))
        yield seen(Trait.LEAKED_SEARCH_PATH, maker, first.call.at, first.value, step)


def _settings(function: Function) -> Iterator[_Setting]:
    given = ran(Flow(function))
    remembered = False
    for call in sorted(_running(function), key=lambda call: call.at):
        for text in _texts(call, given):
            remembered = remembered or REMEMBERS.search(text) is not None or text.lower().strip(" ;") == SHOWN
            found = SETS_PATH.search(text) or CALLS_PATH.search(text)
            if found is not None:
                value = " ".join(found["value"].split()).rstrip(";")
                fixed = BOUND.search(value) is None or RESETS.search(value) is not None
                yield _Setting(call, value.replace(HOLE, "…"), fixed or remembered)
            elif RESETS.search(text):
                yield _Setting(call, "", True)


def _texts(call: Call, given: Container[int]) -> Iterator[str]:
    """Each statement in the text that a call runs."""
    for argument in call.arguments[:1]:
        for node in nodes_in(argument.value):
            text = text_with_holes(node) or text_of(node)
            if text and id(node) in given and ("search_path" in text.lower() or "reset" in text.lower()):
                yield from text.split(";")
                break


def _running(function: Function) -> Iterator[Call]:
    return (node for node in nodes(function) if isinstance(node, Call) and last_name(node.function) in RUNS)


def _always(function: Function, after: list[_Setting]) -> bool:
    """Whether one of the settings stands in a `finally`, or in a handler too."""
    calls = {setting.call for setting in after if setting.back}
    tries = [node for node in nodes(function) if isinstance(node, Try)]
    handled = (node for one in tries for node in nodes_in(*one.final, *(s for h in one.handlers for s in h.body)))
    return any(node in calls for node in handled)


def _rolled_back(function: Function) -> bool:
    """Whether it runs in a transaction, whose end by an error undoes it."""
    if not TRANSACTIONS.isdisjoint(function.calls):
        return True
    return any(ROLLS_BACK.search(text_of(node)) for node in nodes(function) if isinstance(node, Constant | Template))
