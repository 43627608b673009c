"""Python source, lowered and shown as short text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.frontends.python import lower
from isolint.model import code


@pytest.fixture
def module(tell: Callable[[tuple[code.Statement, ...]], str]) -> Callable[[str], str]:
    """The module level of a source that parses, as text."""

    def lowered(source: str) -> str:
        facts = lower(source)
        assert facts.troubles == ()
        assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts
        return tell(facts.functions[0].body)

    return lowered


@pytest.fixture
def expression(module: Callable[[str], str]) -> Callable[[str], str]:
    """One expression, as text."""
    return lambda source: module(f"_ = {source}").removeprefix("_ = ")
