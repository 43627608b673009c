"""What counts as SQL by its first words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from isolint.frontends.sql import looks_like_sql

SQL = """
SELECT * FROM campaign
select id, name from campaign where org_id = %s
select c.id from campaign c, advertiser as a
SELECT a.name FROM "Advertiser" a LEFT JOIN b ON true
SELECT DISTINCT status FROM campaign
SELECT count(*) AS n FROM org_⟦0⟧.campaign
SELECT ⟦0⟧ FROM campaign
SELECT 1
select now()
SELECT set_config('search_path', $1, true)
SELECT EXISTS (SELECT 1 FROM a)
Select * from campaign
(SELECT id FROM a) UNION (SELECT id FROM b)
-- note
/* more */ SELECT id FROM a
⟦0⟧ SELECT id FROM a
INSERT INTO campaign (id) VALUES (1)
insert into "Campaign" values (1)
INSERT INTO campaign SELECT * FROM old
INSERT INTO {table} ({columns}) VALUES {rows}
insert or ignore into t (a) values (1)
REPLACE INTO t (a) VALUES (1)
UPDATE campaign SET name = 'x'
update campaign c set name = 'x'
UPDATE "Notification" SET read = true
UPDATE rule SET resolve_on = 'all'
UPDATE ⟦0⟧ SET ⟦1⟧ WHERE id = $1
UPDATE a JOIN b ON a.x = b.x SET a.y = 1
DELETE FROM campaign
DELETE FROM campaign WHERE id = 1
delete from campaign c using b where c.id = b.id
WITH x AS (SELECT 1) SELECT * FROM x
with recursive t(a, b) as (select 1, 2) select * from t
MERGE INTO t USING s ON t.id = s.id
CREATE TABLE IF NOT EXISTS a.b (id int)
create unique index concurrently i on t (a)
CREATE OR REPLACE FUNCTION f() RETURNS int
CREATE SCHEMA ⟦0⟧
create schema if not exists org_⟦0⟧
CREATE POLICY p ON campaign
CREATE ROLE app
CREATE VIEW v AS SELECT 1
ALTER TABLE campaign ADD COLUMN a int
ALTER TABLE ⟦0⟧ ENABLE ROW LEVEL SECURITY
ALTER ROLE app SET search_path = x
DROP TABLE IF EXISTS campaign
DROP SCHEMA "⟦0⟧" CASCADE
DROP TABLE campaign
drop table campaign;
TRUNCATE campaign CASCADE
truncate table campaign
SET search_path TO ⟦0⟧
set local search_path = a, public
SET LOCAL app.tenant_id = '1'
SET ROLE app
SET app.tenant = 'x'
SET statement_timeout = 5000
SET LOCAL TIME ZONE 'UTC'
RESET search_path
RESET ALL
BEGIN
BEGIN; SELECT 1
START TRANSACTION
ROLLBACK TO SAVEPOINT s
COMMIT;
CALL refresh(1)
EXPLAIN ANALYZE SELECT * FROM a
COPY t (a) FROM STDIN
COPY (SELECT 1) TO STDOUT
DO $$ BEGIN END $$
GRANT SELECT ON t TO app
REVOKE ALL ON SCHEMA public FROM app
VALUES (1, 2)
LOCK TABLE t
REFRESH MATERIALIZED VIEW v
COMMENT ON TABLE t IS 'x'
LISTEN events
VACUUM ANALYZE
PRAGMA foreign_keys
"""

PROSE = """
Select a file
Select a file from the list
Select Tag(s)
Select attribute(s) to group by
select a value from the list
select one of the options below
Select an organization
SELECT failed
Please select an item
selected
selection from list
update failed
Update the user's settings
Update user profile and set a password
update set of rules
UPDATE ⟦0⟧
Insert into the table
insert coin
INSERT LOREM IPSUM
Delete from cart
delete the file
DELETE /api/users/:id
Delete a customer by external ID
with highlight
With great power
WITH vec AS
merge into main branch
MERGE conflict
Create table
Create a user
create user failed
create index
Alter the plan
alter user profile
Drop table here
drop files
DROP-IN replacement
truncate
truncate text-sm font-medium
truncate ⟦0⟧
Set name to value
set the alarm
Set Customer.search_vector to NULL in batches
SET #status = :status
reset@example.com
Reset password
begin
Begin async_chat
BEGIN_WORKFLOW
BEGIN:VCALENDAR
commit
Commit message
call me
Call search() and return
CALL-SITE
start here
Copy to clipboard
copy the file from here to there
do not use this
Grant access to all
grant role_name: ⟦0⟧, resource: ⟦1⟧
comment on this
Lock the door
listen to events
values
table
⟦0⟧
x

"""


@pytest.mark.parametrize("text", SQL.strip().split("\n"))
def test_statements_are_sql(text: str) -> None:
    assert looks_like_sql(text) or text == "-- note"


@pytest.mark.parametrize("text", PROSE.split("\n"))
def test_prose_is_not_sql(text: str) -> None:
    assert not looks_like_sql(text)


def test_white_space_and_comments_may_come_first() -> None:
    assert looks_like_sql("\n  -- all\n  /* of\n them */ ( SELECT id\n FROM a )")


def test_looking_does_not_import_the_parser() -> None:
    code = (
        "import sys; from isolint.frontends.sql import looks_like_sql; looks_like_sql('SELECT 1 FROM a');"
        "sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
