"""Success that is told although an error may have been met on the way, in Python and TypeScript.

Who swallows an error without a trace is reported for that alone: here the error is noted, and then not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isolint.link import Program
from isolint.model.code import (
    Branch,
    Call,
    Constant,
    Evaluate,
    Handler,
    Jump,
    Loop,
    Mapping,
    Node,
    Return,
    Statement,
    Try,
    With,
)
from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place
from isolint.model.walk import nodes, nodes_in
from isolint.review.handlers import LOGGERS, broad, names_in, noted, stops, swallows
from isolint.review.makers import COLLECTS, Maker, runs, seen
from isolint.review.words import CATALOG, claims
from isolint.tenancy.flow import last_name, text_of

CHECKS = re.compile(r"verif|check|valid|assert|audit|compar|exist|inspect|count", re.IGNORECASE)
RESULTS = frozenset({"success", "ok", "succeeded", "provisioned", "complete", "completed", "done"})


@dataclass(frozen=True, slots=True)
class Guarded:
    """A `try`, and what is run after it: when its handler falls through, and when that takes the loop's next round."""

    node: Try
    after: tuple[Statement, ...]
    behind_loop: tuple[Statement, ...]


def claimed(program: Program, maker: Maker) -> Iterator[Observation]:
    """The first statement that tells success on a way that an error leads to."""
    path = maker.ref.path
    for guarded in _guarded(maker.function.body, (), ()):
        for handler in guarded.node.handlers if runs(*guarded.node.body) else ():
            if broad(handler) and not swallows(program, path, handler) and (found := _claim(guarded, handler)):
                step = Step("an error of these statements leads here too", Place(path, guarded.node.body[0].at))
                caught = Step("it is answered here", Place(path, handler.at))
                yield seen(Trait.UNCHECKED_SUCCESS, maker, found.at, _shown(found), step, caught)
                return


def told_anyway(program: Program, maker: Maker) -> Step | None:
    """Where a function, or another method of its class, tells that everything has succeeded."""
    path, own = maker.ref.path, maker.function
    for function in program.modules[path].functions.values():
        related = function is own or (own.owner and function.owner == own.owner)
        for node in nodes(function) if related else ():
            if isinstance(node, Evaluate) and _tells(node, set(), whole=True, ended=False):
                return Step(f"success is told all the same: {_shown(node)}", Place(path, node.at))
    return None


def _guarded(
    body: Sequence[Statement], after: tuple[Statement, ...], behind: tuple[Statement, ...]
) -> Iterator[Guarded]:
    for at, statement in enumerate(body):
        rest = (*body[at + 1 :], *after)
        match statement:
            case Try():
                rest = (*statement.final, *rest)
                yield Guarded(statement, rest, behind)
                yield from _guarded(statement.body, (*statement.otherwise, *rest), behind)
            case Branch():
                yield from _guarded(statement.then, rest, behind)
                yield from _guarded(statement.otherwise, rest, behind)
            case Loop():
                yield from _guarded(statement.body, (*statement.otherwise, *rest), rest)
            case With():
                yield from _guarded(statement.body, rest, behind)


def _claim(guarded: Guarded, handler: Handler) -> Node | None:
    """What tells success after a handler, or in it."""
    returned = next((node for node in nodes_in(*handler.body) if isinstance(node, Return)), None)
    if returned is not None:
        return returned if _succeeds(returned) else None
    if stops(handler.body):
        return None
    jumps = any(isinstance(node, Jump) for node in nodes_in(*handler.body))
    return _first_claim(guarded.behind_loop if jumps else guarded.after, noted(handler), whole=jumps)


def _first_claim(statements: Sequence[Statement], notes: set[str], *, whole: bool) -> Node | None:
    """The first one that does not look at the notes, unless these or the database are looked at before. Behind other
    statements that are run only claims on the `whole` are about what has failed.
    """
    for at, statement in enumerate(statements):
        tested = statement.test if isinstance(statement, Branch) else getattr(statement, "source", None)
        if isinstance(tested, Node) and notes & names_in(tested):
            if isinstance(statement, Branch) and stops(statement.then):
                return None
            continue
        if _verifies(statement):
            return None
        if _tells(statement, notes, whole=whole, ended=not notes & names_in(*statements[at + 1 :])):
            return statement
        if isinstance(statement, Return):
            return None
        whole = whole or runs(statement)
        if isinstance(statement, Branch) and not runs(statement):
            for inner in (statement.then, statement.otherwise):
                if found := _first_claim([one for one in inner if not isinstance(one, Return)], notes, whole=whole):
                    return found
    return None


def _tells(statement: Statement, notes: set[str], *, whole: bool, ended: bool = True) -> bool:
    if isinstance(statement, Return):
        return _succeeds(statement)
    value = statement.value if isinstance(statement, Evaluate) else None
    if not isinstance(value, Call) or last_name(value.function) not in LOGGERS | COLLECTS or notes & names_in(value):
        return False
    return claims(_text(value), whole=whole, ended=ended)


def _succeeds(statement: Return) -> bool:
    """Whether it returns what says that all went well, whatever happened."""
    value = statement.value
    if isinstance(value, Mapping):
        entries = ((entry.key, entry.value) for entry in value.entries if entry.key is not None)
        return any(text_of(key) in RESULTS and _is_true(given) for key, given in entries)
    return value is not None and (_is_true(value) or claims(text_of(value), whole=True))


def _is_true(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is True


def _verifies(statement: Statement) -> bool:
    """Whether something is asked that tells what has been made."""
    return any(
        (isinstance(node, Call) and CHECKS.search(last_name(node.function)) is not None)
        or CATALOG.search(text_of(node)) is not None
        for node in nodes_in(statement)
    )


def _text(node: Node) -> str:
    """All constant text in a node, in order of place."""
    found = sorted((part for part in nodes_in(node) if text_of(part)), key=lambda part: part.at)
    return " ".join(text_of(part) for part in found)


def _shown(node: Node) -> str:
    flat = " ".join(_text(node).split()) or "success"
    if isinstance(node, Return):
        return "what it returns"
    return f'"{flat}"' if len(flat) <= 60 else f'"{flat[:59]}…"'
