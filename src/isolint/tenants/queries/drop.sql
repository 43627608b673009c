-- The tables of one schema, those that must go first in front, with the objects that go with each: every one of them takes
-- an entry in the server's lock table until the transaction ends. `needs` counts them; the depth is that of partitions.
WITH RECURSIVE mine AS (
    SELECT c.oid, c.relname AS name, c.relkind AS kind
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
), depth AS (
    SELECT m.oid, 0 AS depth FROM mine m
    UNION ALL
    SELECT i.inhrelid, d.depth + 1 FROM depth d JOIN pg_inherits i ON i.inhparent = d.oid
), goes AS (
    SELECT m.oid AS root, 'pg_class'::regclass::oid AS classid, m.oid AS objid FROM mine m
    UNION
    SELECT g.root, d.classid, d.objid
    FROM goes g
    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid AND d.deptype <> 'e'
)
SELECT m.name, m.kind::text AS kind, (SELECT count(*) FROM goes g WHERE g.root = m.oid) AS needs,
    (SELECT max(d.depth) FROM depth d WHERE d.oid = m.oid) AS depth
FROM mine m
ORDER BY (m.kind IN ('v', 'm')) DESC, depth DESC, m.name;
