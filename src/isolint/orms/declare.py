"""What a data layer is shown of a class to tell whether, and how, it declares a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from isolint.model.code import Attribute, Call, Constant, Expression, Field, Index, Name, Operation, Sequence
from isolint.model.code import Mapping as MappingNode
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class with what it inherits.

    `fields` are own and inherited class attributes, nearest first, each name once; a property that only returns a
    value counts
    as a field with that value. `bases` holds the dotted names of bases outside the project; `options` the fields of the
    nested `Meta`, own or inherited; `keywords` the class's keyword arguments; `decorators` its own decorators;
    `qualified` gives the dotted name that an expression stands for, as far as it is known ('' for what is no name);
    `returned` what a function that only returns something gives (`() => Org`), None for anything else; `told` are the
    calls of the class's own methods that its file makes (`Invoice.init({…})`), by method.
    """

    name: str
    place: Place
    fields: tuple[Field, ...]
    own: frozenset[str]
    bases: frozenset[str]
    keywords: Mapping[str, Expression]
    options: Mapping[str, Expression]
    qualified: Callable[[Expression], str]
    decorators: tuple[Expression, ...] = ()
    returned: Callable[[Expression], Expression | None] = lambda expression: None
    told: Mapping[str, Call] = field(default_factory=dict)

    def decorator(self, module: str, names: Collection[str]) -> Call | None:
        """The first decorator that is a call of one of these names of a module or of the packages below it."""
        for item in self.decorators:
            if isinstance(item, Call) and last_name(item.function) in names:
                if self.qualified(item.function).startswith(module):
                    return item
        return None

    def value(self, name: str) -> Expression | None:
        """The value of the field `name`, None when there is none."""
        return next((item.value for item in self.fields if item.name == name), None)

    def derives_from(self, *tails: str) -> bool:
        """Whether a base outside the project has one of these dotted names or ends with one of them."""
        return any(base == tail or base.endswith("." + tail) for base in self.bases for tail in tails)

    def calls(self) -> Iterator[tuple[Field, Call, str]]:
        """The fields whose value is a call, with the last name of what is called."""
        for item in self.fields:
            if isinstance(item.value, Call):
                yield item, item.value, last_name(item.value.function)


def last_name(expression: Expression) -> str:
    """`c` of `a.b.c`, '' for what is no name."""
    if isinstance(expression, Name):
        return expression.id
    return expression.name if isinstance(expression, Attribute) else ""


def text(expression: Expression | None) -> str:
    """The text of a literal, '' for anything else."""
    return expression.value if isinstance(expression, Constant) and isinstance(expression.value, str) else ""


def is_true(expression: Expression | None) -> bool:
    """Whether the expression is the literal true."""
    return isinstance(expression, Constant) and expression.value is True


def keyword(call: Call, name: str) -> Expression | None:
    """The keyword argument `name` of a call."""
    return next((argument.value for argument in call.arguments if argument.name == name), None)


def positional(call: Call) -> tuple[Expression, ...]:
    """The positional arguments of a call, in order; a spread ends them."""
    found = []
    for argument in call.arguments:
        if argument.stars:
            break
        if not argument.name:
            found.append(argument.value)
    return tuple(found)


def target_name(expression: Expression | None) -> str:
    """The model that `"app.Model"`, `Model`, `models.Model` or `lambda: Model`-like arguments name, '' if none."""
    if expression is None:
        return ""
    if literal := text(expression):
        return literal.rsplit(".", 1)[-1]
    return last_name(expression)


def names_in(expression: Expression | None) -> tuple[str, ...]:
    """Texts of a literal sequence of texts (`("a", "b")`), or the single literal text."""
    if isinstance(expression, Sequence):
        return tuple(literal for item in expression.items if (literal := text(item)))
    return (literal,) if (literal := text(expression)) else ()


def entries(*expressions: Expression | None) -> dict[str, Expression]:
    """The entries with constant keys of the first object among the expressions."""
    for expression in expressions:
        if isinstance(expression, MappingNode):
            return {name: entry.value for entry in expression.entries if (name := text(entry.key))}
    return {}


def annotation_target(expression: Expression | None) -> str:
    """The innermost class named by an annotation: `Org` of `Mapped[list["Org"]]`, `Optional[Org]` or `Org | null`."""
    while isinstance(expression, Index | Operation):
        if isinstance(expression, Operation):
            expression = expression.left
            continue
        key = expression.key
        expression = key.items[0] if isinstance(key, Sequence) and key.items else key
    return target_name(expression).split(" ")[0].strip("'\"")
