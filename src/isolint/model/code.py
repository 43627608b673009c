"""Facts about code: a small language-neutral tree, which is what frontends make and what is cached.

A frontend lowers the functions, classes, imports and module level of one file to these nodes and judges nothing. Names
stay names; which model, table, tenant or guard they stand for is decided later, by `link` and `prove`, from these facts
alone. What a frontend cannot express becomes `Opaque` with the expressions inside it, so that no call is ever lost.

Parentheses, type annotations on expressions, casts, non-null assertions and the like do not exist here. Nodes
compare by
value, are hashable, and are encoded by msgspec as JSON arrays tagged with the class name.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from isolint.model.source import Language, Span

FORMAT = 4
"""Raise when the meaning of a node changes: it is part of the cache key."""


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """Base of expressions and statements; `at` is the node's own text."""

    at: Span


# --- expressions -----------------------------------------------------------------------------------------------


class Constant(Node, frozen=True, tag="k"):
    """A literal: text, number, boolean or null (`None`, `null`); `unset`: it is `undefined`, written or not."""

    value: str | int | float | bool | None
    unset: bool = False


class Name(Node, frozen=True, tag="n"):
    """A bare identifier; `this` and `super` are names too."""

    id: str


class Attribute(Node, frozen=True, tag="."):
    """`base.name`; `base?.name` has `optional`."""

    base: Expression
    name: str
    optional: bool = False


class Index(Node, frozen=True, tag="["):
    """`base[key]`; a slice has a null constant as its key."""

    base: Expression
    key: Expression


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One argument of a call: positional (`name` empty), keyword, `*value` (stars 1) or `**value` (stars 2)."""

    value: Expression
    name: str = ""
    stars: int = 0


class Call(Node, frozen=True, tag="("):
    """A call. `new X(a)` is a call of `X`; a tagged template is a call with one `Template` argument and `tagged`."""

    function: Expression
    arguments: tuple[Argument, ...] = ()
    tagged: bool = False


class Template(Node, frozen=True, tag="f"):
    """Text with holes: f-strings and template literals. Constant parts are `Constant` with text."""

    parts: tuple[Expression, ...]


class Operation(Node, frozen=True, tag="o"):
    """A binary or unary operator that is none of the others: `+ - * / % ** // | & ^ << >> ~` (unary: `right` is
    None).
    """

    operator: str
    left: Expression
    right: Expression | None = None


class Compare(Node, frozen=True, tag="="):
    """One comparison; a chain `a < b < c` is a `Logical` of two. `==`/`===`/`is` are `eq`, `!=`/`is not` are `ne`."""

    operator: Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "not in"]
    left: Expression
    right: Expression


class Logical(Node, frozen=True, tag="&"):
    """`and`, `or`, `??` over two or more operands, kept in order."""

    operator: Literal["and", "or", "??"]
    operands: tuple[Expression, ...]


class Not(Node, frozen=True, tag="!"):
    """Logical negation."""

    operand: Expression


class Choice(Node, frozen=True, tag="?"):
    """A conditional expression."""

    test: Expression
    then: Expression
    otherwise: Expression


class Sequence(Node, frozen=True, tag="s"):
    """A list, tuple, set or array literal; a spread item is a `Spread`."""

    items: tuple[Expression, ...]


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One entry of a mapping; `key` is None for a spread (`**x`, `...x`)."""

    key: Expression | None
    value: Expression


class Mapping(Node, frozen=True, tag="m"):
    """A dict or object literal."""

    entries: tuple[Entry, ...]


class Spread(Node, frozen=True, tag="*"):
    """`*x` or `...x` inside a sequence or a pattern."""

    value: Expression


class Closure(Node, frozen=True, tag="l"):
    """A lambda, arrow function or function expression; `function` is the qualified name of its `Function`."""

    function: str


class Comprehension(Node, frozen=True, tag="c"):
    """A comprehension or generator: `element` for each binding of the clauses; `key` only in a mapping."""

    element: Expression
    clauses: tuple[Clause, ...]
    key: Expression | None = None


class Clause(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`for target in source if condition…`"""

    target: Expression
    source: Expression
    conditions: tuple[Expression, ...] = ()


class Await(Node, frozen=True, tag="a"):
    """`await x` (also `yield from`/`yield` of a value, which hand the value on)."""

    value: Expression


class Bind(Node, frozen=True, tag=":"):
    """An assignment inside an expression (`x := v`, `x = v`); in a pattern: `target` with the default `value`."""

    target: Expression
    value: Expression


class Opaque(Node, frozen=True, tag="x"):
    """Something the frontend has no node for; `parts` are the expressions inside it."""

    parts: tuple[Expression, ...] = ()


Expression = (
    Constant
    | Name
    | Attribute
    | Index
    | Call
    | Template
    | Operation
    | Compare
    | Logical
    | Not
    | Choice
    | Sequence
    | Mapping
    | Spread
    | Closure
    | Comprehension
    | Await
    | Bind
    | Opaque
)

# --- statements ------------------------------------------------------------------------------------------------


class Assign(Node, frozen=True, tag="A"):
    """`target = value`; `operator` is `+`, `|`, … for augmented assignment. Patterns are
    Sequence/Mapping/Bind/Spread.
    """

    target: Expression
    value: Expression
    operator: str = ""


class Evaluate(Node, frozen=True, tag="E"):
    """An expression as a statement."""

    value: Expression


class Return(Node, frozen=True, tag="R"):
    """`return value`; an arrow function with an expression body returns it."""

    value: Expression | None = None


class Raise(Node, frozen=True, tag="X"):
    """`raise` or `throw`."""

    value: Expression | None = None


class Jump(Node, frozen=True, tag="J"):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


class Branch(Node, frozen=True, tag="I"):
    """`if`; `assert t` is a branch on `not t` that raises; `switch`/`match` are chains of branches."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


class Loop(Node, frozen=True, tag="L"):
    """`for target in source` or, with `target` None, `while source`."""

    target: Expression | None
    source: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


class Handler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An `except`/`catch` clause; `kind` is the expression for the caught types, `name` the bound variable or ''."""

    at: Span
    kind: Expression | None
    name: str
    body: tuple[Statement, ...]


class Try(Node, frozen=True, tag="T"):
    """`try … except … else … finally`."""

    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Statement, ...] = ()
    final: tuple[Statement, ...] = ()


class With(Node, frozen=True, tag="W"):
    """`with value as target:` (one item; several nest)."""

    value: Expression
    target: Expression | None
    body: tuple[Statement, ...]


class Define(Node, frozen=True, tag="D"):
    """A function or class defined inside a function; `definition` is its qualified name."""

    name: str
    definition: str


Statement = Assign | Evaluate | Return | Raise | Jump | Branch | Loop | Try | With | Define

# --- definitions -----------------------------------------------------------------------------------------------


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter. `pattern` holds a destructured one (its name is then ''). `kind`: '' positional or keyword,
    `keyword`, `*`, `**`.
    """

    at: Span
    name: str
    annotation: Expression | None = None
    default: Expression | None = None
    kind: Literal["", "keyword", "*", "**"] = ""
    pattern: Expression | None = None
    decorators: tuple[Expression, ...] = ()


class Function(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A function, method, lambda or the module level (`qualname` `<module>`, no parameters).

    `qualname` is unique in its file: `Class.method`, `outer.<locals>.inner`, `<lambda:12:5>`; a redefinition gets `#2`.
    `owner` is the qualified name of the class, `parent` that of the enclosing function, '' when there is none.
    `calls` lists the last name of every call in the body, nested functions excluded, without repeats.
    `header` is the span of the signature, `at` of the whole definition with its decorators.
    """

    qualname: str
    name: str
    at: Span
    header: Span
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]
    owner: str = ""
    parent: str = ""
    returns: Expression | None = None
    asynchronous: bool = False
    calls: tuple[str, ...] = ()


class Field(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class attribute or a declared property: `name: annotation = value`, either part may be absent."""

    at: Span
    name: str
    annotation: Expression | None = None
    value: Expression | None = None
    decorators: tuple[Expression, ...] = ()


class Class(msgspec.Struct, frozen=True, array_like=True):
    """A class: bases and keyword arguments (`metaclass=`, `table=True`) as written; methods are qualnames of
    functions.
    """

    qualname: str
    name: str
    at: Span
    bases: tuple[Expression, ...] = ()
    keywords: tuple[Argument, ...] = ()
    decorators: tuple[Expression, ...] = ()
    fields: tuple[Field, ...] = ()
    methods: tuple[str, ...] = ()
    parent: str = ""


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`local` stands for `name` of `module`; `name` '' is the module itself, `*` all its names (`local` is then '*').

    `module` is as written: `a.b` (Python), `./x`, `@/lib/db` (TypeScript); Python's relative imports keep their dots.
    """

    local: str
    module: str
    name: str = ""


class Export(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`exported` is visible outside as `local` of this file, or, with `module`, re-exported from there (`*`: all
    of it).
    """

    exported: str
    local: str
    module: str = ""


class Suppression(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`isolint: ignore[RULE,…] reason until=DATE`. `line` is the comment's, `target` the first line that it speaks
    of.
    """

    line: int
    target: int
    rules: tuple[str, ...]
    reason: str
    until: str = ""


class Trouble(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A region of the file that could not be analysed; becomes a `Problem` once the path is known."""

    kind: str
    message: str
    span: Span | None = None


MARKS = (
    "search_path", "schema_translate_map", "set_schema", "set_tenant", "withSchema", "with_schema", "?schema=",
    "&schema=", "create schema", "create table", "alter table",
)  # fmt: skip
"""Words that stand in every file that could choose or make a database schema: others need not be searched for it."""


def marks_of(text: str) -> tuple[str, ...]:
    """The marks that a text holds, whatever their case."""
    lowered = text.lower()
    return tuple(mark for mark in MARKS if mark.lower() in lowered)


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """Everything the later stages know of a file. Holds no path: equal texts have equal facts.

    `marks` are those of `MARKS` that its text holds.
    """

    language: Language
    lines: int
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    marks: tuple[str, ...] = ()


ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(FileFacts)
