"""From expressions to terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from isolint.model import code
from isolint.prove.absent import MISSING, UNDEFINED
from isolint.prove.merge import merge
from isolint.prove.origins import TRUSTED
from isolint.prove.spelled import trusted_name
from isolint.prove.spreads import overridable
from isolint.prove.terms import (
    FALSE,
    NULL,
    TRUE,
    UNKNOWN,
    Closed,
    Computed,
    Each,
    Either,
    Global,
    Item,
    Items,
    Literal,
    Logic,
    Mapped,
    Maybe,
    Object,
    Outcome,
    Query,
    Record,
    Rows,
    Term,
    Test,
    Text,
    either,
    negate,
    truth,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

MAX_UNROLLED = 12
CONDITION_OPERATORS = {"&": "and", "|": "or"}


def evaluate(run: Run, frame: Frame, node: code.Expression) -> Term:
    """The term that an expression stands for."""
    if run.tenancy.trusted and (named := trusted_name(run.tenancy.trusted, node)):
        return Global(f"{TRUSTED}.{named}")
    return _READERS[type(node)](run, frame, node)


def chosen(run: Run, frame: Frame, node: code.Expression) -> Term:
    """The value of an expression that is one of several, or that is stored: `undefined` is not null there."""
    if isinstance(node, code.Constant) and node.unset:
        return UNDEFINED
    return evaluate(run, frame, node)


def _constant(run: Run, frame: Frame, node: code.Constant) -> Term:
    if node.value is True:
        return TRUE
    if node.value is False:
        return FALSE
    return Literal(node.value)


def _name(run: Run, frame: Frame, node: code.Name) -> Term:
    return run.name(frame, node.id)


def _attribute(run: Run, frame: Frame, node: code.Attribute) -> Term:
    from isolint.prove.members import member

    return member(run, frame, evaluate(run, frame, node.base), node.name, node.at)


def _index(run: Run, frame: Frame, node: code.Index) -> Term:
    base = evaluate(run, frame, node.base)
    return held(run, base, evaluate(run, frame, node.key))


def held(run: Run, base: Term, key: Term) -> Term:
    """`base[key]`, which may have been assigned to before."""
    written = run.overlay.get((base, key.value)) if isinstance(key, Literal) and isinstance(key.value, str) else None
    return item(base, key) if written is None else written


def item(base: Term, key: Term) -> Term:
    """`base[key]` as far as it is known."""
    if isinstance(base, Outcome):
        base = either(tuple(value for value, _ in base.returns))
    if isinstance(base, Either):
        options = [option for option in base.options if option not in MISSING]
        return either(tuple(item(option, key) for option in options), base.fallback) if options else NULL
    if isinstance(base, Items) and isinstance(key, Literal) and isinstance(key.value, int):
        return _at(base.items, key.value)
    if isinstance(base, Record) and isinstance(key, Literal):
        found = base.get(str(key.value))
        if found is not None:
            return found
    if isinstance(base, Query):
        return base
    if isinstance(base, Rows) and isinstance(key, Literal) and not isinstance(key.value, str):
        return base
    if isinstance(base, Mapped) and isinstance(key, Literal) and not isinstance(key.value, str):
        return base.element
    return Item(base, key)


def _at(items: tuple[Term, ...], index: int) -> Term:
    """The item at a position; behind one that is there only sometimes, any of those that may have moved there."""
    if not -len(items) <= index < len(items):
        return UNKNOWN
    moved = next((n for n, item_ in enumerate(items) if isinstance(item_, Maybe | Each)), len(items))
    if 0 <= index < moved or index < 0:
        return one_of(items[index])
    return either(tuple(one_of(item_) for item_ in items[moved:]))


def _call(run: Run, frame: Frame, node: code.Call) -> Term:
    from isolint.prove.calling import call

    return call(run, frame, node)


def _template(run: Run, frame: Frame, node: code.Template) -> Term:
    return Text(tuple(evaluate(run, frame, part) for part in node.parts))


def _operation(run: Run, frame: Frame, node: code.Operation) -> Term:
    left = evaluate(run, frame, node.left)
    if node.right is None:
        return negate(left) if node.operator == "~" else Computed(node.operator, (left,))
    right = evaluate(run, frame, node.right)
    return operate(node.operator, left, right)


def operate(operator: str, left: Term, right: Term) -> Term:
    """The value of a binary operator."""
    if operator in CONDITION_OPERATORS and (is_condition(left) or is_condition(right)):
        return Logic("and" if operator == "&" else "or", (left, right))
    if operator == "<<":
        return Test("in", left, right)
    if operator == "+":
        if _is_text(left) or _is_text(right):
            return Text((*_text_parts(left), *_text_parts(right)))
        if isinstance(left, Items) and isinstance(right, Items):
            return Items(left.items + right.items)
    if operator == "%" and _is_text(left):
        return Computed("%", (left, right))
    if operator == "|" and isinstance(left, Record) and isinstance(right, Record):
        return Record(left.entries + right.entries)
    if operator == "&" and not isinstance(left, Literal) and not isinstance(right, Literal):
        from isolint.prove.sets import common

        return common(left, right)
    return Computed(operator, (left, right))


def _is_text(term: Term) -> bool:
    return isinstance(term, Text) or (isinstance(term, Literal) and isinstance(term.value, str))


def _text_parts(term: Term) -> tuple[Term, ...]:
    return term.parts if isinstance(term, Text) else (term,)


def is_condition(term: Term) -> bool:
    """Whether the term is a condition over columns, so that `&` and `|` combine it."""
    return isinstance(term, Test | Logic) or (hasattr(term, "operand") and is_condition(term.operand))


def _compare(run: Run, frame: Frame, node: code.Compare) -> Term:
    left, right = evaluate(run, frame, node.left), evaluate(run, frame, node.right)
    test = Test(node.operator, NULL if left is UNDEFINED else left, NULL if right is UNDEFINED else right)
    known = truth(test)
    return test if known is None else Literal(known)


def _logical(run: Run, frame: Frame, node: code.Logical) -> Term:
    """`and`/`or`: later operands are only reached when the earlier ones do not decide."""
    from isolint.prove.knowing import facts

    kept: list[Term] = []
    known = frame.known
    for operand in node.operands:
        value = chosen(run, frame, operand)
        decided = truth(value)
        if decided is not None and node.operator != "??" and decided == (node.operator == "and"):
            if operand is node.operands[-1] and (not kept or isinstance(value, Record)):
                kept.append(value)  # the value of `a && { … }`
            continue
        kept.append(value)
        if decided is not None and node.operator != "??":
            frame.partial = True
            break
        frame.known += tuple(f for f in facts(value, node.operator == "and") if f not in frame.known)
    frame.known = known
    if not kept:
        return TRUE if node.operator == "and" else FALSE
    if len(kept) == 1:
        return kept[0]
    if node.operator == "and":
        return Logic("and", tuple(kept))
    if all(is_condition(value) or isinstance(value, Outcome) or truth(value) is not None for value in kept):
        return Logic("or", tuple(kept))
    return either(tuple(kept), fallback=True)


def _not(run: Run, frame: Frame, node: code.Not) -> Term:
    return negate(evaluate(run, frame, node.operand))


def _choice(run: Run, frame: Frame, node: code.Choice) -> Term:
    from isolint.prove.knowing import decided_by, facts

    test = evaluate(run, frame, node.test)
    decided = decided_by(frame.known, test)
    if decided is not None:
        frame.partial = True
        return chosen(run, frame, node.then if decided else node.otherwise)
    known, if_so, if_not = frame.known, facts(test), facts(test, holds=False)
    frame.known = known + if_so
    then = chosen(run, frame, node.then)
    frame.known = known + if_not
    otherwise = chosen(run, frame, node.otherwise)
    frame.known = known
    if otherwise in MISSING and is_condition(then):
        return Maybe(then, if_so)
    if then in MISSING and is_condition(otherwise):
        return Maybe(otherwise, if_not)
    queries = isinstance(then, Query) and isinstance(otherwise, Query)
    return merge(then, otherwise, if_so, if_not) if queries else either((then, otherwise))


def _sequence(run: Run, frame: Frame, node: code.Sequence) -> Term:
    items: list[Term] = []
    for part in node.items:
        if isinstance(part, code.Spread):
            value = evaluate(run, frame, part.value)
            items.extend(value.items if isinstance(value, Items) else (Each(value),))
        else:
            items.append(evaluate(run, frame, part))
    return Items(tuple(items))


def _mapping(run: Run, frame: Frame, node: code.Mapping) -> Term:
    entries: list[tuple[Term | None, Term, tuple[Term, ...]]] = []
    for entry in node.entries:
        value = chosen(run, frame, entry.value)
        if entry.key is not None:
            entries.append((evaluate(run, frame, entry.key), value, ()))
        elif isinstance(value, Record):
            entries.extend(value.entries)
        else:
            entries = [(key, overridable(key, held, value), optional) for key, held, optional in entries]
            entries.append((None, value, ()))
    return Record(tuple(entries))


def _spread(run: Run, frame: Frame, node: code.Spread) -> Term:
    return Each(evaluate(run, frame, node.value))


def _closure(run: Run, frame: Frame, node: code.Closure) -> Term:
    from isolint.link.symbols import FunctionRef

    return Closed(FunctionRef(frame.path, node.function), frame.number)


def _comprehension(run: Run, frame: Frame, node: code.Comprehension) -> Term:
    from isolint.prove.assign import assign
    from isolint.prove.execute import note_check
    from isolint.prove.knowing import facts

    names, known = dict(frame.names), frame.known
    sources, conditions = [], []
    for clause in node.clauses:
        source = evaluate(run, frame, clause.source)
        if isinstance(source, Items) and len(node.clauses) == 1 and 0 < len(source.items) <= MAX_UNROLLED:
            unrolled = _unrolled(run, frame, node, source)
            frame.names, frame.known = names, known
            return unrolled
        run.hand_on(frame, source)
        sources.append(source)
        assign(run, frame, clause.target, element_of(source))
        for condition in clause.conditions:
            test = evaluate(run, frame, condition)
            conditions.append(test)
            frame.known += facts(test)
            note_check(run, frame, facts(test), condition.at)
    if node.key is not None:
        evaluate(run, frame, node.key)
    element = evaluate(run, frame, node.element)
    frame.names, frame.known = names, known
    return Mapped(element, sources[0], tuple(conditions))


def _unrolled(run: Run, frame: Frame, node: code.Comprehension, source: Items) -> Term:
    """A comprehension over a literal list, item by item; a condition makes the item one that may be there."""
    from isolint.prove.assign import assign

    clause = node.clauses[0]
    entries: list[tuple[Term | None, Term, tuple[Term, ...]]] = []
    for item_ in source.items:
        value, optional = (item_.value, item_.conditions) if isinstance(item_, Maybe) else (item_, ())
        assign(run, frame, clause.target, value)
        tests = tuple(evaluate(run, frame, condition) for condition in clause.conditions)
        if any(truth(test) is False for test in tests):
            continue
        optional += tuple(test for test in tests if truth(test) is None)
        key = evaluate(run, frame, node.key) if node.key is not None else None
        entries.append((key, evaluate(run, frame, node.element), optional))
    if node.key is not None:
        return Record(tuple(entries))
    return Items(tuple(Maybe(value, optional) if optional else value for _, value, optional in entries))


def element_of(source: Term) -> Term:
    """What a loop over `source` binds."""
    if isinstance(source, Items):
        return either(tuple(one_of(item_) for item_ in source.items)) if source.items else UNKNOWN
    if isinstance(source, Query):
        return Rows(source)
    if isinstance(source, Rows):
        return source
    if isinstance(source, Mapped):
        return source.element
    if isinstance(source, Outcome | Either):
        options = source.options if isinstance(source, Either) else tuple(value for value, _ in source.returns)
        fallback = isinstance(source, Either) and source.fallback
        held = options if fallback else tuple(option for option in options if option != Items(())) or options
        return either(tuple(element_of(option) for option in held), fallback)
    return Each(source)


def one_of(item_: Term) -> Term:
    """What an item of a list written in place stands for: of one that is there only sometimes its value, of a list
    that is spread there one of its elements.
    """
    if isinstance(item_, Maybe):
        return one_of(item_.value)
    return element_of(item_.source) if isinstance(item_, Each) else item_


def made_of(value: Term) -> Term:
    """The instance or record that a list of new ones is made of; any other value as it is."""
    inner = value
    while isinstance(inner, Mapped | Each):
        inner = inner.element if isinstance(inner, Mapped) else inner.source
    return inner if isinstance(inner, Object | Record) else value


def _await(run: Run, frame: Frame, node: code.Await) -> Term:
    from isolint.prove.promises import settled

    return settled(run, frame, evaluate(run, frame, node.value))


def _bind(run: Run, frame: Frame, node: code.Bind) -> Term:
    from isolint.prove.assign import assign

    value = evaluate(run, frame, node.value)
    assign(run, frame, node.target, value)
    return value


def _opaque(run: Run, frame: Frame, node: code.Opaque) -> Term:
    for part in node.parts:
        run.hand_on(frame, evaluate(run, frame, part))
    return UNKNOWN


_READERS: dict[type, Callable[..., Term]] = {
    code.Constant: _constant,
    code.Name: _name,
    code.Attribute: _attribute,
    code.Index: _index,
    code.Call: _call,
    code.Template: _template,
    code.Operation: _operation,
    code.Compare: _compare,
    code.Logical: _logical,
    code.Not: _not,
    code.Choice: _choice,
    code.Sequence: _sequence,
    code.Mapping: _mapping,
    code.Spread: _spread,
    code.Closure: _closure,
    code.Comprehension: _comprehension,
    code.Await: _await,
    code.Bind: _bind,
    code.Opaque: _opaque,
}
