-- What is wrong with one schema whatever it should look like. Nothing here waits for a lock. Internal triggers are those
-- of foreign keys: with one of them disabled the key is not kept, and nothing else tells.
WITH relation AS (
    SELECT c.oid, c.relname AS name, n.nspname AS schema
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
)
SELECT 'sequences' AS check, r.name AS table, a.attname AS name, qn.nspname AS elsewhere,
    CASE WHEN qn.nspname = r.schema THEN format('its sequence %%I is not owned by it', q.relname)
        ELSE format('takes its numbers from %%I.%%I, which is not of this tenant', qn.nspname, q.relname) END AS message
FROM relation r
JOIN pg_attrdef d ON d.adrelid = r.oid
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.adnum
JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass
JOIN pg_class q ON q.oid = u.refobjid AND q.relkind = 'S'
JOIN pg_namespace qn ON qn.oid = q.relnamespace
WHERE NOT EXISTS (
    SELECT FROM pg_depend o
    WHERE o.classid = 'pg_class'::regclass AND o.objid = q.oid AND o.refclassid = 'pg_class'::regclass
      AND o.refobjid = r.oid AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i')
)
UNION ALL
SELECT 'triggers', r.name, coalesce(k.conname, t.tgname), CASE WHEN t.tgisinternal THEN 'internal' ELSE '' END,
    CASE WHEN t.tgisinternal THEN 'is not kept: its triggers are disabled' ELSE 'is disabled' END
    || CASE t.tgenabled WHEN 'R' THEN ' except on a replica' ELSE '' END
FROM relation r
JOIN pg_trigger t ON t.tgrelid = r.oid AND t.tgenabled IN ('D', 'R')
LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint AND t.tgisinternal
UNION ALL
SELECT 'indexes', r.name, i.relname, '', 'is invalid: its building was cut off'
FROM relation r
JOIN pg_index x ON x.indrelid = r.oid AND NOT (x.indisvalid AND x.indisready AND x.indislive)
JOIN pg_class i ON i.oid = x.indexrelid AND i.relkind = 'i'
UNION ALL
SELECT 'constraints', r.name, k.conname, '',
    CASE WHEN to_jsonb(k) ->> 'conenforced' = 'false' THEN 'is not enforced'
        ELSE 'was never checked against the rows (NOT VALID)' END
FROM relation r
JOIN pg_constraint k ON k.conrelid = r.oid AND NOT k.convalidated
UNION ALL
SELECT 'grants', r.name, r.name, '', format('%%I may not read or write it', current_user)
FROM relation r
WHERE NOT has_table_privilege(r.oid, 'SELECT, INSERT, UPDATE, DELETE')
UNION ALL
SELECT 'grants', '', n.nspname, '', format('%%I may not use the schema', current_user)
FROM pg_namespace n
WHERE n.nspname = %(schema)s AND NOT has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1, 2, 3, 5;
