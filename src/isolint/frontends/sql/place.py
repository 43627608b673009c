"""The place in a statement that a hole stands at: its clause, the parenthesis around it, whether an operand is due."""

from __future__ import annotations

from dataclasses import dataclass, field

from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.words import ends_operand

_CLAUSE_OF = {
    "SELECT": "select",
    "FROM": "from",
    "JOIN": "from",
    "USING": "from",
    "WHERE": "where",
    "GROUP": "group",
    "HAVING": "having",
    "ORDER": "order",
    "LIMIT": "tail",
    "OFFSET": "tail",
    "FETCH": "tail",
    "FOR": "tail",
    "WINDOW": "tail",
    "SET": "set",
    "VALUES": "values",
    "RETURNING": "returning",
    "INTO": "into",
    "UPDATE": "update",
    "WITH": "with",
    "UNION": "union",
    "INTERSECT": "union",
    "EXCEPT": "union",
    "CONFLICT": "conflict",
}
_COMPARISONS = frozenset({"=", "<", ">", "~", "!", "@", "?"})
_COMPARING_WORDS = frozenset({"IN", "LIKE", "ILIKE", "BETWEEN", "IS", "SIMILAR", "GLOB", "EXISTS", "ISNULL", "NOTNULL"})
_CONNECTIVES = frozenset({"AND", "OR", "WHERE", "ON", "HAVING", "WHEN", "THEN", "ELSE", "NOT"})
_LIST_OPENERS = frozenset({"IN", "ANY", "SOME"})
BOOLEAN = frozenset({"where", "having", "on"})


@dataclass(slots=True)
class Frame:
    """What is open inside one pair of parentheses.

    `compared`: the condition that stands here has its operator. `between`: the AND of a BETWEEN is still to come.
    """

    clause: str
    opener: str = ""
    compared: bool = False
    between: bool = False


@dataclass(slots=True)
class Place:
    """Follows the tokens of a statement; `ended`: an operand is complete, `word` is the last token if it is a word."""

    ended: bool = False
    word: str = ""
    frames: list[Frame] = field(default_factory=lambda: [Frame("")])

    @property
    def frame(self) -> Frame:
        """The innermost parenthesis."""
        return self.frames[-1]

    def pass_by(self, token: Token) -> None:
        """Move behind the token."""
        if token.text == "(":
            self.frames.append(Frame(self._clause_inside(token), self.word))
        elif token.text == ")":
            if len(self.frames) > 1:
                self.frames.pop()
        elif token.kind == "operator":
            self.frame.compared |= token.text[0] in _COMPARISONS
        self.ended = ends_operand(token, not self.ended)
        before, self.word = self.word, token.upper
        if self.word and (before, self.word) != ("DISTINCT", "FROM"):
            self._pass_word()

    def _clause_inside(self, token: Token) -> str:
        if self.frame.clause in {"into", "with"}:
            return self.frame.clause
        is_call = self.ended and (bool(self.word) or not token.spaced)
        return "arguments" if is_call or self.word in _LIST_OPENERS else self.frame.clause

    def _pass_word(self) -> None:
        frame = self.frame
        if self.word == "AND" and frame.between:
            self.word = "BETWEEN"
        frame.between = self.word == "BETWEEN" and not frame.between
        word = self.word
        frame.compared = (frame.compared or word in _COMPARING_WORDS) and word not in _CONNECTIVES
        if word == "ON" and frame.clause == "from":
            frame.clause = "on"
        elif word in _CLAUSE_OF and (frame.clause != "arguments" or word in {"SELECT", "WITH", "WHERE", "ORDER"}):
            frame.clause = _CLAUSE_OF[word]
