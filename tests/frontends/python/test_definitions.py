"""Functions and classes: names, parents, parameters, fields, calls and spans."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from isolint.frontends.python import lower
from isolint.model import code

Shown = Callable[[code.Expression | None], str]


def function(source: str, qualname: str) -> code.Function:
    return next(each for each in lower(dedent(source)).functions if each.qualname == qualname)


def klass(source: str, qualname: str) -> code.Class:
    return next(each for each in lower(dedent(source)).classes if each.qualname == qualname)


NESTED = """\
def outer():
    def inner():
        class Local:
            def method(self): ...
    return lambda: 1

class Model:
    class Meta:
        def deep(self): ...

    @property
    def name(self): ...

    @name.setter
    def name(self, value):
        def helper(): ...

if late:
    def outer(): ...
"""


def test_qualified_names_tell_where_a_function_stands() -> None:
    assert [(each.qualname, each.name, each.owner, each.parent) for each in lower(NESTED).functions] == [
        ("<module>", "<module>", "", ""),
        ("outer", "outer", "", ""),
        ("outer.<locals>.inner", "inner", "", "outer"),
        (
            "outer.<locals>.inner.<locals>.Local.method",
            "method",
            "outer.<locals>.inner.<locals>.Local",
            "outer.<locals>.inner",
        ),
        ("<lambda:5:12>", "<lambda>", "", "outer"),
        ("Model.Meta.deep", "deep", "Model.Meta", ""),
        ("Model.name", "name", "Model", ""),
        ("Model.name#2", "name", "Model", ""),
        ("Model.name#2.<locals>.helper", "helper", "", "Model.name#2"),
        ("outer#2", "outer", "", ""),
    ]


def test_classes_know_their_parent_and_methods() -> None:
    assert [(each.qualname, each.parent, each.methods) for each in lower(NESTED).classes] == [
        (
            "outer.<locals>.inner.<locals>.Local",
            "outer.<locals>.inner",
            ("outer.<locals>.inner.<locals>.Local.method",),
        ),
        ("Model", "", ("Model.name", "Model.name#2")),
        ("Model.Meta", "Model", ("Model.Meta.deep",)),
    ]


def test_definitions_appear_where_they_are_made(tell: Callable[..., str]) -> None:
    assert (
        tell(function(NESTED, "<module>").body)
        == "define outer=outer; define Model=Model; if late {define outer=outer#2}"
    )
    assert tell(function(NESTED, "outer").body) == "define inner=outer.<locals>.inner; return <lambda:5:12>"


def test_a_function_and_a_class_of_one_name_differ() -> None:
    facts = lower("def a(): ...\nclass a: ...\n")
    assert [each.qualname for each in (*facts.functions, *facts.classes)] == ["<module>", "a", "a#2"]


def test_parameters(show: Shown) -> None:
    source = "def f(a, /, b: B = 1, *args: T, c, d: 'D' = g(), **kwargs): ...\n"
    parameters = function(source, "f").parameters
    assert [(p.kind, p.name, show(p.annotation), show(p.default)) for p in parameters] == [
        ("", "a", "", ""),
        ("", "b", "B", "1"),
        ("*", "args", "T", ""),
        ("keyword", "c", "", ""),
        ("keyword", "d", "'D'", "g()"),
        ("**", "kwargs", "", ""),
    ]
    assert parameters[1].at == (1, 13, 1, 14)


def test_a_lone_star_is_no_parameter() -> None:
    assert [(p.kind, p.name) for p in function("def f(*, a): ...\n", "f").parameters] == [("keyword", "a")]


def test_decorators_returns_and_async(show: Shown) -> None:
    found = function("@router.get('/x')\n@b\nasync def f() -> list[X]: ...\n", "f")
    assert [show(each) for each in found.decorators] == ["router.get('/x')", "b"]
    assert show(found.returns) == "list[X]"
    assert found.asynchronous


def test_type_parameters_are_read_over(show: Shown) -> None:
    source = "def f[T: int = str, *Ts, **P](x: T) -> T:\n    return x\n\nclass A[T](B[T]): ...\n"
    assert [p.name for p in function(source, "f").parameters] == ["x"]
    assert [show(each) for each in klass(source, "A").bases] == ["B[T]"]


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("def f(): ...\n", (1, 1, 1, 8)),
        ("def f(a, b = {1: 2}) -> int: return a\n", (1, 1, 1, 28)),
        (
            "@d(lambda: {1: 2})\nasync def f(\n    a: int,  # note:\n) -> A  : # note:\n\n"
            "    # :\n    @e\n    def g(): ...\n",
            (2, 1, 4, 7),
        ),
    ],
)
def test_the_header_is_the_signature_without_the_colon(source: str, header: tuple[int, ...]) -> None:
    assert function(source, "f").header == header


@pytest.mark.parametrize(
    ("source", "width"), [("lambda: a", 6), ("lambda a, b=f(c): a", 16), ("lambda *, a=1, b: a", 16)]
)
def test_the_header_of_a_lambda_ends_with_its_parameters(source: str, width: int) -> None:
    assert lower(source + "\n").functions[1].header == (1, 1, 1, 1 + width)


def test_a_definition_begins_at_its_first_decorator() -> None:
    source = "@a\n@b\ndef f():\n    return 1\n\n\n@c\nclass A:\n    x = 1\n"
    assert function(source, "f").at == (1, 1, 4, 13)
    assert klass(source, "A").at == (7, 1, 9, 10)
    assert [each.at for each in function(source, "<module>").body] == [(1, 1, 4, 13), (7, 1, 9, 10)]


def test_calls_are_the_last_names_called_in_the_body_alone() -> None:
    source = """\
    @decorated()
    def f(a=default()) -> result():
        x.y.query(z).first()
        first()
        handlers[key()](1)
        (await g())()
        items[start():]
        def inner():
            hidden()
        return lambda: also_hidden()
    """
    assert function(source, "f").calls == ("query", "first", "key", "handlers", "g", "start")
    assert function(source, "f.<locals>.inner").calls == ("hidden",)
    assert function(source, "<module>").calls == ()


def test_class_header(show: Shown) -> None:
    found = klass("@d(1)\nclass A(B, c.D[int], *es, metaclass=M, table=True, **kw): ...\n", "A")
    assert [show(each) for each in found.bases] == ["B", "c.D[int]", "*es"]
    assert [(each.name, show(each.value), each.stars) for each in found.keywords] == [
        ("metaclass", "M", 0),
        ("table", "True", 0),
        ("", "kw", 2),
    ]
    assert [show(each) for each in found.decorators] == ["d(1)"]


def test_fields(show: Shown) -> None:
    source = """\
    class A:
        '''Text.'''
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: str
        b = c = 1
        d, e = 2, 3
        f, *g = h()
        d += [4]
        del d
        if flag:
            i = 5
        else:
            with k() as l:
                j: int = 6
    """
    assert [(each.name, show(each.annotation), show(each.value)) for each in klass(source, "A").fields] == [
        ("__tablename__", "", "'a'"),
        ("id", "Mapped[int]", "mapped_column(primary_key=True)"),
        ("name", "str", ""),
        ("b", "", "1"),
        ("c", "", "1"),
        ("d", "", "2"),
        ("e", "", "3"),
        ("f", "", "h()[0]"),
        ("d", "", "(d + Σ(4))"),
        ("i", "", "5"),
        ("j", "int", "6"),
    ]


def test_members_under_a_condition_of_the_class_body_are_members() -> None:
    source = """\
    class A:
        try:
            import fast
            def f(self): ...
        except ImportError:
            def g(self): ...
        finally:
            class B: ...
        match mode:
            case 1:
                def h(self): ...
    """
    facts = lower(dedent(source))
    assert klass(source, "A").methods == ("A.f", "A.g", "A.h")
    assert klass(source, "A.B").parent == "A"
    assert facts.imports == (code.Import("fast", "fast"),)


def test_what_a_class_body_only_runs_is_run_by_the_body_around_it(tell: Callable[..., str]) -> None:
    source = """\
    class A:
        register("a")
        x = hidden()
        registry["a"] = x
        for each in find():
            use(each)
    """
    module = function(source, "<module>")
    assert tell(module.body) == "define A=A; register('a'); registry['a'] = x; find(); use(each)"
    assert module.calls == ("register", "find", "use")


def test_one_line_classes_and_functions(tell: Callable[..., str], show: Shown) -> None:
    source = "class A(B): x = 1; y: int = 2\ndef f(): a(); return b\n"
    assert [(each.name, show(each.value)) for each in klass(source, "A").fields] == [("x", "1"), ("y", "2")]
    assert tell(function(source, "f").body) == "a(); return b"
