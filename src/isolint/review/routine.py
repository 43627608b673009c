"""Functions, procedures and DO blocks of SQL files: their headers, and the statements of their bodies in context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from isolint.model.source import Place, Span
from isolint.schema.lexer import Token, string_value, tokens
from isolint.schema.statements import Statement, split

RELEVANT = re.compile(r"\b(?:function|procedure|do)\b", re.IGNORECASE)
LONGEST = 2_000_000
"""Characters of a file; longer ones are dumps of data."""


@dataclass(frozen=True, slots=True)
class Context:
    """A block around a statement. `kind` is begin, if, loop, case, handler; `number` tells blocks apart; `words` are
    the tokens of its head: a condition, what is looped over, the conditions of a handler, whose `of` is its block.
    """

    kind: str
    number: int
    words: tuple[Token, ...] = ()
    of: int = -1

    @property
    def text(self) -> str:
        """The head as one text in lower case."""
        return " ".join(token.text.lower() for token in self.words)


@dataclass(frozen=True)
class Line:
    """One statement of a body, without its semicolon."""

    words: tuple[Token, ...]
    contexts: tuple[Context, ...]
    line: int

    @property
    def verb(self) -> str:
        """Its first word in upper case."""
        return self.words[0].text.upper()

    @cached_property
    def sql(self) -> str:
        """The SQL that it runs: itself, or what EXECUTE is given with what is put in as %I, %L or %s."""
        return executed(self.words[1:]) if self.verb == "EXECUTE" else " ".join(token.text for token in self.words)


@dataclass(frozen=True)
class Routine:
    """`name` is '' for a DO block; `head` are the words outside of the body, in upper case; `lines` are empty for
    languages other than plpgsql.
    """

    name: str
    path: str
    line: int
    head: tuple[str, ...]
    parameters: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def shown(self) -> str:
        """What it is called in sentences."""
        return self.name or "this DO block"

    def place(self, line: int = 0) -> Place:
        """A line of its file, by default the one that it begins on."""
        at = line or self.line
        return Place(self.path, Span(at, 1, at, 1))


def routines(path: str, text: str) -> Iterator[Routine]:
    """Every routine that a file makes or runs."""
    if len(text) > LONGEST or not RELEVANT.search(text):
        return
    for statement in split(text, path):
        words = statement.words
        if words[:1] == ("DO",) or (words[:1] == ("CREATE",) and {"FUNCTION", "PROCEDURE"} & set(words[1:4])):
            yield _routine(statement)


def _routine(statement: Statement) -> Routine:
    found = [token for token in tokens(statement.text) if token.significant]
    body = max((t for t in found if t.kind in ("dollar", "string")), key=lambda t: len(t.text), default=None)
    head = [token for token in found if token is not body]
    upper = tuple(token.text.upper() for token in head)
    language = upper[upper.index("LANGUAGE") + 1].strip("'\"") if "LANGUAGE" in upper[:-1] else ""
    lines: tuple[Line, ...] = ()
    if body is not None and (language == "PLPGSQL" or (upper[:1] == ("DO",) and not language)):
        value = string_value(body.text)
        opening = body.text.index(value) if value in body.text else 0
        first = statement.line + statement.text.count("\n", 0, body.start + opening)
        lines = tuple(_Body(value, first).lines())
    return Routine(_name(head), statement.path, statement.line, upper, _parameters(head), lines)


def _name(head: Sequence[Token]) -> str:
    at = next((i for i, t in enumerate(head) if t.text.upper() in ("FUNCTION", "PROCEDURE")), -1) + 1
    if at == 0:
        return ""
    while at + 2 < len(head) and head[at + 1].text == ".":
        at += 2
    return head[at].name if at < len(head) else ""


def _parameters(head: Sequence[Token]) -> tuple[str, ...]:
    """The names behind the opening parenthesis and its commas."""
    names: list[str] = []
    depth = 0
    for before, token in pairwise(head):
        depth += (before.text == "(") - (before.text == ")")
        if before.text == ")" and depth == 0:
            break
        if depth == 1 and before.text in ("(", ",") and token.name:
            names.append(token.name)
    return tuple(names)


class _Body:
    """Divides a plpgsql body into its statements."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.first = text, line
        self.found = [token for token in tokens(text) if token.significant]
        self.at = 0
        self.stack: list[Context] = []
        self.count = 0

    def lines(self) -> Iterator[Line]:
        while self.at < len(self.found):
            word = self.word(self.at)
            if word in ("BEGIN", "DECLARE"):
                self.at += 1
                if word == "BEGIN":
                    self.push("begin", ())
            elif word in ("IF", "ELSIF", "ELSEIF", "WHEN"):
                self.condition(word)
            elif word in ("FOR", "FOREACH", "WHILE", "LOOP"):
                self.push("loop", self.until("LOOP"))
            elif word in ("ELSE", "EXCEPTION"):
                self.at += 1
            elif word == "CASE":
                self.push("case", ())
                self.at += 1
            elif word == "END":
                self.end()
            elif self.found[self.at].text in (";", "<", ">"):
                self.at += 1
            else:
                yield self.statement()

    def word(self, at: int) -> str:
        token = self.found[at] if at < len(self.found) else None
        return token.text.upper() if token is not None and token.kind == "word" else ""

    def push(self, kind: str, words: tuple[Token, ...], of: int = -1) -> None:
        self.count += 1
        self.stack.append(Context(kind, self.count, words, of))

    def until(self, word: str) -> tuple[Token, ...]:
        """The tokens up to a word, which is passed over."""
        start = self.at
        while self.at < len(self.found) and self.word(self.at) != word:
            self.at += 1
        self.at += 1
        return tuple(self.found[start : self.at - 1])

    def condition(self, word: str) -> None:
        head = self.until("THEN")[1:]
        if word == "IF":
            self.push("if", head)
            return
        if self.stack and self.stack[-1].kind == "handler":
            self.stack.pop()
        top = self.stack[-1] if self.stack else None
        if word == "WHEN" and top is not None and top.kind == "begin":
            self.push("handler", head, of=top.number)
        elif top is not None and top.kind == "if":
            self.stack[-1] = Context("if", top.number, head)

    def end(self) -> None:
        if self.stack and self.stack[-1].kind == "handler":
            self.stack.pop()
        if self.stack:
            self.stack.pop()
        while self.at < len(self.found) and self.found[self.at].text != ";":
            self.at += 1
        self.at += 1

    def statement(self) -> Line:
        start = self.at
        while self.at < len(self.found) and self.found[self.at].text != ";":
            self.at += 1
        words = tuple(self.found[start : self.at])
        self.at += 1
        line = self.first + self.text.count("\n", 0, words[0].start)
        return Line(words, tuple(self.stack), line)


def executed(words: Sequence[Token]) -> str:
    """The text of an expression of texts: strings as they are, what is put in between as %I (quoted), %L or %s."""
    parts: list[str] = []
    at = 0
    while at < len(words):
        token = words[at]
        if token.text.upper() in ("USING", "INTO") and token.kind == "word":
            break
        following = words[at + 1].text if at + 1 < len(words) else ""
        if token.kind in ("string", "dollar"):
            parts.append(string_value(token.text))
        elif token.name == "format" and following == "(":
            inside, at = group(words, at + 1)
            strings = [t for t in inside[:1] if t.kind in ("string", "dollar")]
            parts += [string_value(t.text) for t in strings] or ["%s"]
            continue
        elif token.name and following == "(":
            inside, at = group(words, at + 1)
            parts.append({"quote_ident": "%I", "quote_literal": "%L", "quote_nullable": "%L"}.get(token.name, "%s"))
            continue
        elif token.name:
            parts.append("%s")
        at += 1
    return "".join(parts)


def group(words: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """What stands between the parenthesis at `at` and the one that closes it, and the place behind that."""
    depth = 0
    for position in range(at, len(words)):
        depth += (words[position].text == "(") - (words[position].text == ")")
        if depth == 0:
            return list(words[at + 1 : position]), position + 1
    return list(words[at + 1 :]), len(words)
