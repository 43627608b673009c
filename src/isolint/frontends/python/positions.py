"""Where nodes stand: one pass of libcst's code generation that notes token counts instead of resolving metadata.

A position is libcst's *syntactic* one (no surrounding whitespace, comments or parentheses), as its PositionProvider
gives it, at a small part of that provider's cost.
"""

from __future__ import annotations

from itertools import accumulate, repeat
from types import TracebackType

import libcst as cst
from libcst._nodes.internal import CodegenState

from isolint.model.source import Span


class _Recorder(CodegenState):
    """Notes for each node how many tokens had been written when it began and when it ended."""

    __slots__ = ("_open", "ranges", "suites")

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.ranges: dict[int, tuple[int, int]] = {}
        self.suites: dict[int, int] = {}
        self._open: list[tuple[int, int, cst.CSTNode | None, cst.CSTNode | None]] = []

    # The base class promises a generator's context manager; being one itself saves an object for each node.
    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Recorder:
        if start_node is not None:
            self.suites[id(node)] = len(self.tokens)
        self._open.append((id(node), len(self.tokens), start_node, end_node))
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        key, start, start_node, end_node = self._open.pop()
        end = len(self.tokens)
        if start_node is not None:
            start = self.ranges[id(start_node)][0]
        if end_node is not None:
            # Tokens such as `)` and `*` record nothing: they end where their owner does.
            end = self.ranges.get(id(end_node), (0, end))[1]
        self.ranges[key] = (start, end)


class Positions:
    """The spans of a module's nodes; the module must outlive it, since nodes are told apart by identity.

    `text` is the module's source with `\\n` line ends, `first_line` the line of the file that it starts on.
    Raises RecursionError when the module nests deeper than the interpreter allows.
    """

    __slots__ = ("_first_line", "_lines", "_offsets", "_ranges", "_starts", "_suites", "_tokens")

    def __init__(self, module: cst.Module, text: str, first_line: int = 1) -> None:
        recorder = _Recorder(module)
        module._codegen(recorder)
        tokens = recorder.tokens
        self._tokens = tokens
        self._ranges = recorder.ranges
        self._suites = recorder.suites
        self._first_line = first_line
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._offsets = list(accumulate(map(len, tokens), initial=0))
        if self._offsets[-1] == len(text):
            self._lines = list(accumulate(map(str.count, tokens, repeat("\n")), initial=first_line))
        else:
            self._realign("".join(tokens), text)

    def at(self, node: cst.CSTNode) -> Span:
        """The span of an expression, a statement, a parameter, a decorator or an element."""
        start, end = self._ranges[id(node)]
        return self._span(start, end)

    def between(self, first: cst.CSTNode, last: cst.CSTNode) -> Span:
        """From the start of one node to the end of another."""
        return self._span(self._ranges[id(first)][0], self._ranges[id(last)][1])

    def header(self, definition: cst.FunctionDef) -> Span:
        """A function's signature: from `async` or `def` up to the colon, which it excludes."""
        suite = id(definition.body)
        index = self._suites[suite] if suite in self._suites else self._ranges[suite][0]
        while self._tokens[index] != ":":
            index -= 1
        # The colon follows one token of whitespace, which is often empty.
        return self._span(self._ranges[id(definition)][0], index - 1)

    def _span(self, start: int, end: int) -> Span:
        line, end_line = self._lines[start], self._lines[end]
        offsets, starts, first = self._offsets, self._starts, self._first_line
        column = offsets[start] - starts[line - first] + 1
        return tuple.__new__(Span, (line, column, end_line, offsets[end] - starts[end_line - first] + 1))

    def _realign(self, code: str, text: str) -> None:
        r"""libcst drops a lone `\` before a statement and blank lines behind the last: skip what `text` has more."""
        places: list[int] = []
        place = 0
        for character in code:
            place = min(max(place, text.find(character, place)), len(text))
            places.append(place)
            place += 1
        places.append(len(text))
        lines = list(accumulate(map("\n".__eq__, text), initial=self._first_line))
        self._offsets = [places[offset] for offset in self._offsets]
        self._lines = [lines[offset] for offset in self._offsets]
