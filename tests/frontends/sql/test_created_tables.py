"""The tables of DDL files and of functions that create tables."""

from __future__ import annotations

from isolint.frontends.sql import tables_of_ddl
from isolint.model.sql import CreatedColumn, CreatedForeignKey, CreatedTable


def only(text: str) -> CreatedTable:
    (table,) = tables_of_ddl(text)
    return table


def column(text: str) -> CreatedColumn:
    (found,) = only(f"CREATE TABLE t ({text})").columns
    return found


def test_names_are_folded_unless_quoted() -> None:
    table = only('CREATE TABLE IF NOT EXISTS Org_1."Campaign" (ID int, "orgId" text)')
    assert (table.schema, table.name) == ("org_1", "Campaign")
    assert [c.name for c in table.columns] == ["id", "orgId"]


def test_types_leave_out_constraints() -> None:
    assert column("a numeric(10, 2) NOT NULL DEFAULT 0").type == "numeric(10, 2)"
    assert column("a timestamp with time zone DEFAULT now()").type == "timestamp with time zone"
    assert column("a text[] DEFAULT '{}'").type == "text[]"
    assert column('a character varying(36) COLLATE "C"').type == "character varying(36)"


def test_constraints_of_a_column() -> None:
    assert column("a int NOT NULL").not_null
    assert not column("a int DEFAULT NULL").not_null
    assert column("a int UNIQUE").unique
    assert column("a serial PRIMARY KEY") == CreatedColumn("a", "serial", not_null=True, primary=True)
    assert not column("a int CHECK (a IS NOT NULL)").not_null


def test_references_of_a_column() -> None:
    found = column("org_id uuid REFERENCES public.org (id) ON DELETE CASCADE")
    assert (found.references_schema, found.references_table, found.references_column) == ("public", "org", "id")
    assert column("org_id uuid REFERENCES org").references_column == ""


def test_keys_of_a_table() -> None:
    table = only("""CREATE TABLE t (a int, b int, c int,
        CONSTRAINT t_pkey PRIMARY KEY (a, b), UNIQUE (b, c), CONSTRAINT u UNIQUE NULLS NOT DISTINCT (c),
        CHECK (a > 0), EXCLUDE USING gist (a WITH =),
        CONSTRAINT f FOREIGN KEY (b, c) REFERENCES s.other (x, y) ON UPDATE CASCADE, FOREIGN KEY (a) REFERENCES org)""")
    assert table.primary_key == ("a", "b")
    assert table.uniques == (("b", "c"), ("c",))
    assert table.foreign_keys == (
        CreatedForeignKey(("b", "c"), "other", "s", ("x", "y")),
        CreatedForeignKey(("a",), "org"),
    )
    a, b, c = table.columns
    assert a.references_table == "org"
    assert not b.references_table
    assert (a.unique, b.unique, c.unique) == (False, False, True)


def test_a_key_of_one_column_is_noted_on_the_column() -> None:
    (found,) = only("CREATE TABLE t (id int, PRIMARY KEY (id))").columns
    assert found.primary
    assert found.not_null


def test_columns_may_be_named_as_keywords() -> None:
    table = only('CREATE TABLE t (key text, "primary" int, index int, comment text)')
    assert [c.name for c in table.columns] == ["key", "primary", "index", "comment"]


def test_indexes_of_mysql_are_no_columns() -> None:
    table = only(
        "CREATE TABLE `t` (`a` int AUTO_INCREMENT, KEY `i` (`a`), UNIQUE KEY `u` (`a`, `b`), PRIMARY KEY (`a`))"
    )
    assert [c.name for c in table.columns] == ["a"]
    assert table.uniques == (("a", "b"),)


def test_alter_table_adds_to_the_table() -> None:
    table = only("""CREATE TABLE a (id int);
        ALTER TABLE a ADD COLUMN IF NOT EXISTS org_id uuid NOT NULL, ADD x int;
        ALTER TABLE ONLY a ADD CONSTRAINT k PRIMARY KEY (id);
        ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (org_id) REFERENCES org (id), ADD CONSTRAINT u UNIQUE (org_id, x)""")
    assert [c.name for c in table.columns] == ["id", "org_id", "x"]
    assert table.primary_key == ("id",)
    assert table.columns[1] == CreatedColumn(
        "org_id", "uuid", not_null=True, references_table="org", references_column="id"
    )
    assert table.uniques == (("org_id", "x"),)
    assert not table.altered


def test_a_table_that_is_only_altered_says_so() -> None:
    table = only("ALTER TABLE s.a ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES b")
    assert table.altered
    assert table.foreign_keys == (CreatedForeignKey(("x",), "b"),)


def test_other_alterations_add_nothing() -> None:
    assert tables_of_ddl("ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a ALTER COLUMN b SET NOT NULL") == ()


def test_unique_indexes_are_keys() -> None:
    table = only("""CREATE TABLE a (x int, y int);
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a USING btree (x, y DESC);
        CREATE UNIQUE INDEX j ON a (lower(x)); CREATE UNIQUE INDEX k ON a (x) WHERE y > 0; CREATE INDEX l ON a (y)""")
    assert table.uniques == (("x", "y"),)


def test_copied_columns_are_named_by_their_table() -> None:
    assert only("CREATE TABLE org_1.a (LIKE public.a INCLUDING ALL)").like == "public.a"
    assert only("CREATE TABLE a (x int) INHERITS (base)").like == "base"
    assert only("CREATE TABLE a_1 PARTITION OF s.a FOR VALUES IN (1)").like == "s.a"


def test_a_second_creation_is_left_out() -> None:
    assert [c.name for c in only("CREATE TABLE a (x int); CREATE TABLE IF NOT EXISTS a (y int)").columns] == ["x"]


def test_names_may_hold_holes() -> None:
    tables = tables_of_ddl(
        'CREATE TABLE "⟦0⟧".a (x int); CREATE TABLE ${schema}.b (x int); CREATE TABLE {{ s }}.c (x int)'
    )
    assert [(t.schema, t.name) for t in tables] == [("⟦0⟧", "a"), ("⟦0⟧", "b"), ("⟦0⟧", "c")]


FUNCTION = """
CREATE OR REPLACE FUNCTION make(s text) RETURNS void AS $body$
DECLARE statement text;
BEGIN
  CREATE TABLE IF NOT EXISTS log (id serial PRIMARY KEY);
  IF s <> '' THEN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I."Campaign" (
      id text PRIMARY KEY, "orgId" text NOT NULL, s text DEFAULT ''x'')', s);
  END IF;
  EXECUTE format('ALTER TABLE %1$I."Campaign"
    ADD CONSTRAINT f FOREIGN KEY ("orgId") REFERENCES public."Organization" (id)', s);
  statement := 'CREATE TABLE ' || quote_ident(s) || '.advertiser (' || 'id int, '
    || 'org int REFERENCES ' || s || '.org (id))';
  EXECUTE statement;
  EXECUTE format($q$ CREATE UNIQUE INDEX ON %I.advertiser (id, org) $q$, s);
END
$body$ LANGUAGE plpgsql;
"""


def test_functions_create_tables() -> None:
    log, campaign, advertiser = tables_of_ddl(FUNCTION)
    assert (log.schema, log.name, log.primary_key) == ("", "log", ("id",))
    assert (campaign.schema, campaign.name) == ("⟦0⟧", "Campaign")
    assert [c.name for c in campaign.columns] == ["id", "orgId", "s"]
    assert campaign.foreign_keys == (CreatedForeignKey(("orgId",), "Organization", "public", ("id",)),)
    assert (advertiser.schema, advertiser.name) == ("⟦0⟧", "advertiser")
    assert advertiser.columns[1].references_schema == "⟦0⟧"
    assert advertiser.uniques == (("id", "org"),)


def test_texts_without_ddl_have_no_tables() -> None:
    assert tables_of_ddl("SELECT * FROM a; INSERT INTO b VALUES ('create a table')") == ()


def test_a_broken_statement_ends_with_itself() -> None:
    tables = tables_of_ddl("CREATE TABLE a (x int; CREATE TABLE (; CREATE TABLE b (y int)")
    assert [t.name for t in tables] == ["a", "b"]
