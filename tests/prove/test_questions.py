"""What is kept of a whole program is asked for as a question: nobody could tell that another answer is old."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import isolint
from isolint.link import link
from isolint.link.program import Program
from isolint.link.questions import EVERYTHING, TEXT, question
from isolint.model.code import FileFacts
from isolint.model.source import Language

KEEPING = {"cache", "lru_cache", "cached_property"}
PROGRAMS = {"program", "run", "case"}


def kept_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    package = Path(isolint.__file__).parent
    for folder in ("link", "tenancy", "prove"):
        for file in sorted((package / folder).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef) and {_name(d) for d in node.decorator_list} & KEEPING:
                    yield file.name, node


def _name(decorator: ast.expr) -> str:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")


def test_no_function_keeps_answers_about_a_program_but_questions() -> None:
    found = list(kept_functions())
    assert found
    taken = {(file, node.name) for file, node in found if PROGRAMS & {one.arg for one in node.args.args}}
    assert taken == set()
    assert not [node.name for file, node in found if file == "program.py"]


@pytest.fixture
def program() -> Program:
    return link({path: FileFacts(Language.PYTHON, 1) for path in ("a.py", "b.py")}, {})


def test_a_look_at_a_file_is_noted_and_one_at_all_files_as_well(program: Program) -> None:
    with program.asked.meanwhile() as asked:
        program.modules.get("a.py")
    assert asked == {(TEXT, "a.py")}
    with program.asked.meanwhile() as asked:
        list(program.functions())
    assert EVERYTHING in asked


def test_a_question_is_noted_in_place_of_what_it_looks_at_each_time_it_is_asked(program: Program) -> None:
    for _ in range(2):
        with program.asked.meanwhile() as asked:
            assert _count(program, "py") == 2
        assert {name.rpartition(".")[2] for name, *_ in asked} == {"_count"}


def test_a_name_that_is_known_already_is_noted_with_all_that_it_was_found_by(program: Program) -> None:
    with program.asked.meanwhile() as first:
        program.lookup("a.py", "x")
    with program.asked.meanwhile() as second:
        program.lookup("a.py", "x")
    assert first == second
    assert (TEXT, "a.py") in first


@question
def _count(program: Program, ending: str) -> int:
    return sum(path.endswith(ending) for path in program.modules)
