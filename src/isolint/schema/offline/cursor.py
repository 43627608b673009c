"""Walking over the meaningful tokens of one statement."""

from __future__ import annotations

from isolint.schema.canonical import closing
from isolint.schema.lexer import Token, tokens


class Unreadable(Exception):
    """The statement has a form that is not read offline."""


class Cursor:
    """A place in the tokens of a text. Words compare in upper case."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = [token for token in tokens(text) if token.significant]
        self.at = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.found)

    @property
    def token(self) -> Token:
        """The token here; an empty one at the end."""
        return self.found[self.at] if not self.done else Token("end", "", len(self.text))

    def peek(self, *words: str) -> bool:
        """Whether these words follow."""
        following = self.found[self.at : self.at + len(words)]
        return [t.text.upper() for t in following] == list(words)

    def take(self, *words: str) -> bool:
        """Pass over these words if they follow."""
        if self.peek(*words):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        """Pass over these words. Raises Unreadable when something else follows."""
        if not self.take(*words):
            raise Unreadable(f"expected {' '.join(words)} before {self.token.text or 'the end'}")

    def name(self) -> str:
        """One identifier."""
        name = self.token.name
        if not name:
            raise Unreadable(f"expected a name before {self.token.text or 'the end'}")
        self.at += 1
        return name

    def qualified(self) -> tuple[str, str]:
        """(schema or '', name)."""
        first = self.name()
        if self.take("."):
            return first, self.name()
        return "", first

    def group(self) -> str:
        """The text between the brackets that open here."""
        if self.token.text != "(":
            raise Unreadable(f"expected ( before {self.token.text or 'the end'}")
        end = closing(self.found, self.at)
        if self.found[end].text != ")":
            raise Unreadable("a bracket is not closed")
        text = self.text[self.token.end : self.found[end].start]
        self.at = end + 1
        return text

    def until(self, *stops: str) -> str:
        """The text up to one of these words outside brackets, or to the end."""
        start, depth = self.token.start, 0
        while not self.done:
            text = self.token.text.upper()
            if depth == 0 and text in stops:
                break
            depth += (text in ("(", "[")) - (text in (")", "]"))
            self.at += 1
        end = self.found[self.at - 1].end if self.at else start
        return self.text[start : max(end, start)].strip()

    def rest(self) -> str:
        """All that is left."""
        text = self.text[self.token.start :]
        self.at = len(self.found)
        return text.strip()
