"""Edits of Python that keep what a program does."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from textwrap import indent

from .text import WORDS, Change, Edit, Files, around, changed, line_ends, neighbour

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LAZY = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What need not evaluate all that it holds."""
SIMPLE = (ast.Assign, ast.Expr, ast.Return)
UNRELATED = '''

class WorkingTime:
    """Nothing that anybody needs."""

    def hours(self, begins: int, ends: int) -> int:
        return (ends - begins) // 3600


def spelled(words: list[str]) -> str:
    organization_id = " ".join(words)
    return organization_id.title()
'''


class _Source:
    """A text and its tree, with offsets into the text."""

    def __init__(self, text: str) -> None:
        self.text, self.tree = text, ast.parse(text)
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Columns are counted in bytes, and the sources that are edited are ASCII."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def functions(self) -> Iterator[Function]:
        yield from (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))

    def statements(self) -> Iterator[ast.stmt]:
        """The statements of functions that begin their line."""
        for function in self.functions():
            for node in ast.walk(function):
                own = isinstance(node, ast.stmt) and node is not function and not self._before(node).strip()
                if own and not self.text.startswith("elif", self.span(node)[0]):
                    yield node

    def first_line(self, node: ast.stmt) -> int:
        """Where the line of a statement begins, with its decorators."""
        return self.lines[min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 1]

    def _before(self, node: ast.stmt) -> str:
        return self.text[self.lines[node.lineno - 1] : self.span(node)[0]]


def formatted(text: str) -> str:
    """Other line breaks, quotes and parentheses."""
    return ast.unparse(ast.parse(text)) + "\n"


def remarked(text: str) -> str:
    """Comments, empty lines and strings that nobody reads."""
    source = _Source(text)
    changes: list[Change] = []
    for node in source.statements():
        start, pad = source.first_line(node), " " * node.col_offset
        changes.append((start, start, f"\n{pad}# {WORDS}\n{pad}{WORDS!r}\n"))
    return changed(text, {change[0]: change for change in changes}.values())


def bracketed(text: str) -> str:
    """Parentheses around what is given, stored, compared and returned."""
    source = _Source(text)
    found: list[ast.expr] = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Return(value=ast.expr() as value) | ast.Assign(value=value):
                found.append(value)
            case ast.Compare(left=left, comparators=comparators):
                found += [left, *comparators]
            case ast.Call(args=args, keywords=keywords):
                found += [arg for arg in args if not isinstance(arg, ast.Starred | ast.GeneratorExp)]
                found += [keyword.value for keyword in keywords]
    inside = {id(part) for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    return changed(text, around(source.span(node) for node in found if id(node) not in inside))


def renamed(text: str) -> str:
    """Other names for what functions store."""
    source = _Source(text)
    changes: dict[int, Change] = {}
    for function in source.functions():
        nodes = list(ast.walk(function))
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        taken = {node.arg for node in nodes if isinstance(node, ast.arg)}
        taken |= {name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
        in_texts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        kept = taken | {node.id for node in nodes if isinstance(node, ast.Name) and id(node) in in_texts}
        for node in nodes:
            if isinstance(node, ast.Name) and node.id in stored - kept:
                start, end = source.span(node)
                changes[start] = (start, end, f"{node.id}_as_it_is")
    return changed(text, changes.values())


def extracted(text: str) -> str:
    """Attributes that are given or compared, and what is returned, get a name first; chains are split."""
    source = _Source(text)
    changes: list[Change] = []
    for at, node in enumerate(node for node in source.statements() if isinstance(node, SIMPLE) and node.value):
        pad, start = " " * node.col_offset, source.span(node)[0]
        taken = [part for part in _eager(node.value) if _is_plain(part)]
        before = [f"held_{at}_{n} = ({source.of(part)})\n{pad}" for n, part in enumerate(taken)]
        inner = changed(text, [(*source.span(part), f"held_{at}_{n}") for n, part in enumerate(taken)])
        shift = len(inner) - len(text)
        if not isinstance(node, ast.Return):
            changes.append((start, source.span(node)[1], "".join(before) + inner[start : source.span(node)[1] + shift]))
            continue
        first, last = source.span(node.value)
        value = inner[first : last + shift]
        changes.append((start, last, f"{''.join(before)}told_{at} = ({value})\n{pad}return told_{at}"))
    return changed(text, changes)


def _eager(root: ast.expr) -> Iterator[ast.expr]:
    """What is given to calls and compared, wherever all of it is evaluated."""
    pending: list[ast.AST] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, (*LAZY, ast.JoinedStr)):
            continue
        if isinstance(node, ast.Call):
            yield from (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(node, ast.Compare):
            yield from (node.left, *node.comparators)
        pending.extend(ast.iter_child_nodes(node))


def _is_plain(node: ast.expr) -> bool:
    """An attribute of something that is no class."""
    match node:
        case ast.Attribute(value=ast.Name(id=name)):
            return name.islower()
        case ast.Attribute(value=value):
            return _is_plain(value)
        case _:
            return False


def split(text: str) -> str:
    """The first of two calls in a chain becomes a statement of its own."""
    source = _Source(text)
    changes: list[Change] = []
    for at, node in enumerate(node for node in source.statements() if isinstance(node, ast.Assign | ast.Return)):
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Call() as inner)):
                start = source.span(node)[0]
                pad = " " * node.col_offset
                changes.append((start, start, f"begun_{at} = ({source.of(inner)})\n{pad}"))
                changes.append((*source.span(inner), f"begun_{at}"))
    return changed(text, changes)


def nested(text: str) -> str:
    """The body of each function in a block of its own."""
    source = _Source(text)
    changes: list[Change] = []
    inner = {id(part) for node in source.functions() for part in ast.walk(node) if part is not node}
    for function in source.functions():
        start, (_, end) = source.first_line(function.body[0]), source.span(function.body[-1])
        if id(function) in inner or function.body[0].lineno == function.lineno or '"""' in text[start:end]:
            continue
        pad = " " * function.body[0].col_offset
        changes.append((start, end, f"{pad}if True:\n{indent(text[start:end], '    ')}"))
    return changed(text, changes)


def reordered(text: str) -> str:
    """Functions that follow each other, and that nothing at the file's own level mentions, in the other order."""
    source = _Source(text)
    changes: list[Change] = []
    body = source.tree.body
    early = {part.id for node in body for part in _at_once(node) if isinstance(part, ast.Name)}
    for first, second in zip(body[::2], body[1::2], strict=False):
        if all(isinstance(node, FUNCTIONS) and node.name not in early for node in (first, second)):
            spans = [(source.first_line(node), source.span(node)[1]) for node in (first, second)]
            texts = [text[start:end] for start, end in spans]
            changes += [(*spans[0], texts[1]), (*spans[1], texts[0])]
    return changed(text, changes)


def _at_once(node: ast.stmt) -> Iterator[ast.AST]:
    """What runs when the module is loaded."""
    if isinstance(node, FUNCTIONS):
        for part in (*node.decorator_list, node.args, *([node.returns] if node.returns else [])):
            yield from ast.walk(part)
    else:
        yield from ast.walk(node)


def accompanied(text: str) -> str:
    """Code that has nothing to do with it follows."""
    return text + UNRELATED


def moved(files: Files) -> dict[str, str]:
    """Functions that need nothing but imports of their module stand in another one."""
    made = dict(files)
    for path, text in files.items():
        if not path.endswith(".py"):
            continue
        source = _Source(text)
        imports = [node for node in source.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imported = {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}
        free = [node for node in source.tree.body if isinstance(node, FUNCTIONS) and _is_free(node, imported)]
        if not free:
            continue
        module = neighbour(path).removesuffix(".py").replace("/", ".")
        names = ", ".join(node.name for node in free)
        cut = [(source.first_line(node), source.span(node)[1], "") for node in free]
        at = source.first_line(source.tree.body[0])
        made[path] = changed(text, [(at, at, f"from {module} import {names}\n"), *cut])
        parts = [source.of(node) for node in (*imports, *free)]
        made[neighbour(path)] = "\n\n\n".join(parts) + "\n"
    return made


def _is_free(function: Function, imported: set[str]) -> bool:
    """Whether a function is no handler and uses what is its own or imported."""
    nodes = list(ast.walk(function))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    return not function.decorator_list and used <= own | imported | set(dir(builtins))


EDITS: dict[str, Edit] = {
    "formatted": formatted,
    "remarked": remarked,
    "bracketed": bracketed,
    "renamed": renamed,
    "extracted": extracted,
    "split": split,
    "nested": nested,
    "reordered": reordered,
    "accompanied": accompanied,
    "line ends": line_ends,
}
