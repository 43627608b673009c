"""One file's definitions by name."""

from __future__ import annotations

from isolint.frontends.python import lower
from isolint.link.module import Module

OVERLOADED = """
import typing
from typing import overload


class Reader:
    @overload
    def get(self, key: int) -> int: ...
    @typing.overload
    def get(self, key: str) -> str: ...
    def get(self, key):
        def found():
            return key
        return found()

    def put(self, key): ...
    def put(self, key, value): ...
"""


def test_a_function_written_several_times_for_type_checkers_is_the_one_with_the_body() -> None:
    module = Module("reader.py", lower(OVERLOADED))
    get = module.functions["Reader.get"]
    assert get.qualname == "Reader.get"
    assert get.calls == ("found",)
    assert [name for name in module.functions if name.startswith("Reader.get#")] == ["Reader.get#3.<locals>.found"]
    assert module.classes["Reader"].methods == ("Reader.get", "Reader.put", "Reader.put#2")
