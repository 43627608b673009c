"""Routines of SQL files as statements in their blocks."""

from __future__ import annotations

from isolint.review.routine import Routine, routines


def routine(body: str, head: str = "CREATE FUNCTION f(slug text, n integer DEFAULT 1) RETURNS void") -> Routine:
    (found,) = routines("f.sql", f"-- first line\n{head} LANGUAGE plpgsql AS $$\n{body}\n$$;\n")
    return found


def test_name_parameters_and_lines_are_read() -> None:
    found = routine("BEGIN\n  CREATE SCHEMA a;\n  PERFORM g(1);\nEND;")
    assert (found.name, found.parameters, found.line) == ("f", ("slug", "n"), 2)
    assert [(line.verb, line.line) for line in found.lines] == [("CREATE", 4), ("PERFORM", 5)]


def test_statements_know_the_blocks_around_them() -> None:
    found = routine(
        "BEGIN\n FOR t IN SELECT 1 LOOP\n  IF t > 0 THEN\n   BEGIN\n    EXECUTE 'a';\n   EXCEPTION WHEN others THEN\n"
        "    NULL;\n   END;\n  END IF;\n END LOOP;\n RETURN;\nEND;"
    )
    kinds = {line.verb: [context.kind for context in line.contexts] for line in found.lines}
    assert kinds["EXECUTE"] == ["begin", "loop", "if", "begin"]
    assert kinds["NULL"] == ["begin", "loop", "if", "begin", "handler"]
    assert kinds["RETURN"] == ["begin"]
    handler = found.lines[1].contexts[-1]
    assert (handler.text, handler.of) == ("others", found.lines[0].contexts[-1].number)


def test_what_execute_is_given_is_put_together() -> None:
    found = routine(
        "BEGIN\n EXECUTE format('CREATE SCHEMA %I', slug) USING n;\n"
        " EXECUTE 'DROP TABLE ' || quote_ident(slug) || '.' || n;\nEND;"
    )
    assert [line.sql for line in found.lines] == ["CREATE SCHEMA %I", "DROP TABLE %I.%s"]


def test_a_do_block_has_no_name_and_other_languages_no_lines() -> None:
    blocks = list(
        routines("f.sql", "DO $$ BEGIN NULL; END $$;\nCREATE FUNCTION s() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    )
    assert [(block.name, len(block.lines)) for block in blocks] == [("", 1), ("s", 0)]


def test_files_without_routines_give_none() -> None:
    assert list(routines("t.sql", "CREATE TABLE t (id int);")) == []
