"""Whether the search path that an executor sets goes on from the tenant's schema to the one that all tenants share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from isolint.link.symbols import FunctionRef
from isolint.model.code import Call, Constant, Template
from isolint.model.tenancy import Search
from isolint.tenancy.flow import Flow, last_name, text_of
from isolint.tenancy.schemas import URL, sets_path

THREADS = frozenset({"set_tenant", "set_schema"})
"""Methods of libraries that put the tenant's schema in front of `public`."""
GOES_ON = re.compile(r",\s*(?:\\?\")?public\b", re.IGNORECASE)
MAX_CHAIN = 3


def search_of(
    ref: FunctionRef, flow_of: Callable[[FunctionRef], Flow], callee: Callable[..., FunctionRef | None]
) -> Search:
    """The search path of the function's own statements, else of the functions that it calls."""
    return _search(ref, flow_of, callee, 0)


def _search(
    ref: FunctionRef, flow_of: Callable[[FunctionRef], Flow], callee: Callable[..., FunctionRef | None], depth: int
) -> Search:
    flow = flow_of(ref)
    found = [text for text in _texts(flow) if sets_path(text)]
    if found:
        return Search.SHARED if any(map(_goes_on, found)) else Search.OWN
    calls = list(flow.calls())
    if any(last_name(call.function) in THREADS for call in calls):
        return Search.SHARED
    for call in calls if depth < MAX_CHAIN else ():
        inner = callee(ref, call)
        if inner is not None and inner != ref:
            if (search := _search(inner, flow_of, callee, depth + 1)) is not Search.UNKNOWN:
                return search
    return Search.UNKNOWN


def _goes_on(text: str) -> bool:
    return not URL.search(text) and GOES_ON.search(text) is not None


def _texts(flow: Flow) -> Iterator[str]:
    """The texts of a body: templates with their holes, and calls that set the path with all that they are given."""
    for node in flow.body.parts:
        if isinstance(node, Template):
            yield "".join(text_of(part) or "⟦⟧" for part in node.parts)
        elif isinstance(node, Constant):
            yield text_of(node)
        elif isinstance(node, Call):
            yield " ".join(text_of(part) for argument in node.arguments for part in flow.parts(argument.value))
