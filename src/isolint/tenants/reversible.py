"""Which statements do more than the catalog shows, so that there is no way back from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from isolint.schema.lexer import Token, tokens
from isolint.schema.statements import Statement, made_table

MAKES = frozenset("TABLE INDEX VIEW SEQUENCE TYPE DOMAIN FUNCTION PROCEDURE TRIGGER POLICY".split())
"""What CREATE makes and the picture holds."""

BETWEEN = frozenset("OR REPLACE UNIQUE MATERIALIZED UNLOGGED CONSTRAINT RECURSIVE".split())
DROPS = frozenset(("INDEX",))
ALTERS = frozenset("ADD ALTER VALIDATE RENAME ENABLE DISABLE FORCE NO DROP".split())
"""What ALTER TABLE does and the picture shows, but for what `_altered` excepts."""

ROWS = {"INSERT": "rows are added", "UPDATE": "rows are changed", "DELETE": "rows are deleted"}
SHOWN = frozenset("CREATE ALTER DROP INSERT UPDATE DELETE TRUNCATE SET COMMENT GRANT REVOKE".split())
"""What does only what it says; others call functions, which may do anything."""

ABOUT = {"GRANT": "rights are given", "COMMENT": "a comment is changed"}


def irreversible(statement: Statement, made: Collection[str]) -> str:
    """Why there is no way back from the statement; '' when what the catalog shows is all that it does.

    `made` are the tables (`invoice`) and columns (`invoice.type`) that the same migration makes: they take with them
    what was put into them.
    """
    found = [token for token in tokens(statement.text) if token.significant]
    words = [token.text.upper() if token.kind == "word" else token.text for token in found]
    first = words[0]
    if first in ROWS or first in ABOUT:
        return "" if set(_targets(words, found)) <= set(made) else (ROWS | ABOUT)[first]
    if _elsewhere(words):
        return "it changes another schema"
    if first == "CREATE":
        kind = next((word for word in words[1:] if word not in BETWEEN), "")
        return "" if kind in MAKES else f"it makes a {kind.lower()}"
    if first == "DROP":
        return "" if words[1] in DROPS and "CASCADE" not in words else f"it drops a {words[1].lower()}"
    if words[:2] == ["ALTER", "TABLE"]:
        return next((reason for action in _actions(words) if (reason := _altered(action))), "")
    if first == "SET":
        return ""
    return f"what {' '.join(words[:2])} does is not known"


def one_way(statements: Iterable[Statement], made: Collection[str]) -> tuple[str, ...]:
    """The statements that there is no way back from: their places, how they begin, and the reasons."""
    reasons = ((statement, irreversible(statement, made)) for statement in statements)
    return tuple(f"{s.place}: {' '.join(s.text.split()[:3])}…: {reason}" for s, reason in reasons if reason)


def shown(statement: Statement) -> bool:
    """Whether all that the statement changes bears a name that occurs in it."""
    words = {token.text.upper() for token in tokens(statement.text) if token.kind == "word"}
    return statement.words[0] in SHOWN and not (statement.words[0] == "DROP" and "CASCADE" in words)


def made_by(statements: Iterable[Statement]) -> frozenset[str]:
    """The tables and columns that statements make, as far as their texts tell."""
    made = set()
    for statement in statements:
        made.add(made_table(statement))
        found = [token for token in tokens(statement.text) if token.significant]
        words = [token.text.upper() for token in found]
        if words[:2] == ["ALTER", "TABLE"]:
            table = found[_after_noise(words, 2)].name
            for at, word in enumerate(words):
                if word == "ADD" and words[at + 1 : at + 2] not in ([kind] for kind in CONSTRAINTS):
                    made.add(f"{table}.{found[_after_noise(words, at + 1)].name}")
    return frozenset(made - {""})


def _elsewhere(words: list[str]) -> bool:
    """Whether what CREATE, ALTER or DROP is about has a schema before its name."""
    if words[0] not in ("CREATE", "ALTER", "DROP"):
        return False
    kind = next((at for at, word in enumerate(words) if at and word in MAKES), 0)
    about = words.index("ON") if words[kind] in ("INDEX", "TRIGGER", "POLICY") and "ON" in words else kind
    name = _after_noise(words, about + 1)
    return bool(kind) and words[name + 1 : name + 2] == ["."]


CONSTRAINTS = ("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE")
NOISE = frozenset("IF NOT EXISTS ONLY COLUMN CONCURRENTLY INTO FROM TABLE ON".split())


def _after_noise(words: list[str], at: int) -> int:
    while at < len(words) - 1 and words[at] in NOISE:
        at += 1
    return at


def _targets(words: list[str], found: list[Token]) -> Iterator[str]:
    """What the statement writes to: the columns of UPDATE, the table of the others; always something."""
    if words[0] in ("INSERT", "DELETE"):
        yield found[_after_noise(words, 1)].name
    elif words[0] in ABOUT:
        yield found[_after_noise(words, words.index("ON") + 1)].name if "ON" in words else ""
    else:
        table = found[_after_noise(words, 1)].name
        yield from (f"{table}.{name}" for name in _assigned(words, found))


def _assigned(words: list[str], found: list[Token]) -> Iterator[str]:
    """The columns that UPDATE sets; '' for a form that is not understood."""
    depth, wanted = 0, False
    for at, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in ("FROM", "WHERE", "RETURNING"):
            return
        if wanted:
            yield found[at].name if words[at + 1 : at + 2] == ["="] else ""
        wanted = depth == 0 and word in ("SET", ",")


def _actions(words: list[str]) -> Iterator[list[str]]:
    """The actions of ALTER TABLE, each from its first word."""
    start = next(
        (at for at, word in enumerate(words) if at > 2 and word in (*ALTERS, "SET", "RESET", "OWNER")), len(words)
    )
    depth, action = 0, list[str]()
    for word in words[start:]:
        depth += (word == "(") - (word == ")")
        if word == "," and depth == 0:
            yield action
            action = []
        else:
            action.append(word)
    yield action


def _altered(action: list[str]) -> str:
    """Why there is no way back from one action of ALTER TABLE."""
    first, second = (*action, "", "")[:2]
    if first == "DROP" and (second != "CONSTRAINT" or "CASCADE" in action):
        return "CASCADE drops more" if second == "CONSTRAINT" else "values are lost"
    if first == "ALTER":
        rest = action[3:] if second == "COLUMN" else action[2:]
        shown = (["SET", "DEFAULT"], ["DROP", "DEFAULT"], ["SET", "NOT"], ["DROP", "NOT"], ["SET", "DATA"])
        return "" if rest[:1] == ["TYPE"] or rest[:2] in shown else f"{' '.join(rest[:2])} is not taken back"
    if first in ("ENABLE", "DISABLE", "FORCE", "NO"):
        return "" if "SECURITY" in action else "triggers are switched"
    if first == "RENAME":
        return "a constraint is renamed" if second == "CONSTRAINT" else ""
    return "" if first in ("ADD", "VALIDATE", "DROP") else f"{first} is not taken back"
