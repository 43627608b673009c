"""Entry points: how their parameters are filled by the framework, and what guards them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isolint.frameworks import FRAMEWORKS
from isolint.link.mounts import MODULE_LEVEL, Router
from isolint.link.symbols import ClassRef, FunctionRef, VariableRef
from isolint.model.access import Role
from isolint.model.code import Attribute, Call, Expression, Function, Name, Parameter
from isolint.model.source import Place
from isolint.prove.decorated import (
    decorated_guards,
    decorated_value,
    is_decorated_handler,
    name_of,
    opening_decorators,
)
from isolint.prove.evaluate import evaluate
from isolint.prove.frame import Frame
from isolint.prove.given import Given
from isolint.prove.origins import TRUSTED
from isolint.prove.roles import is_route_decorator
from isolint.prove.routed import Routed, registrations, url_of
from isolint.prove.serializers import is_serializer
from isolint.prove.spelled import names_maker
from isolint.prove.terms import (
    UNKNOWN,
    Entity,
    Global,
    Injected,
    Input,
    Item,
    Items,
    Literal,
    Object,
    Record,
    Result,
    Term,
)
from isolint.prove.typed import instance_of
from isolint.prove.urls import names_of, passed_in

if TYPE_CHECKING:
    from isolint.prove.run import Run

REQUEST_NAMES = {"request", "req", "info"}
REQUEST_TYPES = {"Request", "HttpRequest", "HTTPConnection", "WebSocket", "AuthenticatedHttpRequest"}
INJECTORS = frozenset(name for f in FRAMEWORKS for name in f.injectors)
MARKERS = {name: part for f in FRAMEWORKS for name, part in f.markers.items()}
HTTP_METHODS = {name: verb for f in FRAMEWORKS for name, verb in f.verbs.items()}
MAX_NESTED = 5
BODY_NAMES = {"validated_data", "attrs", "cleaned_data"}
URL_NAMES = (
    "slug",
    "pk",
    "id",
    "org_slug",
    "workspace_slug",
    "org_id",
    "workspace_id",
    "project_id",
    "team_id",
    "tenant_id",
)
"""URL values that methods other than handlers read from `self.kwargs`; a handler is given all of them by name."""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Something that runs before the handler: a decorator, a dependency, a permission class. `term` is its value,
    `name` what it is called.
    """

    term: Term
    name: str
    place: Place


def entry_values(run: Run, ref: FunctionRef, role: Role) -> dict[str, Term]:
    """The terms for the parameters of an entry point."""
    function = run.program.function(ref)
    if role is Role.ROUTE and function.owner and function.name in HTTP_METHODS:
        run.overlay[Input("request", "request"), "method"] = Literal(HTTP_METHODS[function.name])
    frame = run.module_frame(ref.path)
    in_path = names_of(url_of(run.program, ref, function))
    values: dict[str, Term] = {}
    for index, parameter in enumerate(function.parameters):
        filled = decorated_value(run, frame, parameter)
        value = _value(run, frame, function, parameter, role, in_path, index) if filled is None else filled
        run.bind_parameter(frame, values, parameter, value)
        if isinstance(value, Input) and value.part == "path" and parameter.default is None and not parameter.kind:
            run.entry_frame.known += (value,)  # the URL has it
    if implicit := run.program.receiver_name(ref):
        values[implicit] = instance_of(run, ClassRef(ref.path, function.owner))
    return values


def _value(
    run: Run, frame: Frame, function: Function, parameter: Parameter, role: Role, in_path: set[str], index: int
) -> Term:
    if index == 0 and function.owner and parameter.name in {"self", "cls"}:
        ref = ClassRef(frame.path, function.owner)
        return Object(ref, _own_fields(run, ref, function, role)) if parameter.name == "self" else Entity(ref)
    if parameter.kind == "**":
        spread = Input(parameter.name, "path" if role is Role.ROUTE else "")
        return Record((*_of_url(URL_NAMES), (None, spread, ()))) if role is Role.ROUTE and function.owner else spread
    dependency = _dependency(run, frame, parameter)
    if dependency is not None:
        return inject(run, frame, parameter.name, dependency, MAX_NESTED)
    if role is not Role.ROUTE:
        return Input(parameter.name)
    symbol = run.program.resolve(frame.path, parameter.annotation)
    klass = symbol if isinstance(symbol, ClassRef) else None
    if parameter.name in BODY_NAMES and function.owner:
        klass = ClassRef(frame.path, function.owner)
    return Input(parameter.name, _part(run, frame, function, parameter, in_path), klass)


def _own_fields(run: Run, ref: ClassRef, function: Function, role: Role) -> Record:
    """What an object of the framework holds before its method runs: a view the URL's values and the request, a
    serializer what its view has handed over and the request's data.
    """
    if role is not Role.ROUTE:
        return Record(())
    if is_serializer(run.program, ref):
        handed, sent = Input("context", "injected"), Input("initial_data", "body")
        return Record(((Literal("context"), handed, ()), (Literal("initial_data"), sent, ())))
    named = [p.name for p in function.parameters[1:] if p.name not in REQUEST_NAMES and not p.kind]
    takes_all = any(p.name in REQUEST_NAMES for p in function.parameters) and not any(
        p.kind for p in function.parameters
    )
    others = () if takes_all else URL_NAMES
    kwargs = Record(_of_url((*named, *others)))
    request = Input("request", "request")
    return Record(((Literal("kwargs"), kwargs, ()), (Literal("request"), request, ())))


def _of_url(names: Iterable[str]) -> tuple[tuple[Term | None, Term, tuple[Term, ...]], ...]:
    return tuple((Literal(name), Input(name, "path"), ()) for name in names)


def _part(run: Run, frame: Frame, function: Function, parameter: Parameter, in_path: set[str]) -> str:
    kind = _last(parameter.annotation)
    if parameter.name in REQUEST_NAMES or kind in REQUEST_TYPES:
        return "request"
    if parameter.name in in_path:
        return "path"
    if parameter.name in BODY_NAMES:
        return "body"
    if parameter.name == "instance":
        return "injected"
    marker = _marker(run, frame, parameter)
    if marker:
        return marker
    if passed_in(run.program, _view_of(frame, function), function, parameter.name):
        return "injected"
    if in_path or url_of(run.program, FunctionRef(frame.path, function.qualname), function) or not function.owner:
        return _unmarked_part(run, frame, function, parameter)
    return "path"


def _view_of(frame: Frame, function: Function) -> ClassRef | FunctionRef:
    return ClassRef(frame.path, function.owner) if function.owner else FunctionRef(frame.path, function.qualname)


def _unmarked_part(run: Run, frame: Frame, function: Function, parameter: Parameter) -> str:
    """A typed parameter is read from the query or, when its type is a class, from the body; an untyped one of a URL
    rule is injected.
    """
    if not _reads_signatures(run, frame.path):
        takes_request = any(p.name in REQUEST_NAMES for p in function.parameters)
        return "path" if takes_request else "injected"
    symbol = run.program.resolve(frame.path, parameter.annotation)
    return "body" if isinstance(symbol, ClassRef) else "query"


def _reads_signatures(run: Run, path: str) -> bool:
    """Whether the framework fills parameters by their types, as FastAPI does; others pass the URL's values only."""
    imported = {item.module.split(".")[0] for item in run.program.modules[path].facts.imports}
    return bool(imported & {"fastapi", "starlette", "litestar", "robyn"})


def _last(expression: Expression | None) -> str:
    if isinstance(expression, Name):
        return expression.id
    return expression.name if isinstance(expression, Attribute) else ""


def _marker(run: Run, frame: Frame, parameter: Parameter) -> str:
    """`Query()`, `Body()`, … as the default or inside `Annotated[…]`."""
    for call in _calls_of(run, frame, parameter):
        name = getattr(call.callee, "name", "").rpartition(".")[2]
        if name in MARKERS:
            return MARKERS[name]
    return ""


def _dependency(run: Run, frame: Frame, parameter: Parameter) -> Term | None:
    """The function or class that makes the parameter's value (`Depends(f)`)."""
    for call in _calls_of(run, frame, parameter):
        name = getattr(call.callee, "name", "").rpartition(".")[2]
        if name in INJECTORS:
            if call.arguments:
                return call.arguments[0]
            return evaluate(run, frame, parameter.annotation) if parameter.annotation else UNKNOWN
    return None


def _calls_of(run: Run, frame: Frame, parameter: Parameter) -> list[Result]:
    found = []
    if parameter.default is not None:
        found.append(evaluate(run, frame, parameter.default))
    if parameter.annotation is not None:
        annotation = evaluate(run, frame, parameter.annotation)
        if isinstance(annotation, Item) and isinstance(annotation.key, Items):
            found.extend(annotation.key.items)
    return [term for term in found if isinstance(term, Result)]


def inject(run: Run, frame: Frame, name: str, by: Term, nested: int) -> Term:
    """The value that a dependency makes; what it checks is known from then on."""
    if names_maker(run.tenancy.trusted, by):
        return Global(f"{TRUSTED}.{name}")
    value: Term = UNKNOWN
    if isinstance(by, Entity) and isinstance(by.ref, FunctionRef) and nested and run.can_enter(by.ref):
        function = run.program.function(by.ref)
        inner = run.module_frame(by.ref.path)
        given = tuple(
            (parameter.name, _nested_value(run, inner, function, parameter, nested - 1))
            for parameter in function.parameters
            if parameter.kind == "" or parameter.kind == "keyword"
        )
        value = run.enter(run.entry_frame, by.ref, (), given, function.at)
    elif isinstance(by, Object | Entity):
        from isolint.prove.calling import invoke

        value = invoke(run, run.entry_frame, by, Given((Input("request", "request"),), (), run.entry_span))
    return Injected(name, by, value)


def _nested_value(run: Run, frame: Frame, function: Function, parameter: Parameter, nested: int) -> Term:
    dependency = _dependency(run, frame, parameter)
    if dependency is not None:
        return inject(run, frame, parameter.name, dependency, nested)
    part = _part(run, frame, function, parameter, set())
    return Input(parameter.name, part if part != "injected" else "path")


def guardians(run: Run, ref: FunctionRef, function: Function) -> list[Guardian]:
    """What runs before the handler besides what makes it a route."""
    frame = run.module_frame(ref.path)
    if is_decorated_handler(function):
        guards = decorated_guards(run, ref, function)
        return [Guardian(term, guard_name(term), place) for term, place in guards] + [
            Guardian(Global(name_of(decorator)), name_of(decorator), Place(ref.path, decorator.at))
            for decorator in opening_decorators(function)
        ]
    found = []
    for decorator in function.decorators:
        target = decorator.function if isinstance(decorator, Call) else decorator
        if not is_route_decorator(decorator):
            found.append(Guardian(evaluate(run, frame, decorator), _last(target), Place(ref.path, decorator.at)))
        elif isinstance(decorator, Call):
            found.extend(_listed(run, frame, decorator))
            found.extend(_router_guardians(run, frame, target))
    found.extend(_on_every_way([_of_registration(run, way) for way in registrations(run.program, *ref)]))
    found.extend(_before_request(run, ref.path))
    if function.owner:
        found.extend(class_guardians(run, ClassRef(ref.path, function.owner)))
    return found


def _router_guardians(run: Run, frame: Frame, target: Expression) -> list[Guardian]:
    """What runs before all handlers of a router: dependencies of the router, of where it is included, and so on up to
    the application. A router that is included in several places has only what stands on each way.
    """
    router = run.program.resolve(frame.path, target.base) if isinstance(target, Attribute) else None
    if not isinstance(router, VariableRef):
        return []
    ways = [
        [guardian for mount in way for guardian in _listed(run, run.module_frame(mount.path), mount.call)]
        for way in run.program.ways(Router(router.path, MODULE_LEVEL, router.name))
    ]
    return _on_every_way(ways)


def _on_every_way(ways: list[list[Guardian]]) -> list[Guardian]:
    first, *others = ways or [[]]
    return [one for one in first if all(any(one.term == other.term for other in way) for way in others)]


def _of_registration(run: Run, way: Routed) -> list[Guardian]:
    """What stands around a function where it is registered, and in front of all that is registered there."""
    frame = run.module_frame(way.path)
    around = [(_last(call.function), call) for call in way.wrappers]
    found = [Guardian(evaluate(run, frame, call.function), name, Place(way.path, call.at)) for name, call in around]
    return [*found, *_listed(run, frame, way.call), *_router_guardians(run, frame, way.call.function)]


def _before_request(run: Run, path: str) -> list[Guardian]:
    """Functions of the file that are run before each of its requests (`@bp.before_request`)."""
    return [
        Guardian(Entity(FunctionRef(path, function.qualname)), function.name, Place(path, function.at))
        for function in run.program.modules[path].facts.functions
        if any(_last(d) in {"before_request", "before_app_request"} for d in function.decorators)
    ]


def _listed(run: Run, frame: Frame, decorator: Call) -> list[Guardian]:
    """`dependencies=[Depends(f)]`, `permission_classes=[P]` of a route decorator."""
    found = []
    for argument in decorator.arguments:
        if argument.name in {"dependencies", "permission_classes", "authentication_classes", "auth", "permissions"}:
            value = evaluate(run, frame, argument.value)
            for item in value.items if isinstance(value, Items) else (value,):
                found.append(Guardian(item, guard_name(item), Place(frame.path, argument.value.at)))
    return found


def run_dependencies(run: Run, found: list[Guardian]) -> None:
    """Functions listed as dependencies run before the handler: what they check holds in it."""
    for guardian in found:
        match guardian.term:
            case Result(callee, (Entity() | Object() as dependency, *_), _) if (
                getattr(callee, "name", "").rpartition(".")[2] in INJECTORS
            ):
                inject(run, run.entry_frame, guardian.name, dependency, MAX_NESTED)


def class_guardians(run: Run, klass: ClassRef) -> list[Guardian]:
    """What the class around a handler runs before all of its handlers."""
    found = []
    for name in ("permission_classes", "authentication_classes", "decorators", "method_decorators", "login_required"):
        held = run.program.field(klass, name)
        if held is None or held[1].value is None:
            continue
        value = run.class_value(held[0], held[1].value)
        for item in value.items if isinstance(value, Items) else (value,):
            found.append(Guardian(item, guard_name(item), Place(held[0].path, held[1].at)))
    for base in run.program.mro(klass):
        name = base.name.rsplit(".", 1)[-1]
        if name.endswith(("RequiredMixin", "PermissionMixin", "AccessMixin", "AuthMixin")):
            found.append(Guardian(Global(name), name, Place(klass.path, run.program.klass(klass).at)))
    return found


def guard_name(term: Term) -> str:
    """What a guard is called: `Permission` of `Depends(Permission([...]))`."""
    match term:
        case Result(callee, arguments, _):
            last = getattr(callee, "name", "").rpartition(".")[2]
            if last in INJECTORS and arguments:
                return guard_name(arguments[0])
            return last or guard_name(callee)
        case Entity(ref):
            return getattr(ref, "qualname", "").rsplit(".", 1)[-1]
        case Object(klass, _, _):
            return klass.name
        case Global(name):
            return name.rpartition(".")[2]
        case _:
            return ""


def names_in(term: Term) -> set[str]:
    """Class and function names that a guard's value mentions, and literal texts in it."""
    from isolint.prove.terms import walk

    found = set()
    for part in walk(term):
        if isinstance(part, Literal) and isinstance(part.value, str):
            found.add(part.value)
        elif isinstance(part, Entity | Object | Global):
            found.add(guard_name(part))
        elif isinstance(part, Result):
            found.add(guard_name(part.callee))
    return found - {""}
