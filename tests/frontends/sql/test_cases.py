"""The facts of statements, case by case: `cases/*.txt` hold SQL and, indented below it, what it must come out as.

A line `# title` names the case. Expected lines are the statement (`read open limited`), its tables (`table …`), its
conditions (`where campaign.org_id eq $1`), its settings and search path, in the order in which the facts list them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from isolint.frontends.sql import read
from isolint.model.sql import Condition, Operand, SqlFacts, SqlStatement, TableUse


def load() -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        title, sql = "", ""
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for kind, group in groupby(lines, key=lambda line: "title" if line[0] == "#" else line[:2].isspace()):
            if kind == "title":
                title = " ".join(line[2:] for line in group)
            elif kind:
                yield f"{path.stem}: {title}", sql, [line.strip() for line in group]
            else:
                sql = "\n".join(group)


CASES = list(load())


@pytest.mark.parametrize(("title", "sql", "expected"), CASES, ids=[title for title, _, _ in CASES])
def test_facts(title: str, sql: str, expected: list[str]) -> None:
    assert list(rendered(read(sql))) == expected


def test_titles_are_unique() -> None:
    titles = [title for title, _, _ in CASES]
    assert len(titles) == len(set(titles)) > 100


def rendered(facts: SqlFacts) -> Iterator[str]:
    for statement in facts.statements:
        yield from of_statement(statement)
    if facts.problem:
        yield "dynamic problem" if facts.dynamic else "problem"


def of_statement(it: SqlStatement) -> Iterator[str]:
    marks = [it.operation.value if it.operation else "none"]
    yield " ".join(marks + ["open"] * it.open + ["limited"] * it.limited)
    for table in it.tables:
        yield f"table {of_table(table)}"
    for condition in it.conditions:
        yield of_condition(condition, it)
    if it.search_path:
        yield f"search_path {', '.join(it.search_path.entries) or '-'}{' local' * it.search_path.local}"
    for name, value, local in it.settings:
        yield f"setting {name} = {of_operand(value, it)}{' local' * local}"


def of_table(it: TableUse) -> str:
    name = f"{it.schema}.{it.name}" if it.schema else it.name
    parts = [it.operation.value, name, f"as {it.alias}" if it.alias else "", "outer" * it.outer]
    return " ".join(filter(None, [*parts, f"scope {it.scope}" if it.scope else ""]))


def of_condition(it: Condition, statement: SqlStatement) -> str:
    column = f"{name_of(it.table, statement)}.{it.column}"
    parts = [it.position, column, it.operator, of_operand(it.operand, statement)]
    return " ".join(parts + ["widened"] * it.widened + ["negated"] * it.negated)


def of_operand(it: Operand, statement: SqlStatement) -> str:
    if it.kind == "column":
        return f"{name_of(it.table, statement)}.{it.text}"
    if it.kind == "list":
        return f"[{', '.join(of_operand(item, statement) for item in it.items)}]"
    if it.kind == "subquery":
        column = f"{name_of(it.table, statement)}.{it.text}" if it.text else "rows"
        return f"({column} of {', '.join(name_of(table, statement) for table in it.tables) or 'no table'})"
    if it.kind == "expression":
        inside = [f"${key}" for key in it.parameters] + [of_operand(item, statement) for item in it.items]
        return f"{{{it.text}}}" + (f" with {', '.join(inside)}" if inside else "")
    return {"parameter": f"${it.text}", "constant": f"'{it.text}'", "hole": f"⟦{it.text}⟧"}[it.kind]


def name_of(table: int, statement: SqlStatement) -> str:
    if table < 0:
        return "?"
    return statement.tables[table].alias or statement.tables[table].name
