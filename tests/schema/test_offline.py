"""DDL and provisioning functions without a server: what is read, and what is named because it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolint.errors import SchemaError
from isolint.schema.load import load
from isolint.schema.model import Schema
from isolint.schema.offline.fold import Unfoldable, fold
from isolint.schema.offline.loosen import loosened
from isolint.schema.offline.typenames import canonical_type


def made(tmp_path: Path, sql: str, name: str = "file.sql", suffix: str = "?offline") -> Schema:
    path = tmp_path / name
    path.write_text(sql, encoding="utf-8")
    return load(f"{path}{suffix}")


def provisioned(tmp_path: Path, body: str, declare: str = "s text := 'org_' || lower(slug);") -> Schema:
    text = f"CREATE FUNCTION make(slug text, org uuid) RETURNS void LANGUAGE plpgsql AS $$\nDECLARE {declare}\n"
    path = tmp_path / "f.sql"
    path.write_text(f"{text}BEGIN\n{body}\nEND; $$;", encoding="utf-8")
    return load(f"function:{path}#make?offline&schema=org_isolint_probe")


def shape(schema: Schema) -> dict[str, list[str]]:
    return {t.name: [f"{c.name} {c.type}" for c in sorted(t.columns, key=lambda c: c.position)] for t in schema.tables}


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("INT", "integer"),
        ("varchar(20)", "character varying(20)"),
        ("decimal(10, 2)", "numeric(10,2)"),
        ("NUMERIC(5)", "numeric(5,0)"),
        ("timestamptz", "timestamp with time zone"),
        ("TIMESTAMP(3)", "timestamp(3) without time zone"),
        ("timestamp (6) with time zone", "timestamp(6) with time zone"),
        ("text[]", "text[]"),
        ("int[3][]", "integer[]"),
        ("char", "character(1)"),
        ('"Mood"', '"Mood"'),
    ],
)
def test_types_are_called_as_the_server_calls_them(written: str, printed: str) -> None:
    assert canonical_type(written) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("CHECK ((s IN ('a', 'b')))", "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, 'b'::text])))"),
        ("CHECK ((n BETWEEN 1 AND 5))", "CHECK (((n >= 1) AND (n <= 5)))"),
        ("CHECK ((a > 0 AND b <> ''))", "CHECK (((a > 0) AND (b <> ''::text)))"),
        ("'x'", "'x'::text"),
        ("USING btree (a, b DESC)", "USING btree (a, b DESC)"),
        ("USING btree (lower(a)) WHERE b", "USING btree (lower((a)::text)) WHERE b"),
    ],
)
def test_written_and_printed_expressions_are_the_same(written: str, printed: str) -> None:
    assert loosened(written) == loosened(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CHECK ((a + b) * c > 0)", "CHECK (a + b * c > 0)"),
        ("'1'", "1"),
        ("CHECK (s IN ('a'))", "CHECK (s NOT IN ('a'))"),
        ("USING btree (a)", "USING btree (a DESC)"),
    ],
)
def test_different_expressions_stay_different(one: str, other: str) -> None:
    assert loosened(one) != loosened(other)


def test_later_statements_change_earlier_tables(tmp_path: Path) -> None:
    schema = made(
        tmp_path,
        """
        CREATE TABLE a (id serial PRIMARY KEY, gone int, n text);
        ALTER TABLE a DROP COLUMN gone, ADD COLUMN k varchar(5) NOT NULL DEFAULT 'x', ALTER COLUMN n SET NOT NULL;
        ALTER TABLE a ADD CONSTRAINT a_k_check CHECK (k <> '');
        CREATE UNIQUE INDEX CONCURRENTLY a_k ON a (k);
        CREATE TABLE b (LIKE a INCLUDING ALL);
        DROP TABLE IF EXISTS b; ALTER TABLE a RENAME TO c;
        """,
    )
    assert shape(schema) == {"c": ["id integer", "n text", "k character varying(5)"]}
    table = schema.tables[0]
    assert [(i.name, i.unique) for i in table.indexes] == [("a_k", True)]
    assert {c.type for c in table.constraints} == {"primary key", "check"}
    assert all(not column.nullable for column in table.columns)


def test_what_is_not_read_is_named_with_its_place(tmp_path: Path) -> None:
    sql = "CREATE TABLE a (x int);\nCREATE POLICY p ON a USING (true);\nCREATE TABLE p (d date) PARTITION BY RANGE (d);"
    schema = made(tmp_path, sql)
    assert [note.rsplit("/", 1)[1][:10] for note in schema.notes] == ["file.sql:2"]
    assert [note.rsplit("/", 1)[1][:10] for note in schema.unread] == ["file.sql:3"]


def test_dynamic_statements_are_folded(tmp_path: Path) -> None:
    schema = provisioned(
        tmp_path,
        """
        EXECUTE format('CREATE SCHEMA %I', s);
        EXECUTE format('CREATE TABLE %1$I.a (id text DEFAULT %2$L, n int)', s, 'it''s');
        EXECUTE 'CREATE TABLE ' || quote_ident(s) || '.b (id int)';
        FOREACH t IN ARRAY ARRAY['c', 'D'] LOOP
            EXECUTE format('CREATE TABLE %I.%I (id int)', s, t);
        END LOOP;
        PERFORM set_config('search_path', s || ', public', true);
        CREATE TABLE e (id int);
        """,
        "s text := 'org_' || lower(slug); t text;",
    )
    assert list(shape(schema)) == ["D", "a", "b", "c", "e"]
    assert schema.tables[1].columns[0].default == "'it''s'"
    assert (schema.notes, schema.unread) == ((), ())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("EXECUTE (SELECT ddl FROM templates);", "EXECUTE of what is not constant"),
        ("IF slug = 'x' THEN CREATE TABLE org_isolint_probe.t (a int); END IF;", "under IF"),
        ("FOR r IN SELECT 1 LOOP EXECUTE r.ddl; END LOOP;", "FOR"),
        ("PERFORM make_tables(s);", "make_tables(s) is called"),
        ("EXECUTE format('CREATE TABLE %I.t (', s);", "not read offline"),
    ],
)
def test_what_cannot_be_folded_is_named(tmp_path: Path, body: str, told: str) -> None:
    schema = provisioned(tmp_path, body)
    assert schema.tables == ()
    assert any(told in note and "f.sql:" in note for note in schema.unread), schema.unread


def test_a_guard_that_only_raises_says_nothing_of_the_schema(tmp_path: Path) -> None:
    body = "IF slug IS NULL THEN RAISE EXCEPTION 'no'; END IF; EXECUTE format('CREATE TABLE %I.t (a int)', s);"
    schema = provisioned(tmp_path, body)
    assert (list(shape(schema)), schema.unread) == (["t"], ())


def test_making_the_schema_under_a_condition_is_no_riddle(tmp_path: Path) -> None:
    condition = "NOT EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = s)"
    made_once = f"IF {condition} THEN EXECUTE format('CREATE SCHEMA %I', s); END IF;"
    schema = provisioned(tmp_path, f"{made_once} EXECUTE format('CREATE TABLE IF NOT EXISTS %I.t (a int)', s);")
    assert (list(shape(schema)), schema.unread) == (["t"], ())


@pytest.mark.parametrize("text", ["now()", "unknown", "a || b", "'x' || (SELECT 1)", "format('%s')"])
def test_unknown_values_are_not_guessed(text: str) -> None:
    with pytest.raises(Unfoldable):
        fold(text, {})


def test_a_function_in_another_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.sql"
    path.write_text("CREATE FUNCTION make(t text) RETURNS void LANGUAGE sql AS $$ SELECT 1 $$;", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"f\.sql:1: only functions in plpgsql"):
        load(f"function:{path}#make?offline")


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABEL x;",
        "this is no sql",
        "CREATE DOMAIN d AS int;",
        "CALL make();",
        "DO $$ BEGIN PERFORM make(); END $$;",
    ],
)
def test_what_may_make_tables_and_is_not_understood_is_unread(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.sql"
    path.write_text(text, encoding="utf-8")
    schema = load(f"{path}?offline")
    assert len(schema.unread) == 1
    assert schema.unread[0].startswith(f"{path}:1: ")
    assert schema.notes == ()


def test_blocks_without_a_name_are_read_as_functions_are(tmp_path: Path) -> None:
    path = tmp_path / "s.sql"
    path.write_text(
        "DO $$ BEGIN\n CREATE TYPE r AS ENUM ('a');\nEXCEPTION WHEN duplicate_object THEN null;\nEND $$;\n"
        "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (x r)', 't'); END $$;",
        encoding="utf-8",
    )
    schema = load(f"{path}?offline")
    assert ([t.name for t in schema.tables], [t.name for t in schema.types]) == (["t"], ["r"])
    assert (schema.unread, schema.notes) == ((), ())
