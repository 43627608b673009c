"""The statements that a plpgsql function runs, as far as they are known without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from isolint.schema.lexer import Token, string_value, tokens
from isolint.schema.offline.cursor import Cursor, Unreadable
from isolint.schema.offline.fold import Unfoldable, Value, fold
from isolint.schema.statements import Statement

DDL = ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "SET", "INSERT", "UPDATE", "DELETE")
QUIET = ("RAISE", "RETURN", "NULL", "GET", "ASSERT", "EXIT", "CONTINUE", "SELECT", "CLOSE", "OPEN")
OPENING = {"IF": "IF", "CASE": "CASE", "LOOP": "LOOP", "BEGIN": "BEGIN"}


@dataclass
class Body:
    """Walks over a function's body. `made` are the statements that run, `unknown` what could not be told."""

    text: str
    path: str
    line: int
    variables: dict[str, Value]
    made: list[Statement] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Walk over the whole body."""
        found = [token for token in tokens(self.text) if token.significant]
        start = next((i for i, t in enumerate(found) if t.text.upper() == "BEGIN"), None)
        if start is None:
            raise Unreadable("the body has no BEGIN")
        self._declare(found[:start])
        self._block(found[start + 1 :])

    def place(self, token: Token) -> str:
        """`path:line` of a token."""
        return f"{self.path}:{self.line_of(token)}"

    def line_of(self, token: Token) -> int:
        """The line in the file."""
        return self.line + self.text.count("\n", 0, token.start)

    def _declare(self, found: list[Token]) -> None:
        for part in _split(found[1:] if found and found[0].text.upper() == "DECLARE" else found):
            at = next((i for i, t in enumerate(part) if t.text in (":=", "=") or t.text.upper() == "DEFAULT"), None)
            if at is not None:
                self._assign(part[0].name, part[at + 1 :])

    def _block(self, found: list[Token]) -> None:
        """Statements one after the other; blocks inside are walked over in their own way."""
        at = 0
        while at < len(found):
            word = found[at].text.upper()
            if word in ("END", "EXCEPTION"):
                return
            if word in ("IF", "FOREACH", "FOR", "WHILE", "LOOP", "CASE", "DECLARE", "BEGIN"):
                end = _end(found, at)
                self._compound(word, found[at:end])
                at = end
                continue
            end = next((i for i in range(at, len(found)) if found[i].text == ";"), len(found))
            self._statement(found[at:end])
            at = end + 1

    def _compound(self, word: str, part: list[Token]) -> None:
        if word == "BEGIN":
            self._block(part[1:])
        elif word == "FOREACH":
            self._each(part)
        elif word == "IF":
            self._condition(part)
        else:
            self.unknown.append(f"{self.place(part[0])}: {word} … is not read offline")

    def _each(self, part: list[Token]) -> None:
        """FOREACH variable IN ARRAY expression LOOP … END LOOP."""
        words = [t.text.upper() for t in part]
        start = words.index("ARRAY") + 1
        loop = words.index("LOOP", start)
        try:
            values = self._fold(part[start:loop])
        except Unfoldable as error:
            self.unknown.append(f"{self.place(part[0])}: the loop's array is not constant ({error})")
            return
        for value in values:
            self.variables[part[1].name] = value
            self._block(part[loop + 1 :])

    def _condition(self, part: list[Token]) -> None:
        """What runs only sometimes is named, unless it says nothing of tables: guards, and making the schema."""
        words = [t.text.upper() for t in part]
        branch = Body(self.text, self.path, self.line, dict(self.variables))
        if "THEN" in words and not {"ELSE", "ELSIF", "ELSEIF"} & set(words):
            branch._block(part[words.index("THEN") + 1 :])
            if not branch.unknown and all(s.words[:2] == ("CREATE", "SCHEMA") for s in branch.made):
                return
        self.unknown.append(f"{self.place(part[0])}: what stands under IF is not read offline")

    def _statement(self, part: list[Token]) -> None:
        if not part:
            return
        word = part[0].text.upper()
        if word == "EXECUTE":
            self._execute(part)
        elif word in DDL:
            self._add(self.text[part[0].start : part[-1].end], part[0])
        elif word == "PERFORM":
            self._perform(part)
        elif len(part) > 1 and part[1].text in (":=", "="):
            self._assign(part[0].name, part[2:])
        elif word not in QUIET:
            self.unknown.append(f"{self.place(part[0])}: {word} … is not read offline")

    def _perform(self, part: list[Token]) -> None:
        """Setting the search_path is read; other calls may do anything."""
        text = self.text[part[1].start : part[-1].end]
        cursor = Cursor(text)
        if cursor.token.name == "set_config":
            cursor.at += 1
            try:
                values = [fold(v, self.variables) for v in _commas(cursor.group())[:2]]
            except Unfoldable:
                values = ["search_path", ""]
            if values[0] == "search_path" and isinstance(values[1], str) and values[1]:
                self._add(f"SET search_path TO {values[1]}", part[0])
                return
        if not text.lower().startswith("pg_"):
            self.unknown.append(f"{self.place(part[0])}: {' '.join(text.split())[:60]} is called and not read offline")

    def _execute(self, part: list[Token]) -> None:
        end = next(
            (i for i, t in enumerate(part) if t.text.upper() in ("USING", "INTO") and t.kind == "word"), len(part)
        )
        try:
            value = self._fold(part[1:end])
        except Unfoldable as error:
            self.unknown.append(f"{self.place(part[0])}: EXECUTE of what is not constant ({error})")
            return
        self._add(value if isinstance(value, str) else "", part[0])

    def _fold(self, part: list[Token]) -> Value:
        if not part:
            raise Unfoldable("nothing")
        return fold(self.text[part[0].start : part[-1].end], self.variables)

    def _assign(self, name: str, part: list[Token]) -> None:
        try:
            self.variables[name] = self._fold(part)
        except Unfoldable:
            self.variables.pop(name, None)

    def _add(self, text: str, token: Token) -> None:
        from isolint.schema.statements import split

        line = self.line_of(token)
        for statement in split(text, self.path):
            self.made.append(Statement(statement.text, self.path, line + statement.line - 1))


def _commas(text: str) -> list[str]:
    from isolint.schema.offline.loosen import split_commas

    return [part.strip() for part in split_commas(text)]


def _split(found: list[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in found:
        if token.text == ";":
            yield part
            part = []
        else:
            part.append(token)


def _end(found: list[Token], at: int) -> int:
    """The place behind the block that starts here and its semicolon."""
    depth = 0
    position = at
    while position < len(found):
        word = found[position].text.upper() if found[position].kind == "word" else ""
        if word == "END":
            depth -= 1
            if depth == 0:
                while position < len(found) and found[position].text != ";":
                    position += 1
                return position + 1
            following = found[position + 1].text.upper() if position + 1 < len(found) else ""
            position += following in ("IF", "LOOP", "CASE")
        elif word in ("IF", "CASE", "LOOP", "BEGIN"):
            before = found[position - 1].text.upper() if position else ""
            after = found[position + 1].text.upper() if position + 1 < len(found) else ""
            depth += not (
                word == "IF"
                and (
                    after in ("NOT", "EXISTS")
                    and before in ("TABLE", "INDEX", "SCHEMA", "SEQUENCE", "COLUMN", "EXTENSION")
                )
            )
        position += 1
    return position


def body_of(statement: Statement) -> tuple[str, int]:
    """The body of a function or DO, and the line on which it starts. Raises Unreadable when it is not plpgsql."""
    found = list(tokens(statement.text))
    words = [t.text.upper() for t in found if t.significant]
    language = words[words.index("LANGUAGE") + 1].strip("'\"") if "LANGUAGE" in words else ""
    if language != "PLPGSQL" and not (words[0] == "DO" and not language):
        raise Unreadable("only functions in plpgsql are read offline")
    body = max((t for t in found if t.kind in ("dollar", "string")), key=lambda t: len(t.text), default=None)
    if body is None:
        raise Unreadable("the function has no body")
    value = string_value(body.text)
    opening = body.text.index(value) if value in body.text else 0
    return value, statement.line + statement.text.count("\n", 0, body.start + opening)
