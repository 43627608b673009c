"""Reading never raises, gives up in time, and remembers."""

from __future__ import annotations

import logging
import subprocess
import sys
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolint.frontends.sql import looks_like_sql, read, tables_of_ddl
from isolint.model.sql import SqlFacts, SqlOperation

WORDS = [
    "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "(", ")", ",", ".", ";", "*", "=", "<", ">", "<=", "::", "a",
    "b", "t", "'x'", '"Q"', "$1", "%s", "?", ":n", "@p", "⟦0⟧", "⟦1⟧", "org_⟦2⟧", "JOIN", "LEFT", "ON", "USING",
    "GROUP", "BY", "ORDER", "HAVING", "LIMIT", "UNION", "ALL", "INSERT", "INTO", "VALUES", "UPDATE", "SET", "DELETE",
    "WITH", "AS", "CASE", "WHEN", "THEN", "ELSE", "END", "EXISTS", "BETWEEN", "LIKE", "IS", "NULL", "ANY", "ARRAY",
    "[", "]", "1", "2.5", "--", "/*", "*/", "$$", "'", '"', "`", "INTERVAL", "CAST", "RETURNING", "CONFLICT", "DO",
    "NOTHING", "MERGE", "MATCHED", "LATERAL", "unnest", "count", "set_config", "search_path", "RECURSIVE", "CREATE",
    "TABLE", "INDEX", "ALTER", "ADD", "CONSTRAINT", "PRIMARY", "KEY", "REFERENCES", "||", "->", "->>", "@>", "#>>",
    "~", "!", "DISTINCT", "OVER", "PARTITION", "FILTER", "EXTRACT", "DATE", "FOR", "FETCH", "FIRST", "ROWS", "ONLY",
    "COPY", "TRUNCATE", "{", "}", "default", "excluded", "EXECUTE", "format", "%I",
]  # fmt: skip
STARTS = [
    "",
    "SELECT * FROM t WHERE ",
    "UPDATE t SET a = ",
    "INSERT INTO t (a) ",
    "WITH x AS (SELECT 1) ",
    "CREATE TABLE t (",
]


@given(st.text())
@example("SELECT ⟦")
@example("SELECT * FROM t WHERE '⟦⟧' = \x00")
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read(text), SqlFacts)
    assert looks_like_sql(text) in {True, False}
    assert isinstance(tables_of_ddl(text), tuple)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(STARTS), st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from([" ", ""]))
def test_any_words_can_be_read(start: str, words: list[str], between: str) -> None:
    text = start + between.join(words)
    facts = read(text)
    for statement in facts.statements:
        named = [condition.table for condition in statement.conditions] + [table for table, _ in statement.columns]
        assert all(-1 <= table < len(statement.tables) for table in named)
    looks_like_sql(text)
    tables_of_ddl(text)


DEEP = [
    "(SELECT * FROM ",
    "(",
    "CASE WHEN ",
    "NOT ",
    "JOIN a ",
    "array<",
    "a[1][1]",
    "f(",
    "- ",
    "::int",
    "'x', ",
    "a AND ",
]


@pytest.mark.parametrize("repeated", DEEP)
def test_deep_and_long_texts_neither_crash_nor_hang(repeated: str) -> None:
    text = ("SELECT * FROM t WHERE a = " + repeated * 100_000)[:199_000]
    code = "import sys; from isolint.frontends.sql import read; read(sys.stdin.read())"
    done = subprocess.run([sys.executable, "-c", code], input=text, text=True, timeout=60, check=False)
    assert done.returncode == 0


def test_queries_that_are_read_twice_by_queries_that_are_read_twice_are_read_in_time() -> None:
    """28 CTEs, each of which joins the one before with itself: 2²⁸ ways lead to the table."""
    chain = ", ".join(f"q{n} AS (SELECT a.* FROM q{n - 1} a JOIN q{n - 1} b ON a.id = b.id)" for n in range(1, 29))
    started = process_time()
    statement = read(f"WITH q0 AS (SELECT * FROM t), {chain} SELECT * FROM q28 WHERE q28.org_id = $1").statements[0]
    assert process_time() - started < 5
    assert [table.name for table in statement.tables] == ["t"]
    assert [condition.column for condition in statement.conditions if condition.column == "org_id"] == ["org_id"]


def test_deep_nesting_is_a_problem() -> None:
    facts = read("SELECT " + "(" * 500 + "1" + ")" * 500)
    assert facts == SqlFacts(problem="too deep")


def test_a_long_text_is_a_problem() -> None:
    assert read("SELECT 1 -- " + "x" * 200_000) == SqlFacts(problem="too large")


def test_a_long_chain_of_conditions_is_read() -> None:
    facts = read("SELECT * FROM t WHERE " + " AND ".join(f"a{n} = {n}" for n in range(3000)))
    assert len(facts.statements[0].conditions) == 3000


def test_many_rows_keep_what_is_not_constant() -> None:
    facts = read("INSERT INTO t (org_id, n) VALUES " + ", ".join(f"($1, {n})" for n in range(500)) + ", ($2, now())")
    conditions = facts.statements[0].conditions
    assert [c.operand.text for c in conditions if c.column == "org_id"] == ["1", "2"]
    assert len([c for c in conditions if c.column == "n"]) == 21


def test_the_same_text_is_read_once() -> None:
    text = "SELECT * FROM campaign WHERE org_id = $1 AND id = $2"
    assert read(text) is read(text)


def test_columns_are_listed_with_their_tables() -> None:
    (statement,) = read(
        "SELECT c.name, x FROM campaign c JOIN a USING (k) WHERE c.org_id = $1 ORDER BY c.rank"
    ).statements
    assert set(statement.columns) == {(0, "name"), (-1, "x"), (0, "k"), (1, "k"), (0, "org_id"), (0, "rank")}


def test_columns_that_are_written_are_listed() -> None:
    insert, update = read("INSERT INTO a (x, y) VALUES (1, 2); UPDATE b SET z = w").statements
    assert insert.columns == ((0, "x"), (0, "y"))
    assert update.columns == ((0, "z"), (0, "w"))


def test_a_problem_says_where() -> None:
    facts = read("SELECT * FROM t WHERE a = 1 1 1")
    assert "a = 1 1" in facts.problem
    assert not facts.dynamic


def test_a_problem_of_holes_is_dynamic() -> None:
    assert read("⟦0⟧ WHERE a = 1").dynamic
    assert read("SELECT a FROM FROM; SELECT ⟦0⟧ FROM b") == read("SELECT a FROM FROM; SELECT ⟦0⟧ FROM b")
    assert not read("SELECT a FROM FROM; SELECT ⟦0⟧ FROM b").dynamic


def test_reading_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        read("SELECT * FROM t WHERE a = 1 CONNECT BY x")
        read("CREATE POLICY p ON t USING (true)")
    assert not caplog.records


def test_an_operation_is_known_for_every_table() -> None:
    (statement,) = read("WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d, c").statements
    assert statement.operation is SqlOperation.INSERT
    assert {table.name: table.operation for table in statement.tables} == {
        "a": SqlOperation.DELETE,
        "b": SqlOperation.INSERT,
        "c": SqlOperation.READ,
    }
