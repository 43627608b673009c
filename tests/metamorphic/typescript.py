"""Edits of TypeScript that keep what a program does."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from .text import WORDS, Change, Edit, Files, around, changed, line_ends, neighbour

FUNCTIONS = {"function_declaration", "arrow_function", "method_definition", "function_expression"}
LAZY = {"binary_expression", "ternary_expression", "template_string", "class_body", *FUNCTIONS}
"""What need not evaluate all that it holds; of the binary ones this holds for some."""
LISTS = {"arguments", "object", "array", "formal_parameters", "named_imports", "object_pattern"}
DECLARED = {"shorthand_property_identifier_pattern", "identifier"}
PARSER = Parser(Language(tree_sitter_typescript.language_tsx()))
UNRELATED = """

class WorkingTime {
  hours(begins: number, ends: number) {
    return Math.floor((ends - begins) / 3600);
  }
}

export function spelledOut(words: string[]) {
  const organizationId = words.join(' ');
  return organizationId.toUpperCase();
}
"""


def _tree(text: str) -> Node:
    """Offsets are in bytes, and the sources that are edited are ASCII."""
    return PARSER.parse(text.encode("ascii")).root_node


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _statements(root: Node) -> Iterator[Node]:
    """The statements of blocks."""
    for node in _nodes(root):
        if node.type == "statement_block":
            yield from (child for child in node.named_children if child.type != "comment")


def formatted(text: str) -> str:
    """Other line breaks and quotes."""
    changes: list[Change] = []
    for node in _nodes(_tree(text)):
        if node.type == "," and node.parent is not None and node.parent.type in LISTS:
            changes.append((node.end_byte, node.end_byte, "\n        "))
        if node.type == "string" and _text(node)[0] == "'" and not set('\\"') & set(_text(node)):
            if node.parent is not None and node.parent.type != "jsx_attribute":
                changes.append((node.start_byte, node.end_byte, f'"{_text(node)[1:-1]}"'))
    return changed(text, changes)


def remarked(text: str) -> str:
    """Comments, empty lines and strings that nobody reads."""
    changes: list[Change] = []
    for node in _statements(_tree(text)):
        dead = "" if node.prev_named_sibling is None else f"void {WORDS!r};\n"
        changes.append((node.start_byte, node.start_byte, f"\n\n// {WORDS}\n/* {WORDS} */\n{dead}"))
    return changed(text, changes)


def bracketed(text: str) -> str:
    """Parentheses around what is given, stored, compared and returned."""
    spans = []
    for node in _nodes(_tree(text)):
        match node.type:
            case "variable_declarator" | "pair":
                value = node.child_by_field_name("value")
                spans += [] if value is None else [value]
            case "return_statement":
                spans += node.named_children
            case "arguments":
                spans += [child for child in node.named_children if child.type not in {"spread_element", "comment"}]
            case "binary_expression":
                spans += [child for child in (node.child(0), node.child(2)) if child is not None]
    return changed(text, around((node.start_byte, node.end_byte) for node in spans))


def renamed(text: str) -> str:
    """Other names for the constants and variables of functions."""
    root = _tree(text)
    local: set[str] = set()
    other: set[str] = set()
    for node in _nodes(root):
        if node.type in DECLARED and _is_declared(node):
            (local if _function(node) else other).add(_text(node))
        if node.type == "identifier" and node.parent is not None:
            if node.parent.type in {"formal_parameters", "required_parameter", "import_specifier", "import_clause"}:
                other.add(_text(node))
            if node.parent.type in {"arrow_function", "function_declaration"}:
                other.add(_text(node))
    changes: list[Change] = []
    for node in _nodes(root):
        name = _text(node) if node.child_count == 0 else ""
        if name in local - other:
            new = f"{name}AsItIs"
            if node.type.startswith("shorthand_property_identifier"):
                new = f"{name}: {new}"
            elif node.type != "identifier":
                continue
            changes.append((node.start_byte, node.end_byte, new))
    return changed(text, changes)


def _is_declared(node: Node) -> bool:
    """Whether a name is stored by a declaration of a variable, by itself or taken out of an object."""
    parent = node.parent
    if parent is not None and parent.type == "object_pattern":
        node, parent = parent, parent.parent
    return parent is not None and parent.type == "variable_declarator" and parent.child_by_field_name("name") == node


def _function(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type not in FUNCTIONS:
        parent = parent.parent
    return parent


def extracted(text: str) -> str:
    """Members that are given get a name first, and so does what is returned."""
    changes: list[Change] = []
    for at, node in enumerate(_statements(_tree(text))):
        if node.type not in {"expression_statement", "lexical_declaration", "return_statement"}:
            continue
        taken = list(_eager(node))
        before = "".join(f"const held{at}{n} = {_text(part)};\n  " for n, part in enumerate(taken))
        changes.append((node.start_byte, node.start_byte, before))
        changes += [(part.start_byte, part.end_byte, f"held{at}{n}") for n, part in enumerate(taken)]
        if node.type == "return_statement" and node.named_children:
            value = node.named_children[0]
            changes[-1 - len(taken)] = (node.start_byte, value.start_byte, f"{before}const told{at} = ")
            changes.append((node.end_byte, node.end_byte, f"\n  return told{at};"))
    return changed(text, changes)


def _eager(root: Node) -> Iterator[Node]:
    """Members of members that are given to calls or stand in objects, wherever all of it is evaluated."""
    pending = list(root.children)
    while pending:
        node = pending.pop()
        given = node.parent is not None and node.parent.type in {"arguments", "pair"}
        if node.type == "member_expression" and given and "(" not in _text(node) and "?" not in _text(node):
            yield node
        elif node.type not in LAZY:
            pending.extend(node.children)


def nested(text: str) -> str:
    """What a function does in a block of its own."""
    changes: list[Change] = []
    for node in _nodes(_tree(text)):
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
        if body is not None and body.type == "statement_block" and body.named_children:
            first = body.named_children[0]
            if first.type != "expression_statement" or first.named_children[0].type != "string":
                changes += [(body.start_byte, body.start_byte, "{ "), (body.end_byte, body.end_byte, " }")]
    return changed(text, changes)


def reordered(text: str) -> str:
    """Functions that follow each other in the other order: where they stand is the same to all who call them."""
    functions = [node for node in _tree(text).named_children if node.type == "function_declaration"]
    changes: list[Change] = []
    for first, second in zip(functions[::2], functions[1::2], strict=False):
        changes.append((first.start_byte, first.end_byte, _text(second)))
        changes.append((second.start_byte, second.end_byte, _text(first)))
    return changed(text, changes)


def accompanied(text: str) -> str:
    """Code that has nothing to do with it follows."""
    return text + UNRELATED


def moved(files: Files) -> dict[str, str]:
    """Functions that need nothing but imports of their module stand in another one."""
    made = dict(files)
    for path, text in files.items():
        if not path.endswith((".ts", ".tsx")) or "'use " in text:
            continue
        root = _tree(text)
        imports = [node for node in root.named_children if node.type == "import_statement"]
        own = {name for node in root.named_children if node not in imports for name in _names(node)}
        functions = [node for node in root.named_children if node.type == "function_declaration"]
        free = [node for node in functions if not own & _used(node)]
        if not free:
            continue
        module = neighbour(path).rpartition("/")[2].rpartition(".")[0]
        names = ", ".join(_names(node)[0] for node in free)
        cut = [(node.start_byte, node.end_byte, "") for node in free]
        at = imports[-1].end_byte if imports else 0
        made[path] = changed(text, [*cut, (at, at, f"\nimport {{ {names} }} from './{module}';\n")])
        parts = [*map(_text, imports), *(f"export {_text(node)}" for node in free)]
        made[neighbour(path)] = "\n\n".join(parts) + "\n"
    return made


def _names(node: Node) -> list[str]:
    """What a statement of a module declares."""
    if node.type == "export_statement":
        return [name for child in node.named_children for name in _names(child)]
    if node.type == "lexical_declaration":
        return [_text(part) for part in _nodes(node) if part.type in DECLARED and _is_declared(part)]
    name = node.child_by_field_name("name")
    return [] if name is None else [_text(name)]


def _used(function: Node) -> set[str]:
    kinds = {"identifier", "shorthand_property_identifier", "type_identifier"}
    own = function.child_by_field_name("name")
    return {_text(node) for node in _nodes(function) if node.type in kinds and node != own}


EDITS: dict[str, Edit] = {
    "formatted": formatted,
    "remarked": remarked,
    "bracketed": bracketed,
    "renamed": renamed,
    "extracted": extracted,
    "nested": nested,
    "reordered": reordered,
    "accompanied": accompanied,
    "line ends": line_ends,
}
