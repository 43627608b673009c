"""What declared types say of values that nothing in the code makes: repositories, services that are injected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, External
from isolint.model.code import Attribute, Call, Expression, Index, Name, Operation, Parameter, Sequence
from isolint.orms import LAYERS
from isolint.prove.terms import Entity, Handle, Input, Object, Record, Term

if TYPE_CHECKING:
    from isolint.link import Program
    from isolint.prove.run import Run

HANDLES = frozenset(name for known in LAYERS for name in known.handles)
INJECTING = frozenset(name for known in LAYERS for name in known.injects)
REQUEST_TOKENS = frozenset({"REQUEST", "CONTEXT"})
"""What a request-scoped provider is given when it asks for one of these."""


def instance_of(run: Run, ref: ClassRef) -> Term:
    """An instance of a class that somebody else makes: a repository when the class is one."""
    for base in run.program.mro(ref):
        name = base.name.rpartition(".")[2]
        if isinstance(base, External) and name in HANDLES and (model := _argument(run.program, ref)) is not None:
            return _handle(run, model, ref)
    return Object(ref, Record(()))


def declared_field(run: Run, receiver: ClassRef, owner: ClassRef, name: str, annotation: Expression) -> Term | None:
    """The value of a field that has only a type; `receiver` is the class of the instance, `owner` that of the field."""
    parameter = _filled_by(run.program, owner, name)
    for decorator in parameter.decorators if parameter else ():
        if (value := _injected(run, owner, decorator)) is not None:
            return value
    return annotated(run, owner.path, annotation, receiver)


def annotated(run: Run, path: str, annotation: Expression | None, receiver: ClassRef | None = None) -> Term | None:
    """The value that a type names: what leads to a model's rows, or an instance of a class of the project."""
    if isinstance(annotation, Operation):
        return annotated(run, path, annotation.left, receiver)
    if isinstance(annotation, Index):
        name = _last(annotation.base)
        model = _model(run.program, path, annotation.key)
        if name in HANDLES and model is None and receiver is not None:
            model = _argument(run.program, receiver)
        if name in HANDLES:
            return _handle(run, model) if model is not None else None
        annotation = annotation.base
    symbol = run.program.resolve(path, annotation)
    if not isinstance(symbol, ClassRef) or symbol in run.program.tables.by_symbol:
        return None
    klass = run.program.klass(symbol)
    return instance_of(run, symbol) if klass.methods and not klass.keywords else None


def _handle(run: Run, model: ClassRef, own: ClassRef | None = None) -> Handle:
    """What leads to a model's rows, in the layer that declares the model."""
    return Handle(run.program.tables.by_symbol[model].declaration.layer, Entity(model), own=own)


def _filled_by(program: Program, owner: ClassRef, name: str) -> Parameter | None:
    """The constructor's parameter that a field is filled from."""
    method = program.method(owner, "constructor")
    parameters = program.function(method).parameters if method is not None else ()
    return next((parameter for parameter in parameters if parameter.name == name), None)


def _injected(run: Run, owner: ClassRef, decorator: Expression) -> Term | None:
    """`@InjectRepository(User)`, `@InjectModel(User.name)`, `@Inject(REQUEST)`."""
    if not isinstance(decorator, Call) or not decorator.arguments:
        return None
    name, given = _last(decorator.function), decorator.arguments[0].value
    if name == "Inject" and _last(given) in REQUEST_TOKENS:
        return Input("request", "request")
    if name not in INJECTING:
        return None
    named = given.base if isinstance(given, Attribute) and given.name == "name" else given
    model = _model(run.program, owner.path, named)
    return _handle(run, model) if model is not None else None


def _model(program: Program, path: str, expression: Expression) -> ClassRef | None:
    """The model that a type or an argument names."""
    symbol = program.resolve(path, expression)
    return symbol if isinstance(symbol, ClassRef) and symbol in program.tables.by_symbol else None


def _argument(program: Program, ref: ClassRef) -> ClassRef | None:
    """The model that a class or one of its bases gives to a generic base."""
    for base in program.mro(ref):
        if isinstance(base, ClassRef):
            found = (_model(program, base.path, key) for key in _type_arguments(program.klass(base).bases))
            if (model := next((one for one in found if one is not None), None)) is not None:
                return model
    return None


def _type_arguments(bases: tuple[Expression, ...]) -> Iterator[Expression]:
    for base in bases:
        if isinstance(base, Index):
            yield from base.key.items if isinstance(base.key, Sequence) else (base.key,)


def _last(expression: Expression | None) -> str:
    if isinstance(expression, Name):
        return expression.id
    return expression.name if isinstance(expression, Attribute) else ""
