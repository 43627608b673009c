"""Files, folders and modules as references."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isolint.errors import SchemaError
from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.load import closing, load
from isolint.schema.sources.migrations import migrations
from isolint.schema.sources.snapshot import dump
from isolint.schema.throwaway.server import SHARED

Said = Callable[[Comparison], list[tuple[str, str, str, str]]]

pytestmark = pytest.mark.skipif(not SHARED.available(), reason="no PostgreSQL here")

DDL = """
\\restrict token
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE acct (id serial PRIMARY KEY, m mood NOT NULL DEFAULT 'a', code varchar(8) CHECK (code IN ('x', 'y')));
COPY acct (id) FROM stdin;
1
\\.
ALTER TABLE acct OWNER TO somebody;
GRANT SELECT ON acct TO reader;
CREATE INDEX CONCURRENTLY ON acct (code);
"""

PRISMA = """
generator client { provider = "prisma-client-js" }
enum Role {
  ADMIN
  USER @map("user")
}
/// people
model User {
  id    String  @id @default(cuid())
  email String  @unique @db.VarChar(80)
  role  Role    @default(USER)
  posts Post[]
  tags  Tag[]
  @@map("users")
}
model Post {
  id        Int      @id @default(autoincrement())
  title     String   @map("post_title")
  author    User     @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId  String
  createdAt DateTime @default(now()) @db.Timestamptz(3)
  score     Decimal?
  meta      Json     @default("{}")
  @@index([authorId, createdAt(sort: Desc)])
}
model Tag {
  label String[]
  users User[]
  id    Int @id
}
model Pair {
  a Int
  b Int
  @@id([a, b])
}
"""


@pytest.fixture(scope="module", autouse=True)
def stopped() -> Iterator[None]:
    with closing():
        yield


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dump_is_loaded_with_the_roles_that_it_names(tmp_path: Path) -> None:
    schema = load(write(tmp_path / "s.sql", DDL))
    assert [(t.name, len(t.columns), len(t.indexes)) for t in schema.tables] == [("acct", 3, 1)]
    assert {(g.grantee, g.privilege) for g in schema.grants if g.target == "table acct"} == {("reader", "SELECT")}
    assert schema.origin.places == (("acct", str(tmp_path / "s.sql"), 4),)
    assert "owner" not in schema.kinds


def test_a_check_is_the_same_before_and_after_the_server_printed_it(tmp_path: Path, said: Said) -> None:
    printed = "CHECK (((code)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])))"
    other = DDL.replace("CHECK (code IN ('x', 'y'))", printed)
    one, two = write(tmp_path / "a.sql", DDL), write(tmp_path / "b.sql", other)
    assert said(compare(load(one), load(two))) == []


def test_wrong_sql_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "s.sql", "CREATE TABLE a (x int);\n\nCREATE TABLE b (y nothing);")
    with pytest.raises(SchemaError, match=r's\.sql:3: type "nothing" does not exist'):
        load(path)


def test_a_file_that_includes_others_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"s\.sql:2: includes another file"):
        load(write(tmp_path / "s.sql", "CREATE TABLE a (x int);\n\\i other.sql\n"))


def test_sql_that_reaches_out_of_its_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="without superuser rights"):
        load(write(tmp_path / "s.sql", "CREATE TABLE a (x int); COPY a TO PROGRAM 'cat > /tmp/no';"))


def test_several_schemas_need_a_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "s.sql", "CREATE TABLE a (x int); CREATE SCHEMA org; CREATE TABLE org.b (x int);")
    with pytest.raises(SchemaError, match="several schemas"):
        load(path)
    assert [t.name for t in load(f"{path}?schema=org").tables] == ["b"]


def test_migrations_run_in_the_order_of_their_tool(tmp_path: Path) -> None:
    for name in ("V10__c.sql", "V2__b.sql", "V1.1__a.sql", "U2__undo.sql", "R__views.sql", "V2__b.down.sql"):
        write(tmp_path / name, "SELECT 1;")
    assert [p.name for p in migrations(tmp_path)] == ["V1.1__a.sql", "V2__b.sql", "V10__c.sql", "R__views.sql"]


def test_a_folder_of_prisma_migrations_is_one_schema(tmp_path: Path) -> None:
    write(tmp_path / "20240101_init" / "migration.sql", "CREATE TABLE a (x int);")
    write(tmp_path / "20240102_more" / "migration.sql", "ALTER TABLE a ADD y text;")
    assert [c.name for c in load(str(tmp_path)).tables[0].columns] == ["x", "y"]


def test_a_folder_of_python_migrations_says_what_to_do(tmp_path: Path) -> None:
    write(tmp_path / "versions" / "1_init.py", "")
    with pytest.raises(SchemaError, match="alembic upgrade head --sql"):
        load(str(tmp_path))


def test_a_snapshot_is_the_schema(tmp_path: Path) -> None:
    schema = load(write(tmp_path / "s.sql", DDL))
    again = load(write(tmp_path / "s.json", dump(schema)))
    assert again == schema
    assert (again.name, again.kinds, again.dependencies) == (schema.name, schema.kinds, schema.dependencies)


@pytest.mark.parametrize(("text", "told"), [("{", "JSON"), ("[]", "no snapshot"), ("OLD", "format 0")])
def test_other_json_is_refused(tmp_path: Path, text: str, told: str) -> None:
    old = json.dumps({"what": "isolint schema snapshot", "format": 0})
    with pytest.raises(SchemaError, match=told):
        load(write(tmp_path / "s.json", old if text == "OLD" else text))


def test_prisma_models_are_the_tables_that_prisma_makes(tmp_path: Path) -> None:
    schema = load(write(tmp_path / "schema.prisma", PRISMA))
    tables = {t.name: t for t in schema.tables}
    assert set(tables) == {"users", "Post", "Tag", "Pair", "_TagToUser"}
    columns = {c.name: (c.type, c.nullable, c.default) for c in tables["Post"].columns}
    assert columns["post_title"] == ("text", False, "")
    assert columns["createdAt"] == ("timestamp(3) with time zone", False, "CURRENT_TIMESTAMP")
    assert columns["score"] == ("numeric(65,30)", True, "")
    assert columns["id"][2].startswith("nextval(")
    keys = {c.definition for c in tables["Post"].constraints if c.type == "foreign key"}
    assert keys == {'FOREIGN KEY ("authorId") REFERENCES ⟨schema⟩.users(id) ON UPDATE CASCADE ON DELETE CASCADE'}
    assert [i.definition for i in tables["Post"].indexes] == ['USING btree ("authorId", "createdAt" DESC)']
    assert [c.definition for c in tables["Pair"].constraints] == ["PRIMARY KEY (a, b)"]


def test_what_prisma_cannot_say_is_not_compared(tmp_path: Path, said: Said) -> None:
    model = write(tmp_path / "schema.prisma", "model T {\n  id Int @id\n}\n")
    sql = write(tmp_path / "s.sql", 'CREATE TABLE "T" (id int PRIMARY KEY CHECK (id > 0)); CREATE VIEW v AS SELECT 1;')
    comparison = compare(load(model), load(sql))
    assert said(comparison) == []
    assert {"view", "trigger", "check constraints"} <= set(comparison.not_compared)


def test_sqlalchemy_metadata_is_imported_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sqlalchemy")
    write(
        tmp_path / "shop_models.py",
        "from sqlalchemy import *\nmetadata = MetaData()\n"
        "Table('a', metadata, Column('id', Integer, primary_key=True), Column('e', Enum('x', 'y', name='e')),"
        " Column('n', Numeric(8, 2), CheckConstraint('n > 0'), index=True))\n",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    schema = load("models:shop_models")
    assert [(t.name, len(t.columns), len(t.indexes), len(t.constraints)) for t in schema.tables] == [("a", 3, 1, 2)]
    assert [t.name for t in schema.types] == ["e"]
    with pytest.raises(SchemaError, match="cannot be imported"):
        load("models:no_such_module_here")


FUNCTION = """
CREATE FUNCTION make(slug text, org uuid, plan text DEFAULT 'free') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE SCHEMA %I', 't_' || slug);
  EXECUTE format('CREATE TABLE %I.a (id int PRIMARY KEY, o uuid REFERENCES orgs)', 't_' || slug);
  RETURN slug;
END $$;
"""


def test_a_function_is_called_and_its_schema_read(tmp_path: Path) -> None:
    setup = write(tmp_path / "setup.sql", "CREATE TABLE orgs (id uuid PRIMARY KEY);")
    path = write(tmp_path / "f.sql", FUNCTION)
    schema = load(f"function:{path}#make?setup={setup}")
    assert (schema.name, [t.name for t in schema.tables]) == ("t_isolint_probe", ["a"])
    given = load(f"function:{path}#make?setup={setup}&args=acme,00000000-0000-0000-0000-000000000001")
    assert given.name == "t_acme"
    assert given == schema


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FUNCTION, 'raised: relation "orgs" does not exist .*setup=FILE'),
        (FUNCTION.replace("make(", "other("), "there is no function make"),
        (FUNCTION.replace("RETURN slug;", "RAISE EXCEPTION 'no luck';"), "raised: .*"),
        ("CREATE FUNCTION make(a text) RETURNS void LANGUAGE sql AS 'SELECT';", "made no schema: .*schema="),
        ("CREATE FUNCTION make(a point) RETURNS void LANGUAGE sql AS 'SELECT';", "argument of type point"),
    ],
)
def test_a_function_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path / "f.sql", text)
    with pytest.raises(SchemaError, match=told):
        load(f"function:{path}#make")


ALEMBIC = """
BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 1975ea83b712

CREATE TABLE account (id SERIAL NOT NULL, name VARCHAR(50) NOT NULL, PRIMARY KEY (id));

INSERT INTO alembic_version (version_num) VALUES ('1975ea83b712') RETURNING alembic_version.version_num;

-- Running upgrade 1975ea83b712 -> ae1027a6acf

ALTER TABLE account ADD COLUMN paid TIMESTAMP WITHOUT TIME ZONE;

UPDATE alembic_version SET version_num='ae1027a6acf' WHERE alembic_version.version_num = '1975ea83b712';

COMMIT;
"""
DJANGO = """
BEGIN;
--
-- Create model Book
--
CREATE TABLE "shop_book" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "title" varchar(100)
    NOT NULL UNIQUE, "by_id" bigint NOT NULL);
ALTER TABLE "shop_book" ADD CONSTRAINT "shop_book_by_id_8b91747b_fk" FOREIGN KEY ("by_id") REFERENCES "shop_book" ("id")
    DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "shop_book_title_1a2b3c4d_like" ON "shop_book" ("title" varchar_pattern_ops);
--
-- Raw Python operation
--
-- THIS OPERATION CANNOT BE WRITTEN AS SQL
COMMIT;
"""
TWO_WAYS = "CREATE TABLE a (x int);\n{down}\nDROP TABLE a;\n{up}\nCREATE TABLE b (x int);\n"


def both_ways(path: str, said: Said) -> list[str]:
    """The tables of a reference, which must be the same executed and offline."""
    separator = "&" if "?" in path else "?"
    executed, offline = load(path), load(f"{path}{separator}offline")
    assert said(compare(executed, offline)) == []
    assert offline.unread == ()
    return [table.name for table in executed.tables]


def test_sql_of_alembic_and_django_is_read(tmp_path: Path, said: Said) -> None:
    assert both_ways(write(tmp_path / "all.sql", ALEMBIC), said) == ["account", "alembic_version"]
    write(tmp_path / "django" / "0001_initial.sql", DJANGO)
    write(tmp_path / "django" / "0002_more.sql", 'ALTER TABLE "shop_book" ADD COLUMN "n" integer CHECK ("n" >= 0);')
    assert both_ways(str(tmp_path / "django"), said) == ["shop_book"]


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- +migrate Up", "-- +migrate Down notransaction"),
        ("-- Up Migration", "-- Down Migration"),
    ],
)
def test_sections_that_take_a_migration_back_are_passed_over(tmp_path: Path, said: Said, up: str, down: str) -> None:
    text = up + "\n" + TWO_WAYS.format(up=up, down=down)
    assert both_ways(write(tmp_path / "1.sql", text), said) == ["a", "b"]


def test_flyways_baseline_stands_for_the_versions_before_it(tmp_path: Path, said: Said) -> None:
    write(tmp_path / "V1__a.sql", "CREATE TABLE a (x int);")
    write(tmp_path / "z" / "V2__b.sql", "ALTER TABLE a ADD y int;")
    write(tmp_path / "B2__both.sql", "CREATE TABLE a (x int, y int);")
    write(tmp_path / "V3__c.sql", "ALTER TABLE a ADD z int;")
    write(tmp_path / "afterMigrate.sql", "GRANT SELECT ON a TO reader;")
    assert [p.name for p in migrations(tmp_path)] == ["B2__both.sql", "V3__c.sql"]
    assert both_ways(str(tmp_path), said) == ["a"]


def test_a_supabase_folder_needs_what_supabase_makes_itself(tmp_path: Path, said: Said) -> None:
    folder = tmp_path / "migrations"
    write(folder / "20240102030405_more.sql", "create policy own on notes to authenticated using (auth.uid() = owner);")
    write(folder / "20240101030405_init.sql", "create table public.notes (id int, owner uuid references auth.users);")
    with pytest.raises(SchemaError, match=r'init\.sql:1: schema "auth" does not exist; .*\?setup=FILE'):
        load(str(folder))
    setup = write(
        tmp_path / "auth.sql",
        "create schema auth; create table auth.users (id uuid primary key);"
        "create function auth.uid() returns uuid language sql as 'select null::uuid';",
    )
    assert both_ways(f"{folder}?setup={setup}&schema=public", said) == ["notes"]
    with pytest.raises(SchemaError, match=r"there is no file nothing\.sql"):
        load(f"{folder}?setup=nothing.sql")


def test_tables_of_a_folder_are_located_in_their_files(tmp_path: Path) -> None:
    first = write(tmp_path / "1.sql", "\nCREATE TABLE a (x int);")
    last = write(tmp_path / "2.sql", "CREATE TABLE b (x int);")
    schema = load(str(tmp_path))
    assert schema.origin.places == (("a", first, 2), ("b", last, 1))


def test_parameters_that_a_reference_does_not_have_are_refused(tmp_path: Path) -> None:
    snapshot = write(tmp_path / "s.json", "{}")
    with pytest.raises(SchemaError, match="there is no parameter schema"):
        load(f"{snapshot}?schema=a")
