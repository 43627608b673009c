from __future__ import annotations

from isolint.schema.statements import made_table, split


def texts(sql: str) -> list[str]:
    return [s.text for s in split(sql, "f.sql")]


def test_semicolons_in_bodies_and_strings_end_nothing() -> None:
    body = "CREATE FUNCTION f() AS $$ begin x; end $$"
    assert texts(f"{body}; SELECT ';'") == [body, "SELECT ';'"]


def test_standard_bodies_are_one_statement() -> None:
    body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
    assert texts(f"{body}; SELECT 1") == [body, "SELECT 1"]


def test_lines_of_psql_and_data_are_passed_over() -> None:
    sql = "\\restrict abc\nSELECT 1;\nCOPY t FROM stdin;\n1\tx;y\n\\.\nSELECT 2;\n\\unrestrict abc\n"
    assert texts(sql) == ["SELECT 1", "SELECT 2"]


def test_a_backslash_line_inside_a_string_stays() -> None:
    assert texts("SELECT '\n\\x\n'") == ["SELECT '\n\\x\n'"]


def test_statements_know_their_lines() -> None:
    assert [(s.line, made_table(s)) for s in split("\n-- c\nCREATE TABLE a.b (x int);\n\nSELECT 1", "f")] == [
        (3, "b"),
        (5, ""),
    ]
