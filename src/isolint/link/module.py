"""One file of the program: its definitions by name, and what is said of them elsewhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec.structs import replace

from isolint.model.code import (
    Assign,
    Attribute,
    Call,
    Class,
    Constant,
    Evaluate,
    Expression,
    FileFacts,
    Function,
    Import,
    Name,
    Return,
)
from isolint.model.code import Mapping as Pattern

MODULE_LEVEL = "<module>"


class Module:
    """One file: its definitions by name."""

    def __init__(self, path: str, facts: FileFacts) -> None:
        self.path = path
        self.facts = facts
        self.functions: dict[str, Function] = _implemented(facts.functions)
        self.classes: dict[str, Class] = {c.qualname: self._implemented(c) for c in facts.classes}
        self.imports: dict[str, Import] = {}
        self.stars: list[str] = []
        for item in facts.imports:
            if item.local == "*":
                self.stars.append(item.module)
            else:
                self.imports.setdefault(item.local, item)
        self.exports = {item.exported: item for item in facts.exports if item.exported != "*"}
        self.passed_on = [item.module for item in facts.exports if item.exported == "*" and item.module]

    def _implemented(self, klass: Class) -> Class:
        methods = tuple(name for name in klass.methods if name in self.functions)
        return klass if methods == klass.methods else replace(klass, methods=methods)

    @cached_property
    def variables(self) -> dict[str, Expression]:
        """Names assigned at the module level, with the last value assigned there."""
        found: dict[str, Expression] = {}
        level = self.functions.get(MODULE_LEVEL)
        for statement in level.body if level else ():
            if isinstance(statement, Assign) and isinstance(statement.target, Name):
                found[statement.target.id] = statement.value
            elif isinstance(statement, Assign) and isinstance(statement.target, Pattern):
                found.update(_taken_apart(statement.target, statement.value))
        return found

    @cached_property
    def told(self) -> tuple[Call, ...]:
        """Calls of methods that stand as statements of their own in any function (`Invoice.belongsTo(Org)`), with the
        class for `this`.
        """
        found = []
        for function in self.functions.values():
            for statement in function.body:
                value = statement.value if isinstance(statement, Evaluate) else None
                if isinstance(value, Call) and isinstance(value.function, Attribute):
                    found.append(_of_class(value, value.function, function.owner))
        return tuple(found)

    @cached_property
    def made(self) -> tuple[tuple[str, Call], ...]:
        """What functions other than the module level make by a call, by the name that it is given; '' for what is
        returned at once.
        """
        found = []
        for function in self.functions.values():
            for statement in function.body if function.qualname != MODULE_LEVEL else ():
                value = statement.value if isinstance(statement, Assign | Return) else None
                if isinstance(value, Call):
                    named = isinstance(statement, Assign) and isinstance(statement.target, Name)
                    found.append((statement.target.id if named else "", value))  # type: ignore[union-attr]
        return tuple(found)


def _implemented(functions: Iterable[Function]) -> dict[str, Function]:
    """Functions by qualified name; of one that is written several times for type checkers, the one with the body."""
    found = {function.qualname: function for function in functions}
    for name in [name for name, function in found.items() if "#" not in name and _is_overload(function)]:
        again = [other for other in found if _is_again(other, name)]
        for other in again:
            found[name] = replace(found.pop(other), qualname=name)
    return found


def _is_again(other: str, name: str) -> bool:
    """Whether a qualified name is that of a redefinition (`get#2` of `get`)."""
    return other.startswith(f"{name}#") and other.removeprefix(f"{name}#").isdigit()


def _is_overload(function: Function) -> bool:
    return any("overload" in {getattr(d, "id", ""), getattr(d, "name", "")} for d in function.decorators)


def _of_class(call: Call, method: Attribute, owner: str) -> Call:
    """The call with the name of the class that it stands in for `this`."""
    base = method.base
    if not owner or not isinstance(base, Name) or base.id not in {"this", "super"}:
        return call
    named = Attribute(method.at, Name(base.at, owner.rpartition(".")[2]), method.name)
    return replace(call, function=named)


def _taken_apart(pattern: Pattern, value: Expression) -> Iterator[tuple[str, Expression]]:
    """The names that `const { auth, handlers: { GET } } = value` gives to parts of a value, with those parts."""
    for entry in pattern.entries:
        if not isinstance(entry.key, Constant) or not isinstance(entry.key.value, str):
            continue
        part = Attribute(at=value.at, base=value, name=entry.key.value)
        if isinstance(entry.value, Name):
            yield entry.value.id, part
        elif isinstance(entry.value, Pattern):
            yield from _taken_apart(entry.value, part)
