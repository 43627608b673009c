"""Taking a schema's own name out of definitions, and putting another one in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from isolint.schema.lexer import Token, dollar_parts, quote, tokens

SCHEMA = "⟨schema⟩"
"""Stands for the schema's name as an identifier, quoted where it must be."""

NAME = "⟨name⟩"
"""Stands for the schema's name as plain text, inside longer names and strings."""

OWNED = "⟨owned sequence⟩"
"""Stands for the sequence that the column itself owns, whatever its name."""

LONGEST = 63
"""Bytes of an identifier that PostgreSQL keeps."""

_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?:]+\Z")
_LIST = re.compile(r"\s*[\w$\"-]+(\s*,\s*[\w$\"-]+)*\s*\Z")


class Factor:
    """Rewrites definitions of one schema. `names` are the objects in it: `schema.name` is its own only for these.

    Other names that hold the schema's name between word boundaries (`idx_org_a_sku`) are rewritten too, except for
    `public` and names of one or two letters, which say nothing.
    """

    def __init__(self, schema: str, names: Iterable[str]) -> None:
        self.schema = schema
        self.names = frozenset(names)
        self.telling = len(schema) > 2 and schema != "public"
        escaped = re.escape(schema)
        self._word = re.compile(rf"(?<![^\W_]){escaped}(?![^\W_])")
        self._qualifier = re.compile(rf'(?<![\w"$.])(?:{escaped}|"{escaped}")\.(?:"((?:[^"]|"")+)"|([\w$]+))')

    def name(self, name: str) -> str:
        """A name with the schema's name in it marked."""
        return self._word.sub(NAME, name) if self.telling else name

    def definition(self, text: str) -> str:
        """A definition with the schema's name marked wherever it means the schema."""
        if self.schema not in text:
            return text
        return "".join(self._rewritten(list(tokens(text))))

    def _rewritten(self, all_tokens: list[Token]) -> Iterator[str]:
        in_path = False
        for at, token in enumerate(all_tokens):
            if token.name == "search_path":
                in_path = True
            elif token.text in ("\n", ";") or (token.kind == "space" and "\n" in token.text):
                in_path = False
            if self.schema not in token.text:
                yield token.text
            elif token.name == self.schema:
                yield SCHEMA if in_path or self._qualifies(all_tokens, at) else self._alone(all_tokens, at)
            elif token.name:
                yield self._identifier(token)
            elif token.kind == "dollar":
                tag, body = dollar_parts(token.text)
                yield f"{tag}{self.definition(body)}{tag}"
            elif token.kind == "string":
                yield self._string(token.text, in_path)
            elif token.kind == "comment" and self.telling:
                yield self._word.sub(NAME, token.text)
            else:
                yield token.text

    def _qualifies(self, all_tokens: list[Token], at: int) -> bool:
        """Whether the name at this place is the schema of an object of its own."""
        if at and all_tokens[at - 1].text == ".":
            return False
        follow = all_tokens[at + 1 : at + 3]
        if len(follow) < 2 or follow[0].text != ".":
            return False
        return follow[1].name in self.names or bool(_OPERATOR.match(follow[1].text))

    def _alone(self, all_tokens: list[Token], at: int) -> str:
        """An object of the schema's name follows it; an alias or variable in front of a column does not."""
        before_dot = all_tokens[at + 1 : at + 2] and all_tokens[at + 1].text == "."
        return all_tokens[at].text if before_dot else self._identifier(all_tokens[at])

    def _identifier(self, token: Token) -> str:
        marked = self.name(token.name)
        return f'"{marked}"' if marked != token.name else token.text

    def _string(self, text: str, in_path: bool) -> str:
        """Strings name objects (`'org_a.s1'::regclass`), list schemas, or are the schema's name."""
        opening = text.index("'") + 1
        inner = text[opening:-1]
        if (self.telling or in_path) and _LIST.match(inner):
            items = re.split(r"(\s*,\s*)", inner)
            inner = "".join(NAME if item.strip().strip('"') == self.schema else item for item in items)
        inner = self._qualifier.sub(self._qualified, inner)
        return f"{text[:opening]}{inner}{text[-1]}"

    def _qualified(self, match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in self.names:
            return match[0]
        marked = self.name(name)
        return f"{SCHEMA}." + (f'"{marked}"' if match[1] or marked != name else name)


def render(text: str, schema: str) -> str:
    """The definition for a schema of this name."""
    if "⟨" not in text:
        return text
    return text.replace(SCHEMA, quote(schema)).replace(NAME, schema)


def render_name(name: str, schema: str) -> str:
    """The name for a schema of this name; one that would be cut off ends in a digest instead."""
    made = name.replace(NAME, schema)
    if len(made.encode()) <= LONGEST:
        return made
    digest = hashlib.sha256(made.encode()).hexdigest()[:8]
    return made.encode()[: LONGEST - 9].decode(errors="ignore") + "_" + digest


def shown(text: str) -> str:
    """The definition for readers: without the schema."""
    return text.replace(f"{SCHEMA}.", "").replace(SCHEMA, "<schema>").replace(NAME, "<schema>")
