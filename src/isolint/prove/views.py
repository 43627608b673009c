"""What a generic view of Django REST Framework does for its own methods: fetch its object, filter its query set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef, TableSymbol
from isolint.model.code import Function
from isolint.prove.absent import MISSING
from isolint.prove.builtin import super_method
from isolint.prove.entry import HTTP_METHODS
from isolint.prove.given import Given
from isolint.prove.querying import note_found
from isolint.prove.roles import is_route_decorator
from isolint.prove.settings import default_classes
from isolint.prove.terms import (
    FALSE,
    MAX_OPTIONS,
    Bound,
    Column,
    Either,
    Entity,
    Global,
    Input,
    Items,
    Object,
    Outcome,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Where,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

ENDINGS = ("View", "ViewSet", "Viewset", "Endpoint", "Mixin")
NOTHING = Where(FALSE)
HOOKS = {
    "get_queryset": {"get_queryset", "get_object"},
    "get_object": {"get_object"},
    "filter_queryset": {"filter_queryset"},
}
"""Methods that the framework calls, and calls by which the view's own handlers use them."""


def is_view(program: Program, ref: TableSymbol) -> bool:
    """Whether the class is a view."""
    return any(base.name.endswith(ENDINGS) for base in program.mro(ref))


def is_hook(program: Program, ref: FunctionRef, function: Function) -> bool:
    """A method that the view's own handlers call, or would if they read rows by it: it is judged with what stands in
    front of them.
    """
    used = HOOKS.get(function.name, set())
    methods = [program.function(FunctionRef(ref.path, name)) for name in _methods(program, ref, function)]
    handlers = [method for method in methods if method.name in HTTP_METHODS or _is_route(method)]
    reads = any(HTTP_METHODS.get(method.name) == "GET" for method in handlers)
    return bool(used) and (reads or any(used & set(method.calls) for method in handlers))


def _methods(program: Program, ref: FunctionRef, function: Function) -> tuple[str, ...]:
    return program.klass(ClassRef(ref.path, function.owner)).methods if function.owner else ()


def _is_route(function: Function) -> bool:
    return any(is_route_decorator(decorator) for decorator in function.decorators)


def framework_call(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """`self.get_object()`, `self.filter_queryset(rows)` of a view, where no class of the project defines them."""
    view = base.arguments[0] if isinstance(base, Result) and base.callee == Global("super") else base
    if name not in HOOKS or not isinstance(view, Object) or not is_view(run.program, view.klass):
        return None
    if (run.program.method(view.klass, name) if view is base else super_method(run, base, name)) is not None:
        return None
    if name == "filter_queryset":
        return _one_of(filtered(run, frame, view, given.positional[0], given)) if given.positional else None
    rows = _rows_of(run, frame, view, given)
    if name == "get_queryset" or rows is None:
        return rows
    return _fetched(run, frame, filtered(run, frame, view, rows, given), given)


def _one_of(ways: tuple[Term, ...]) -> Term:
    return either(ways[:MAX_OPTIONS])


def _fetched(run: Run, frame: Frame, ways: tuple[Term, ...], given: Given) -> Term | None:
    """The row that the URL names, out of whichever query set it is; there is one from here on."""
    found = []
    for way in ways:
        if isinstance(way, Query):
            key = Where(Test("eq", Column(None, ("pk",)), Input("pk", "path")))
            found.append(Rows(replace(way, where=(*way.where, key))))
    for rows in found:
        run.see(frame, rows.query)
    frame.known += tuple(rows for rows in found if rows not in frame.known)
    for rows in found:
        note_found(run, frame, rows, given.at)
    return _one_of(tuple(found)) if found else None


def _rows_of(run: Run, frame: Frame, view: Object, given: Given) -> Term | None:
    """The view's query set, by its method or by its declaration."""
    from isolint.prove.calling import invoke

    method = run.program.method(view.klass, "get_queryset")
    if method is not None:
        return invoke(run, frame, Bound(method, view), replace(given, positional=(), keywords=()))
    held = run.program.field(view.klass, "queryset")
    value = run.class_value(held[0], held[1].value) if held and held[1].value is not None else None
    return value if isinstance(value, Query | Either) else None


def filtered(run: Run, frame: Frame, view: Object, rows: Term, given: Given) -> tuple[Term, ...]:
    """What the filter backends of the view, or those of the settings, may make of a query set: empty ones left out."""
    from isolint.prove.calling import invoke

    ways = _options(rows)
    for backend in _backends(run, view.klass):
        method = run.program.method(backend, "filter_queryset")
        if method is None or not run.can_enter(method):
            continue
        kept: list[Term] = []
        for way in ways:
            arguments = (Input("request", "request"), way, view)
            value = invoke(run, frame, Bound(method, Object(backend, Record(()))), replace(given, positional=arguments))
            kept.extend(
                option for option in _options(value) if isinstance(option, Query) and NOTHING not in option.where
            )
        ways = tuple(kept) or ways
    return ways


def _backends(run: Run, view: TableSymbol) -> tuple[ClassRef, ...]:
    held = run.program.field(view, "filter_backends")
    if held is None or held[1].value is None:
        return default_classes(run.program, view.path, "DEFAULT_FILTER_BACKENDS")
    value = run.class_value(held[0], held[1].value)
    items = value.items if isinstance(value, Items) else ()
    return tuple(item.ref for item in items if isinstance(item, Entity) and isinstance(item.ref, ClassRef))


def _options(value: Term) -> tuple[Term, ...]:
    if isinstance(value, Outcome):
        return tuple(option for returned, _ in value.returns for option in _options(returned))
    return tuple(o for o in value.options if o not in MISSING) if isinstance(value, Either) else (value,)


def handed_on(run: Run, frame: Frame, function: Function, values: dict[str, Term], value: Term) -> Term:
    """What the framework runs of what a view's method returns."""
    view = values.get("self")
    if function.name != "get_queryset" or not isinstance(view, Object) or not is_view(run.program, view.klass):
        return value
    return Items(filtered(run, frame, view, value, Given((), (), function.header)))
