"""What the grammars get wrong in valid code: the text is rewritten in place and parsed once more.

Each rewriting keeps the length, so that the positions in the tree stay those of the file; names and texts are read
from the file as it is. Measured with tree-sitter-typescript 0.23.2 and tree-sitter-javascript 0.25.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tree_sitter import Node, Tree

from isolint.frontends.typescript.syntax import Grammar, damage, errors, parse

LONGEST_TYPE_ARGUMENTS = 4000

_CALL_AFTER_TYPES = re.compile(rb"(?<!=)>\s*\(")
_LOOSE = frozenset(("await_expression", "unary_expression", "yield_expression"))
_TEMPLATE_AFTER_TYPES = re.compile(rb"(?<!=)>\s*`")
_NO_TYPES = re.compile(rb"&&|\|\||==|`")
_IMPORTED_TYPE = re.compile(
    rb"(\btypeof\s+)?\bimport\(\s*(?:'[^'\n]*'|\"[^\"\n]*\")\s*\)(?(1)|(?=\s*\.(?!then\b|catch\b|finally\b)))"
)
_AWAIT_USING = re.compile(rb"\b(await)\s+using\s+[A-Za-z_$]")
_SINGLE_AMPERSAND = re.compile(rb"(?<!&)&(?![&=])")
_RESERVED_ATTRIBUTE = re.compile(rb"[a-z]+=")


class Repaired(NamedTuple):
    """A tree, and the text that it is the tree of."""

    tree: Tree
    source: bytes


def repaired(source: bytes, grammar: Grammar) -> Repaired:
    """The tree of a text with the known faults of the grammar mended."""
    source = _prepared(source)
    best = Repaired(parse(source, grammar), source)
    if grammar != "js":
        best = _reparsed(best, _without_type_arguments(best), grammar)
    if not best.tree.root_node.has_error:
        return best
    for mend in _MENDS:
        best = _reparsed(best, mend(best), grammar)
    return best if grammar == "js" else _reparsed(best, _without_type_arguments(best), grammar)


def _reparsed(parsed: Repaired, source: bytes, grammar: Grammar) -> Repaired:
    """The tree of a rewritten text, unless the rewriting did harm."""
    if source == parsed.source:
        return parsed
    tree = parse(source, grammar)
    harm = damage([tree.root_node])
    return Repaired(tree, source) if not harm or harm <= damage([parsed.tree.root_node]) else parsed


def _prepared(source: bytes) -> bytes:
    """The text without what would be misread in silence."""
    # Null characters end a string early.
    text = bytearray(source.replace(b"\0", b" "))
    if b"import(" in source:
        # A type that is imported in place becomes a name: behind `<`, the grammar takes it for an operand.
        for match in _IMPORTED_TYPE.finditer(source):
            start = match.end(1) if match[1] else match.start()
            text[start : match.end()] = b"import".ljust(match.end() - start, b"_")
    if b"using" in source:
        for match in _AWAIT_USING.finditer(source):
            _blank(text, match.start(1), match.end(1))
    return bytes(text)


def _without_type_arguments(parsed: Repaired) -> bytes:
    """Type arguments bind too loosely: `await f<T>(x)` becomes `(await f)<T>(x)`, and a tag's become comparisons."""
    root = parsed.tree.root_node
    text = bytearray(parsed.source)
    for start, end in (*_call_types(root, parsed.source), *_tag_types(root, parsed.source)):
        _blank(text, start, end)
    return bytes(text)


def _call_types(root: Node, source: bytes) -> Iterator[tuple[int, int]]:
    """The ranges of `<T>` in `await f<T>(x)` and `!f<T>(x)`."""
    for match in _CALL_AFTER_TYPES.finditer(source):
        bracket = root.descendant_for_byte_range(match.start(), match.start() + 1)
        types = None if bracket is None else bracket.parent
        call = None if types is None else types.parent
        if types is None or call is None or types.type != "type_arguments" or call.type != "call_expression":
            continue
        function = call.child_by_field_name("function")
        if function is not None and function.type in _LOOSE:
            yield types.start_byte, types.end_byte


def _tag_types(root: Node, source: bytes) -> Iterator[tuple[int, int]]:
    """The ranges of ``<T>`` in ``tag<T>`…` ``."""
    for match in _TEMPLATE_AFTER_TYPES.finditer(source):
        start, end = _opening(source, match.start()), match.start() + 1
        if start and not _NO_TYPES.search(source, start, end) and _begins_template(root, match.end() - 1):
            yield start, end


def _begins_template(root: Node, place: int) -> bool:
    quote = root.descendant_for_byte_range(place, place + 1)
    if quote is None or quote.type != "`" or quote.parent is None:
        return False
    return quote.parent.is_error or quote.parent.start_byte == place


def _opening(source: bytes, closing: int) -> int:
    """Where the `<` stands that a `>` closes, right behind a name; 0 when there is none."""
    level = 0
    for place in range(closing, max(0, closing - LONGEST_TYPE_ARGUMENTS), -1):
        character = source[place : place + 1]
        if character == b">" and source[place - 1 : place] != b"=":
            level += 1
        elif character == b"<":
            level -= 1
            if not level:
                before = source[place - 1 : place]
                return place if before.isalnum() or before in (b"_", b"$", b")", b"]") else 0
    return 0


def _markup(parsed: Repaired) -> bytes:
    """Markup may hold a bare `&`, and attributes named like operators."""
    text = bytearray(parsed.source)
    for node in errors(parsed.tree.root_node):
        if _in_markup(node) and _RESERVED_ATTRIBUTE.match(parsed.source, node.start_byte, node.end_byte):
            text[node.start_byte] = ord("_")
        # To markup a `|` is text, and everywhere else an operator of the same kind as `&`.
        for match in _SINGLE_AMPERSAND.finditer(parsed.source, node.start_byte, node.end_byte):
            text[match.start()] = ord("|")
    return bytes(text)


def _in_markup(node: Node) -> bool:
    return node.parent is not None and node.parent.type.startswith("jsx_")


def _replacing(pattern: bytes, replacement: bytes) -> Callable[[Repaired], bytes]:
    """A rewriting of each match's first group."""
    compiled = re.compile(pattern, re.MULTILINE)

    def mend(parsed: Repaired) -> bytes:
        text = bytearray(parsed.source)
        for match in compiled.finditer(parsed.source):
            fitted = replacement.ljust(len(match[1]), replacement[-1:])
            text[match.start(1) : match.end(1)] = _blanked(match[1]) if replacement == b" " else fitted
        return bytes(text)

    return mend


_MENDS: tuple[Callable[[Repaired], bytes], ...] = (
    _markup,
    _replacing(rb"\bexport\s+(type)\s*\*", b" "),
    _replacing(rb"\bfrom\s+(?:'[^'\n]*'|\"[^\"\n]*\")\s+(with\s*\{[^{}]*\})", b" "),
    # An optional parameter that is taken apart; a member named like an operator or a modifier; `using` as a name.
    _replacing(rb"[}\]](\?)\s*:", b" "),
    _replacing(rb"^\s*(?:readonly\s+)?(in|of|instanceof|abstract|accessor)\??[:(<]", b"_"),
    # Generic call signatures that no semicolon parts.
    _replacing(rb"^[ \t]*([ \t])<(?=\s*[A-Za-z_$][\w$]*(?:\s*[,=]|\s+extends\b|>\s*\())", b";"),
    _replacing(rb"\b(using)\s+[A-Za-z_$][\w$]*\s*=[^=>]", b"const"),
    _replacing(rb"\b(using)\b", b"_"),
)


def _blank(text: bytearray, start: int, end: int) -> None:
    text[start:end] = _blanked(bytes(text[start:end]))


def _blanked(text: bytes) -> bytes:
    return re.sub(rb"[^\n]", b" ", text)
