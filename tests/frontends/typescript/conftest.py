"""Sources to facts, and module levels to text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.typescript import lower
from isolint.model import code


@pytest.fixture
def facts() -> Callable[..., code.FileFacts]:
    """The facts of a source that parses; they survive their encoding."""

    def lowered(source: str, path: str = "file.ts") -> code.FileFacts:
        found = lower(source, path)
        assert found.troubles == ()
        assert code.DECODER.decode(code.ENCODER.encode(found)) == found
        return found

    return lowered


@pytest.fixture
def module(
    facts: Callable[..., code.FileFacts], tell: Callable[[tuple[code.Statement, ...]], str]
) -> Callable[..., str]:
    """The module level of a source that parses, as text."""
    return lambda source, path="file.ts": tell(facts(source, path).functions[0].body)


@pytest.fixture
def expression(module: Callable[..., str]) -> Callable[..., str]:
    """One expression, as text."""
    return lambda source, path="file.ts": module(f"_ = {source}", path).removeprefix("_ = ")


@pytest.fixture
def body(
    facts: Callable[..., code.FileFacts], tell: Callable[[tuple[code.Statement, ...]], str]
) -> Callable[[str], str]:
    """The body of the last function of a source, as text."""
    return lambda source: tell(facts(source).functions[-1].body)
