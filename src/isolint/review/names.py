"""Names of schemas that a program makes from slugs, in a way that gives two slugs one name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from isolint.link import Program
from isolint.model.code import Call, Compare, Constant, Expression, Function, Index, Name, Node, Operation, Template
from isolint.model.identifiers import split
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place
from isolint.model.tenancy import Tenancy
from isolint.model.walk import nodes
from isolint.tenancy.executors import TENANT_NAMES
from isolint.tenancy.flow import Flow, last_name, pieces, text_of
from isolint.tenancy.words import tenant_word

IDENTIFIER = re.compile(
    r"(?:\bschema(?:\s+if(?:\s+not)?\s+exists)?|\btable(?:\s+if(?:\s+not)?\s+exists)?|\bsearch_path\s*(?:=|to)"
    r"|\bupdate|\binto|\bon|\breferences)\s+(?:\w+)?⟦⟧",
    re.IGNORECASE,
)
LOSSY = frozenset("lower toLowerCase upper toUpperCase replace replaceAll sub slugify casefold trim strip".split())
CHECKS = frozenset("test match fullmatch search exec validate parse safeParse".split())
DIGESTS = frozenset("sha256 sha1 md5 createHash digest hexdigest blake2b uuid4 randomUUID".split())
CUTS = frozenset("slice substring substr truncate shorten".split())
MEASURES = frozenset({"len", "length", "byteLength"})
SHORT = frozenset({"id", "uuid", "pk", "number", "code"})
"""Last words of what is never long."""
GOES_ON = re.compile(r"\bcreate\s+schema\s+if\s+not\s+exists\b", re.IGNORECASE)


def name_faults(program: Program, tenancy: Tenancy, *, goes_on: bool) -> Iterator[Observation]:
    """Functions whose parameter is made into the name of the schema that the executors go to. `goes_on`: something of
    the project makes a schema unless it is there, so that a name that is cut off counts: once in
    each file.
    """
    prefixes = {executor.prefix for executor in tenancy.executors if executor.prefix}
    before = tenancy.schema_pattern.partition("{")[0]
    prefixes |= {before} if before else set()
    told: set[str] = set()
    for ref, function in program.functions() if prefixes else ():
        if not (named := _names(function, prefixes)) or not (CHECKS | DIGESTS).isdisjoint(function.calls):
            continue
        flow = Flow(function)
        lossy = [call for call in flow.calls() if last_name(call.function) in LOSSY]
        slug = next((name for call in lossy for name in flow.sources(call) if _is_tenants(name)), "")
        if slug and not _compared(function):
            first = min(lossy, key=lambda call: call.at)
            yield Observation(Trait.SLUG_COLLISION, Place(ref.path, first.at), slug, function=ref.qualname)
        slug = next((name for node in named for name in flow.sources(node) if _may_be_long(name)), "")
        if goes_on and slug and ref.path not in told and not _limited(function):
            told.add(ref.path)
            place = Place(ref.path, named[0].at)
            yield Observation(Trait.IDENTIFIER_TRUNCATION, place, slug, function=ref.qualname)


def _names(function: Function, prefixes: set[str]) -> Sequence[Expression]:
    """Where it puts a prefix of the tenants' schemas in front of something."""
    return [node for node in nodes(function) if _is_name(node, prefixes)]  # type: ignore[misc]  # expressions are


def _is_name(node: Node, prefixes: set[str]) -> bool:
    if isinstance(node, Template) or (isinstance(node, Operation) and node.operator == "+"):
        parts = pieces(node)
        return len(parts) == 2 and text_of(parts[0]) in prefixes and not text_of(parts[1])
    return False


def _is_tenants(name: str) -> bool:
    return bool(tenant_word(name)) or bool(set(split(name)) & TENANT_NAMES)


def _may_be_long(name: str) -> bool:
    return _is_tenants(name) and not SHORT & set(split(name)[-1:])


def _compared(function: Function) -> bool:
    """Whether it refuses slugs that are not in their normal form."""
    return any(
        isinstance(node, Compare)
        and isinstance(node.left, Name | Call)
        and node.operator in ("eq", "ne")
        and any(isinstance(part, Call) and last_name(part.function) in LOSSY for part in (node.left, node.right))
        for node in nodes(function)
    )


def _limited(function: Function) -> bool:
    """Whether it measures what it is given, or cuts it off itself."""
    if not (CUTS | MEASURES).isdisjoint(function.calls):
        return True
    cut = (isinstance(node, Index) and _is_slice(node.key) for node in nodes(function))
    return any(cut) or any(getattr(node, "name", "") in MEASURES for node in nodes(function))


def _is_slice(key: Node) -> bool:
    return isinstance(key, Constant) and key.value is None
