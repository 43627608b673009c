"""Names of schemas that a program makes from slugs, in a way that gives two slugs one name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from isolint.link import Program
from isolint.model.code import Call, Compare, Function, Name, Operation, Template
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


def lossy_names(program: Program, tenancy: Tenancy) -> Iterator[Observation]:
    """Functions whose parameter is normalised into the name of the schema that the executors go to."""
    prefixes = {executor.prefix for executor in tenancy.executors if executor.prefix}
    before = tenancy.schema_pattern.partition("{")[0]
    prefixes |= {before} if before else set()
    if not prefixes:
        return
    for ref, function in program.functions():
        if not LOSSY.isdisjoint(function.calls) and _names_schema(function, prefixes) and not _checked(function):
            flow = Flow(function)
            found = [call for call in flow.calls() if last_name(call.function) in LOSSY]
            slug = next((name for call in found for name in flow.sources(call) if _is_tenants(name)), "")
            if slug:
                first = min(found, key=lambda call: call.at)
                yield Observation(Trait.SLUG_COLLISION, Place(ref.path, first.at), slug, function=ref.qualname)


def _names_schema(function: Function, prefixes: set[str]) -> bool:
    """Whether it puts a prefix of the tenants' schemas in front of something."""
    for node in nodes(function):
        if isinstance(node, Template) or (isinstance(node, Operation) and node.operator == "+"):
            parts = pieces(node)
            if len(parts) == 2 and text_of(parts[0]) in prefixes and not text_of(parts[1]):
                return True
    return False


def _is_tenants(name: str) -> bool:
    return bool(tenant_word(name)) or bool(set(split(name)) & TENANT_NAMES)


def _checked(function: Function) -> bool:
    """Whether it refuses some slugs, or adds what tells them apart."""
    if not (CHECKS | DIGESTS).isdisjoint(function.calls):
        return True
    return any(
        isinstance(node, Compare)
        and isinstance(node.left, Name | Call)
        and node.operator in ("eq", "ne")
        and any(isinstance(part, Call) and last_name(part.function) in LOSSY for part in (node.left, node.right))
        for node in nodes(function)
    )
