"""Functions of Python and TypeScript that make tenants' schemas, and which of their texts go to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.code import Attribute, Call, Constant, Expression, Function, Loop, Name, Node, Operation, Template
from isolint.model.evidence import Step
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place, Span
from isolint.model.walk import nodes, nodes_in
from isolint.tenancy.flow import Flow, last_name, pieces, text_of

DDL = re.compile(
    r"\b(?:create|alter)\s+(?:or\s+replace\s+)?(?:unique\s+|unlogged\s+)?(?:schema|table|index|sequence|type)\b", re.I
)
SQL = re.compile(r"\s*(?:--.*\s*)*(?:create|alter|do|begin|set|drop|insert|grant|comment)\b", re.I)
"""What SQL begins with, where prose about SQL does not."""
RUNS = frozenset(
    "query execute executemany exec unsafe raw run fetch $executeRaw $executeRawUnsafe $queryRaw $queryRawUnsafe "
    "execute_sql exec_driver_sql executescript".split()
)
COLLECTS = frozenset({"push", "append", "add"})
HOLE = "⟦⟧"


@dataclass(frozen=True, slots=True)
class Maker:
    """A function with DDL whose text has something put in: `texts` are these with their nodes."""

    ref: FunctionRef
    function: Function
    texts: tuple[tuple[str, Expression], ...]


def makers(program: Program, path: str) -> Iterator[Maker]:
    """Those of a file."""
    for qualname, function in program.modules[path].functions.items():
        found = ((text_with_holes(node), node) for node in nodes(function))
        texts = tuple((text, node) for text, node in found if HOLE in text and SQL.match(text) and DDL.search(text))
        if texts:
            yield Maker(FunctionRef(path, qualname), function, texts)  # type: ignore[arg-type]  # they are expressions


def text_with_holes(node: Node) -> str:
    """Text with what is put in marked; '' for what is no text."""
    if isinstance(node, Template) or (isinstance(node, Operation) and node.operator == "+"):
        return "".join(text_of(part) if isinstance(part, Constant) else HOLE for part in pieces(node))
    return ""


def ran(flow: Flow) -> set[int]:
    """The ids of the expressions that go to the database: what calls that run SQL are given, through variables, loops
    over lists, and what is added to these lists.
    """
    waiting = [given.value for call in flow.calls() if last_name(call.function) in RUNS for given in call.arguments]
    found: set[int] = set()
    names: set[str] = set()
    while waiting:
        parts = flow.parts(waiting.pop())
        found |= {id(part) for part in parts}
        fresh = {part.id for part in parts if isinstance(part, Name)} - names
        names |= fresh
        loops = (loop for loop in flow.body.of(Loop) if isinstance(loop.target, Name) and loop.target.id in fresh)
        waiting += [loop.source for loop in loops]
        adds = (call for call in flow.calls() if last_name(call.function) in COLLECTS)
        waiting += [given.value for call in adds if collection(call) in fresh for given in call.arguments]
    return found


def runs(*statements: Node) -> bool:
    """Whether something in them runs SQL."""
    return any(isinstance(node, Call) and last_name(node.function) in RUNS for node in nodes_in(*statements))


def collection(call: Call) -> str:
    """The name of the list that a call adds to."""
    return last_name(call.function.base) if isinstance(call.function, Attribute) else ""


def seen(trait: Trait, maker: Maker, at: Span, subject: str, *trail: Step) -> Observation:
    """An observation in a function."""
    return Observation(trait, Place(maker.ref.path, at), subject, function=maker.ref.qualname, trail=trail)
