"""Parameters that carry the tenant in a member: `scope.tenantId`, `ctx.auth.orgId`."""

from __future__ import annotations

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.code import Attribute, Constant, Expression, Function, Mapping, Name, Operation, Parameter
from isolint.model.walk import nodes
from isolint.prove.entry import REQUEST_NAMES


def carried_tenant(program: Program, ref: FunctionRef, keys: tuple[str, ...]) -> str:
    """The parameter of a function, with the member, that holds the tenant by its type or by what the body reads of it;
    '' when there is none. A request holds everything and promises nothing.
    """
    function = program.function(ref)
    for parameter in function.parameters:
        if parameter.name and parameter.name not in REQUEST_NAMES:
            held = _declared(program, ref.path, parameter) | _read(function, parameter.name)
            if found := next((key for key in keys if key in held), ""):
                return f"{parameter.name}.{found}"
    return ""


def _declared(program: Program, path: str, parameter: Parameter) -> set[str]:
    """The members that a parameter's type has, unless it is a model: a row is what is worked on."""
    annotation = parameter.annotation
    while isinstance(annotation, Operation):
        annotation = annotation.left
    if isinstance(annotation, Mapping):
        return {name for entry in annotation.entries if (name := _key(entry.key))}
    symbol = program.resolve(path, annotation)
    if not isinstance(symbol, ClassRef) or symbol in program.tables.by_symbol:
        return set()
    return {field.name for field in program.klass(symbol).fields}


def _key(expression: Expression | None) -> str:
    if isinstance(expression, Constant) and isinstance(expression.value, str):
        return expression.value
    return expression.id if isinstance(expression, Name) else ""


def _read(function: Function, name: str) -> set[str]:
    """The members that the body reads of a parameter, at any depth."""
    return {node.name for node in nodes(function) if isinstance(node, Attribute) and _root(node) == name}


def _root(expression: Expression) -> str:
    while isinstance(expression, Attribute):
        expression = expression.base
    return expression.id if isinstance(expression, Name) else ""
