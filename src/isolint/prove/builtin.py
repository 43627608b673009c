"""Built-in functions and methods whose effect on values matters: text, collections, mappings, attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.model import code
from isolint.prove.ambient import attribute
from isolint.prove.evaluate import element_of, evaluate, held, item
from isolint.prove.terms import (
    FALSE,
    NULL,
    OUTER,
    TRUE,
    Bound,
    Column,
    Computed,
    Each,
    Either,
    Entity,
    Global,
    Input,
    Item,
    Items,
    Literal,
    Logic,
    Mapped,
    Maybe,
    Member,
    Negated,
    Object,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Text,
    Where,
    contents,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.given import Given
    from isolint.prove.run import Run

SAME_VALUE = frozenset(
    "str int float bool UUID uuid.UUID list tuple set frozenset sorted reversed iter next cast typing.cast enumerate "
    "dict.fromkeys copy.copy copy.deepcopy deepcopy aiter anext sqlmodel.col col json.loads json.dumps parse_uuid "
    "contextlib.closing closing String Number BigInt parseInt Array.from Object.freeze structuredClone Set "
    "JSON.parse JSON.stringify "
    "decodeURIComponent "
    "ObjectId mongoose.Types.ObjectId werkzeug.utils.escape escape bytes abs round typing.Annotated "
    "textwrap.dedent inspect.cleandoc "
    "asgiref.sync.sync_to_async asgiref.sync.async_to_sync sync_to_async async_to_sync".split()
)
"""Calls whose result stands for their (first) argument."""
COLLECTING = frozenset("list tuple set frozenset sorted iter next enumerate reversed dict anext aiter".split())
"""Calls that run the query that they are given."""
SAME_METHODS = frozenset(
    "strip lstrip rstrip lower upper title capitalize encode decode hex trim toString toLowerCase toUpperCase split "
    "rsplit replace replaceAll removeprefix removesuffix casefold copy items values keys tolist to_list normalize "
    "valueOf "
    "isoformat slice filter sort reverse flat toArray concat get_secret_value expandtabs zfill as_uuid".split()
)
CODING = frozenset({"encode", "decode"})
"""What a coder that was made of nothing is given is the value: `new TextEncoder().encode(token)`."""
PARTS = frozenset({"items", "keys", "values"})
ITEM_METHODS = frozenset("get getlist pop getone get_all getall setdefault".split())
GROWING = {"append": "one", "add": "one", "push": "one", "extend": "many", "update": "many", "unshift": "one"}
MAX_KEPT = 4
CONDITIONS = {"and_": "and", "or_": "or", "and": "and", "or": "or"}
NEGATIONS = {"not_"}
COLUMN_WRAPPERS = {"lower", "upper", "cast", "coalesce", "trim", "col", "type_coerce", "collate", "literal_column"}


def function(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    """The value of a call of a known function from outside the project; None when it is none of these."""
    last = name.rpartition(".")[2]
    if last in CONDITIONS and ("sqlalchemy" in name or last.endswith("_")):
        return Logic("and" if CONDITIONS[last] == "and" else "or", given.positional)
    if last in NEGATIONS and given.positional:
        return Negated(given.positional[0])
    if last == "Q":
        return _q(given)
    if last == "aliased" and given.positional:
        from isolint.prove.terms import Alias

        return Alias(given.positional[0], f"{frame.path}:{given.at.line}:{given.at.column}")
    if name in COLLECTING and given.positional and isinstance(given.positional[0], Query):
        run.hand_on(frame, given.positional[0])
        return Rows(given.positional[0])
    if name in SAME_VALUE and given.positional:
        return given.positional[-1] if last == "cast" else given.positional[0]
    if name == "typing.NewType":  # the type itself, which gives back what it is called with
        return given.positional[0] if len(given.positional) == 1 else Global(name)
    if name in {"set", "frozenset", "list", "tuple"} and not given.positional:
        return Items(())
    if name == "getattr" and len(given.positional) >= 2:
        return _getattr(run, frame, given)
    if name in {"Array.isArray", "isinstance"} and given.positional:
        return _is_of_kind(given)
    if name == "hasattr" and len(given.positional) == 2:
        return _hasattr(run, given.positional[0], given.positional[1])
    if name in {"dict", "collections.OrderedDict", "SimpleNamespace", "types.SimpleNamespace"}:
        return _dict(given)
    if last in COLUMN_WRAPPERS and given.positional and isinstance(given.positional[0], Column):
        return given.positional[0]
    if last in {"F", "OuterRef"} and given.positional and isinstance(given.positional[0], Literal):
        table = OUTER if last == "OuterRef" else None
        return Column(table, tuple(str(given.positional[0].value).split("__")))
    if last == "Subquery" and given.positional:
        return given.positional[0]
    if last == "Prefetch":
        return _prefetch(run, frame, name, given)
    if name == "super":
        return _super(run, frame)
    if name in {"map", "filter"} and len(given.positional) == 2:
        return given.positional[1]
    if name in {"vars", "asdict", "dataclasses.asdict", "model_to_dict"} and given.positional:
        return given.positional[0]
    return None


KINDS = {"list": Items, "tuple": Items, "dict": Record}
"""What values written in place are for `isinstance`; what else a name stands for is not decided."""


def _is_of_kind(given: Given) -> Term | None:
    """`Array.isArray(value)`, `isinstance(value, list)`: decided for values that are written in place."""
    value, *asked = given.positional
    wanted = asked[0] if asked else Global("list")
    options = wanted.items if isinstance(wanted, Items) else (wanted,)
    kinds = {KINDS.get(option.name) if isinstance(option, Global) else None for option in options}
    if isinstance(value, Mapped) and not asked:
        return TRUE
    if None in kinds or not isinstance(value, Items | Record | Text | Literal):
        return None
    return TRUE if type(value) in kinds else FALSE


def _prefetch(run: Run, frame: Frame, name: str, given: Given) -> Term:
    """`Prefetch("children", queryset=…)` fetches those of the rows that belong to the rows of the query around it."""
    rows = given.keyword("queryset") or (given.positional[1] if len(given.positional) > 1 else NULL)
    related = Where(Test("eq", Column(None, ("pk",)), Column(OUTER, ("pk",))))
    for option in rows.options if isinstance(rows, Either) else (rows,):
        if isinstance(option, Query):
            run.see(frame, replace(option, where=(*option.where, related)))
    return Result(Global(name), given.positional[:1])


def _q(given: Given) -> Term:
    from isolint.prove.given import lookup

    parts = (*given.positional, *(lookup(key, value) for key, value in given.keywords))
    return parts[0] if len(parts) == 1 else Logic("and", parts)


def _getattr(run: Run, frame: Frame, given: Given) -> Term:
    from isolint.prove.members import member

    base, name = given.positional[:2]
    present = _hasattr(run, base, name) if len(given.positional) > 2 else TRUE
    if present is FALSE or (present is None and isinstance(base, Object) and given.positional[2] is FALSE):
        return given.positional[2]  # a switch that nobody has set
    if isinstance(name, Literal) and isinstance(name.value, str):
        if len(given.positional) > 2 and (lost := attribute(run, frame, base, name.value, given.at, raises=False)):
            return lost
        return member(run, frame, base, name.value, given.at)
    return item(base, name)


def _hasattr(run: Run, base: Term, name: Term) -> Term | None:
    """Whether an object of the project has an attribute: not when the project declares it for other classes only."""
    if not (isinstance(base, Object) and isinstance(name, Literal) and isinstance(name.value, str)):
        return None
    if base.fields.get(name.value) is not None or (base, name.value) in run.overlay:
        return TRUE
    if run.program.method(base.klass, name.value) or run.program.field(base.klass, name.value):
        return TRUE
    return FALSE if name.value in run.program.declared_names else None


def _dict(given: Given) -> Term:
    entries: list[tuple[Term | None, Term, tuple[Term, ...]]] = []
    for value in given.positional:
        if isinstance(value, Record):
            entries.extend(value.entries)
        elif not given.keywords:
            return value
        else:
            entries.append((None, value, ()))
    entries.extend((Literal(key) if key != "**" else None, value, ()) for key, value in given.keywords)
    return Record(tuple(entries))


def _super(run: Run, frame: Frame) -> Term:
    """`super()`: methods are looked up behind the class that the running method belongs to."""
    holder: Frame | None = frame
    while holder is not None and holder.klass is None:
        holder = holder.parent
    if holder is None or holder.klass is None:
        return Global("super")
    receiver = holder.names.get("self") or holder.names.get("cls") or Entity(holder.klass)
    return Result(Global("super"), (receiver, Entity(holder.klass)))


def super_method(run: Run, base: Term, name: str) -> Bound | None:
    """The method that `super().name` means."""
    if not (isinstance(base, Result) and base.callee == Global("super") and len(base.arguments) == 2):
        return None
    from isolint.link.symbols import ClassRef, FunctionRef

    receiver, klass = base.arguments
    if not (isinstance(klass, Entity) and isinstance(klass.ref, ClassRef)):
        return None
    start = receiver.klass if isinstance(receiver, Object) else klass.ref
    order = run.program.mro(start)
    after = order[order.index(klass.ref) + 1 :] if klass.ref in order else order[1:]
    for candidate in after:
        if isinstance(candidate, ClassRef):
            ref = FunctionRef(candidate.path, f"{candidate.qualname}.{name}")
            if ref.qualname in run.program.modules[ref.path].functions:
                return Bound(ref, receiver)
    return None


def method(run: Run, frame: Frame, base: Term, name: str, given: Given, target: code.Expression) -> Term | None:
    """The value of a method of text, a collection or a mapping; None when it is none of these."""
    if (bound := super_method(run, base, name)) is not None:
        from isolint.prove.calling import invoke

        return invoke(run, frame, bound, given)
    if name == "update" and isinstance(base, Result) and base.callee == Global("super") and given.positional:
        return given.positional[0]
    if isinstance(base, Literal | Text | Computed) and name in {"format", "join"}:
        return _format(base, given) if name == "format" else join(base, given)
    if name in GROWING and isinstance(base, Items | Record | Either | Mapped):
        return _grow(run, frame, base, name, given, target)
    if isinstance(base, Query | Entity | Object | Bound):
        return None
    if name in ITEM_METHODS and given.positional and not isinstance(base, Column):
        found = held(run, base, given.positional[0])
        if isinstance(base, Record) and isinstance(found, Item) and _is_url(base):
            return given.positional[1] if len(given.positional) > 1 else NULL
        default = given.positional[1] if len(given.positional) > 1 else None
        missing = default is None or default == NULL or isinstance(base, Record)
        return found if missing else either((found, default), fallback=True) if default is not None else found
    if name in PARTS and isinstance(base, Record):
        return _parts(base, name)
    if name in SAME_METHODS and not isinstance(base, Global):
        made_bare = isinstance(base, Result) and not base.operands()
        return given.positional[0] if made_bare and name in CODING and given.positional else base
    return None


def _is_url(record: Record) -> bool:
    """The values of a URL: it has no others than those."""
    return all(
        key is not None and isinstance(value, Input) and value.part == "path" for key, value, _ in record.entries
    )


def _parts(record: Record, name: str) -> Term:
    """`record.items()`, `.keys()`, `.values()` as lists; an entry of unknown key has an unknown one."""
    pairs = [(key if key is not None else Each(value), value) for key, value, _ in record.entries]
    if name == "items":
        return Items(tuple(Items(pair) for pair in pairs))
    return Items(tuple(key if name == "keys" else value for key, value in pairs))


def _format(base: Term, given: Given) -> Term:
    """`"… {} {name}".format(…)` with its arguments put in."""
    if isinstance(base, Literal) and isinstance(base.value, str):
        return format_text(base.value, given)
    return Result(Member(base, "format"), given.positional, given.keywords)


def format_text(text: str, given: Given) -> Term:
    """The text with the fields of `str.format` filled from the arguments; a text that is no format stays as it is."""
    import string

    parts: list[Term] = []
    counter = 0
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        return Literal(text)
    for fixed, field, _, _ in pieces:
        if fixed:
            parts.append(Literal(fixed))
        if field is None:
            continue
        name = field.split(".")[0].split("[")[0]
        if not name or name.isdigit():
            index = int(name) if name else counter
            counter += 1
            parts.append(given.positional[index] if index < len(given.positional) else Global("{}"))
        else:
            parts.append(given.keyword(name) or Global(f"{{{name}}}"))
    return Text(tuple(parts))


def join(separator: Term, given: Given) -> Term:
    """`", ".join(items)`; the items of a conditional list come out as alternatives."""
    source = given.positional[0] if given.positional else NULL
    if isinstance(source, Items) and any(isinstance(part, Maybe) for part in source.items):
        sure = Items(tuple(part for part in source.items if not isinstance(part, Maybe)))
        full = Items(tuple(part.value if isinstance(part, Maybe) else part for part in source.items))
        return either((_joined(separator, sure), _joined(separator, full)))
    if isinstance(source, Either):
        return either(tuple(_joined(separator, option) for option in source.options))
    return _joined(separator, source)


def _joined(separator: Term, source: Term) -> Term:
    if not isinstance(source, Items):
        return (
            Text((element_of(source),)) if isinstance(source, Mapped) else Result(Member(separator, "join"), (source,))
        )
    parts: list[Term] = []
    for index, part in enumerate(source.items):
        if index:
            parts.append(separator)
        parts.append(part)
    return Text(tuple(parts))


def _grow(run: Run, frame: Frame, base: Term, name: str, given: Given, target: code.Expression) -> Term | None:
    """`items.append(x)`, `record.update(y)`: the name holds the longer collection from here on."""
    from isolint.prove.assign import assign

    if GROWING[name] == "one" and not isinstance(base, Record):
        grown: Term | None = base
        for value in given.positional if given.positional else (NULL,):
            kept = _kept(frame, value) if isinstance(base, Items) else value
            grown = _grown(grown, "one", kept, given) if grown is not None else None
    else:
        grown = _grown(base, GROWING[name], given.positional[0] if given.positional else NULL, given)
    if grown is None or not isinstance(target, code.Name | code.Attribute):
        return None
    assign(run, frame, target, grown)
    return NULL


def _kept(frame: Frame, value: Term) -> Term:
    """One of many that is put aside: what was checked of it here still holds when the collection is used."""
    if not isinstance(value, Each | Either):
        return value
    checked = tuple(fact for fact in frame.known if value in contents(fact))
    return Mapped(value, value, checked[-MAX_KEPT:]) if checked else value


def _grown(base: Term, how: str, value: Term, given: Given) -> Term | None:
    if isinstance(base, Either):
        options = tuple(grown for option in base.options if (grown := _grown(option, how, value, given)) is not None)
        return either(options) if options else None
    if isinstance(base, Record):
        extra = value.entries if isinstance(value, Record) else ((None, value, ()),) if given.positional else ()
        named = tuple((Literal(key), item_, ()) for key, item_ in given.keywords if key != "**")
        return Record((*base.entries, *extra, *named))
    if isinstance(base, Items):
        more = (value,) if how == "one" else value.items if isinstance(value, Items) else (Each(value),)
        return Items((*base.items, *more))
    return None


def mutation(run: Run, frame: Frame, name: str, node: code.Call) -> Term | None:
    """`setattr(row, name, value)`: an assignment written as a call."""
    if name != "setattr" or len(node.arguments) != 3:
        return None
    from isolint.prove.assign import overwrite, write

    key = evaluate(run, frame, node.arguments[1].value)
    value = evaluate(run, frame, node.arguments[2].value)
    holder = evaluate(run, frame, node.arguments[0].value)
    if isinstance(holder, Rows) and not isinstance(key, Literal):
        overwrite(run, frame, holder, key, value, node.at)
    write(run, frame, node.arguments[0].value, key, value)
    return NULL
