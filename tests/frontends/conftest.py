"""Facts as short text, so that a test is a line of source and a line of what it lowers to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model import code


def shown(node: code.Expression | None) -> str:
    """`name(…)` for what has no short form; `Σ` a sequence, `τ` a template, `?` what is opaque."""
    match node:
        case None:
            return ""
        case code.Constant(value=value):
            return repr(value)
        case code.Name(id=name):
            return name
        case code.Attribute():
            return f"{shown(node.base)}{'?.' if node.optional else '.'}{node.name}"
        case code.Index():
            return f"{shown(node.base)}[{shown(node.key)}]"
        case code.Call():
            return f"{shown(node.function)}{'!' * node.tagged}({', '.join(map(argument, node.arguments))})"
        case code.Template():
            return listed("τ", node.parts)
        case code.Operation(right=None):
            return f"({node.operator}{' ' * node.operator.isalpha()}{shown(node.left)})"
        case code.Operation():
            return f"({shown(node.left)} {node.operator} {shown(node.right)})"
        case code.Compare():
            return f"({shown(node.left)} {node.operator} {shown(node.right)})"
        case code.Logical():
            return listed(node.operator, node.operands)
        case code.Not():
            return listed("not", (node.operand,))
        case code.Choice():
            return listed("choice", (node.test, node.then, node.otherwise))
        case code.Sequence():
            return listed("Σ", node.items)
        case code.Mapping():
            return "{" + ", ".join(map(entry, node.entries)) + "}"
        case code.Spread():
            return f"*{shown(node.value)}"
        case code.Closure():
            return node.function
        case code.Comprehension():
            key = "" if node.key is None else f"{shown(node.key)}: "
            return f"each({key}{shown(node.element)}{''.join(map(clause, node.clauses))})"
        case code.Await():
            return listed("await", (node.value,))
        case code.Bind():
            return f"({shown(node.target)} := {shown(node.value)})"
        case code.Opaque():
            return listed("?", node.parts)
    raise AssertionError(node)


def listed(name: str, items: tuple[code.Expression, ...]) -> str:
    return f"{name}({', '.join(map(shown, items))})"


def argument(given: code.Argument) -> str:
    return ("*" * given.stars) + (f"{given.name}=" if given.name else "") + shown(given.value)


def entry(each: code.Entry) -> str:
    return f"**{shown(each.value)}" if each.key is None else f"{shown(each.key)}: {shown(each.value)}"


def clause(each: code.Clause) -> str:
    return f" for {shown(each.target)} in {shown(each.source)}" + "".join(f" if {shown(x)}" for x in each.conditions)


def told(body: tuple[code.Statement, ...]) -> str:
    """Statements on one line, blocks in braces."""
    return "; ".join(map(statement, body))


def statement(node: code.Statement) -> str:
    match node:
        case code.Assign():
            return f"{shown(node.target)} {node.operator}= {shown(node.value)}"
        case code.Evaluate():
            return shown(node.value)
        case code.Return():
            return f"return {shown(node.value)}".strip()
        case code.Raise():
            return f"raise {shown(node.value)}".strip()
        case code.Jump():
            return node.kind
        case code.Branch():
            return f"if {shown(node.test)} {{{told(node.then)}}}" + block("else", node.otherwise)
        case code.Loop(target=None):
            return f"while {shown(node.source)} {{{told(node.body)}}}" + block("else", node.otherwise)
        case code.Loop():
            head = f"for {shown(node.target)} in {shown(node.source)}"
            return f"{head} {{{told(node.body)}}}" + block("else", node.otherwise)
        case code.Try():
            handlers = "".join(f" except {shown(h.kind)}:{h.name} {{{told(h.body)}}}" for h in node.handlers)
            return f"try {{{told(node.body)}}}{handlers}" + block("else", node.otherwise) + block("finally", node.final)
        case code.With():
            return f"with {shown(node.value)} as {shown(node.target)} {{{told(node.body)}}}"
        case code.Define():
            return f"define {node.name}={node.definition}"
    raise AssertionError(node)


def block(word: str, body: tuple[code.Statement, ...]) -> str:
    return f" {word} {{{told(body)}}}" if body else ""


@pytest.fixture
def show() -> Callable[[code.Expression | None], str]:
    """An expression of facts, as text."""
    return shown


@pytest.fixture
def tell() -> Callable[[tuple[code.Statement, ...]], str]:
    """The statements of a body, as text."""
    return told
