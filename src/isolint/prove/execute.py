"""Statements: every way through a function is taken once, and the ways meet again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model import code
from isolint.model.source import Span
from isolint.prove.absent import MISSING, present
from isolint.prove.ambient import enter_block
from isolint.prove.assign import assign, augment
from isolint.prove.denial import denies
from isolint.prove.evaluate import chosen, element_of, evaluate, one_of
from isolint.prove.executors import within
from isolint.prove.frame import Check, Frame
from isolint.prove.knowing import decided_by, facts, joined
from isolint.prove.merge import is_refined, merge_names
from isolint.prove.narrow import narrow
from isolint.prove.promises import returned
from isolint.prove.terms import (
    NEVER,
    NULL,
    Closed,
    Each,
    Entity,
    Items,
    Logic,
    Passed,
    Pending,
    Result,
    Term,
    Unknown,
    walk,
)

if TYPE_CHECKING:
    from isolint.prove.run import Run

MAX_IMPLIED = 4
"""Of more facts than this none is kept when a branch ends: they are a function's insides, not its checks."""
MAX_UNROLLED = 8
"""Loops over a literal list of at most this many items are taken item by item."""


def execute(run: Run, frame: Frame, body: Sequence[code.Statement]) -> bool:
    """Run a block; True when nothing after it is reached."""
    for statement in body:  # noqa: SIM110  # a generator's frame for each statement costs more than most statements
        if _RUNNERS[type(statement)](run, frame, statement):
            return True
    return False


def note_check(run: Run, frame: Frame, found: tuple[Term, ...], at: Span) -> None:
    """Record that what follows is only reached when `found` holds."""
    if found:
        run.trace.checks.append(Check(found, run.place(frame, at), run.trace.tick(), frame.stack, frame.known))


def note_denial(run: Run, found: tuple[Term, ...], body: Sequence[code.Statement]) -> None:
    """Record that those for whom `found` does not hold were refused, not merely answered earlier."""
    if found and denies(body):
        run.trace.denials.update(found)


def _assign(run: Run, frame: Frame, node: code.Assign) -> bool:
    if node.operator:
        augment(run, frame, node)
    else:
        assign(run, frame, node.target, chosen(run, frame, node.value))
    return False


def _evaluate(run: Run, frame: Frame, node: code.Evaluate) -> bool:
    """A call for its effect: one that can raise leaves its facts behind, one of unknown code may have checked
    something.
    """
    value = evaluate(run, frame, node.value)
    if not is_refined(frame, value):
        run.hand_on(frame, value)
    if isinstance(value, Result | Pending):
        passed = Passed(value) if isinstance(value, Result) else value
        if passed not in frame.known:
            frame.known += (passed,)
            note_check(run, frame, (passed,), node.at)
    if value is not NEVER:
        return False
    frame.partial = frame.refuses = True
    return True


def _return(run: Run, frame: Frame, node: code.Return) -> bool:
    value = evaluate(run, frame, node.value) if node.value is not None else NULL
    if isinstance(value, Pending):
        run.learn(frame, value.learnt, node.at)
        value = value.value
    frame.returns.append((returned(run, frame, value), frame.known))
    return True


def _raise(run: Run, frame: Frame, node: code.Raise) -> bool:
    if node.value is not None:
        evaluate(run, frame, node.value)
    frame.refuses = True
    return True


def _jump(run: Run, frame: Frame, node: code.Jump) -> bool:
    return True


def _branch(run: Run, frame: Frame, node: code.Branch) -> bool:
    test = evaluate(run, frame, node.test)
    decided = decided_by(frame.known, test)
    if decided is not None:
        frame.partial = True
        return execute(run, frame, node.then if decided else node.otherwise)
    holds, fails = facts(test), facts(test, holds=False)
    names, known = dict(frame.names), frame.known
    frame.known = _with(known, (*holds, *_released(known, fails)))
    narrow(run, frame, node.test, holds=True)
    then_ended = execute(run, frame, node.then)
    then_names, then_known = frame.names, frame.known
    frame.names, frame.known = names, _with(known, (*fails, *_released(known, holds)))
    if then_ended:
        note_check(run, frame, fails, node.test.at)
        note_denial(run, fails, node.then)
    narrow(run, frame, node.test, holds=False)
    other_ended = execute(run, frame, node.otherwise)
    if then_ended and other_ended:
        return True
    if other_ended:
        frame.names, frame.known = then_names, then_known
        note_check(run, frame, holds, node.test.at)
        note_denial(run, holds, node.otherwise)
    elif not then_ended:
        absent = [name for name, value in then_names.items() if value in MISSING]
        dropped = [value for name in absent for value in present(frame.names.get(name, NULL))]
        about = tuple(fact for fact in fails if any(part in dropped for part in walk(fact))) if dropped else ()
        note_check(run, frame, about, node.test.at)
        frame.names = merge_names(then_names, frame.names, holds, fails)
        learnt = [fact for fact in then_known if fact not in frame.known and fact not in holds]
        missed = [fact for fact in frame.known if fact not in then_known and fact not in fails]
        implied = (*_implied(run, learnt, fails), *_implied(run, missed, holds))
        frame.known = (*(fact for fact in frame.known if fact in then_known), *implied)
    return False


def _released(known: tuple[Term, ...], excluded: tuple[Term, ...]) -> tuple[Term, ...]:
    """What holds because the other side of an earlier branch is out of the question now."""
    if not excluded:
        return ()
    ways = (fact.operands for fact in known if isinstance(fact, Logic) and fact.operator == "or")
    other = joined(list(excluded))
    return tuple(way[1] for way in ways if len(way) == 2 and other == way[0])


def _implied(run: Run, learnt: list[Term], otherwise: tuple[Term, ...]) -> tuple[Term, ...]:
    """What was checked on one side of a branch only: it holds, or the other side was taken. Of much that was learnt
    there only that counts for which others were refused.
    """
    told = [fact for fact in learnt if not isinstance(fact, Passed)]
    if len(told) > MAX_IMPLIED:
        told = [fact for fact in told if fact in run.trace.denials]
    if not otherwise or len(told) > MAX_IMPLIED:
        return ()
    other = joined(list(otherwise))
    return tuple(Logic("or", (other, fact)) for fact in told)


def _with(known: tuple[Term, ...], more: tuple[Term, ...]) -> tuple[Term, ...]:
    return known + tuple(fact for fact in more if fact not in known)


def _loop(run: Run, frame: Frame, node: code.Loop) -> bool:
    source = evaluate(run, frame, node.source)
    if node.target is not None and isinstance(source, Items) and 0 < len(source.items) <= MAX_UNROLLED:
        for item in source.items:
            assign(run, frame, node.target, one_of(item))
            execute(run, frame, node.body)
        return execute(run, frame, node.otherwise)
    names, known = dict(frame.names), frame.known
    if node.target is not None:
        run.hand_on(frame, source)
        assign(run, frame, node.target, element_of(source))
    else:
        frame.known = _with(known, facts(source))
    ended = execute(run, frame, node.body)
    learnt = () if ended else tuple(f for f in about_each(frame.known, element_of(source)) if f not in known)
    frame.names = merge_names(frame.names, names, (Unknown("loop"),), (Unknown("no loop"),))
    frame.known = known + learnt
    return execute(run, frame, node.otherwise)


def about_each(facts: tuple[Term, ...], element: Term) -> Iterator[Term]:
    """The facts that speak of every element, where they held at the end of a loop's body."""
    for fact in facts:
        if any(part == element or isinstance(part, Each) for part in walk(fact)):
            yield fact


def _try(run: Run, frame: Frame, node: code.Try) -> bool:
    names, known = dict(frame.names), frame.known
    body_ended = execute(run, frame, node.body) or execute(run, frame, node.otherwise)
    ways = [] if body_ended else [(frame.names, frame.known)]
    for handler in node.handlers:
        frame.names, frame.known = dict(names), known
        if handler.name:
            frame.names[handler.name] = Unknown(handler.name)
        if not execute(run, frame, handler.body):
            ways.append((frame.names, frame.known))
    if ways:
        frame.names, frame.known = ways[0]
        for other_names, other_known in ways[1:]:
            frame.names = merge_names(frame.names, other_names, (Unknown("try"),), (Unknown("except"),))
            frame.known = tuple(fact for fact in frame.known if fact in other_known)
    return execute(run, frame, node.final) or not ways


def _with_statement(run: Run, frame: Frame, node: code.With) -> bool:
    value = evaluate(run, frame, node.value)
    if node.target is not None:
        assign(run, frame, node.target, value)
    enter_block(run, frame, value, node.value.at)
    with within(run, value):
        return execute(run, frame, node.body)


def _define(run: Run, frame: Frame, node: code.Define) -> bool:
    module = run.program.modules[frame.path]
    if node.definition in module.functions:
        frame.names[node.name] = Closed(FunctionRef(frame.path, node.definition), frame.number)
    elif node.definition in module.classes:
        frame.names[node.name] = Entity(ClassRef(frame.path, node.definition))
    return False


_RUNNERS: dict[type, Callable[..., bool]] = {
    code.Assign: _assign,
    code.Evaluate: _evaluate,
    code.Return: _return,
    code.Raise: _raise,
    code.Jump: _jump,
    code.Branch: _branch,
    code.Loop: _loop,
    code.Try: _try,
    code.With: _with_statement,
    code.Define: _define,
}
