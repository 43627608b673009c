-- Relations that another session holds, or waits for, a lock on which catalog functions would wait behind, and what
-- cannot be printed without them: views, functions and policies that depend on them.
WITH RECURSIVE locked AS (
    SELECT l.relation AS oid
    FROM pg_locks l
    WHERE l.locktype = 'relation'
      AND l.mode IN ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.relation >= 16384
    UNION
    SELECT coalesce(r.ev_class, p.polrelid, d.objid)
    FROM locked b
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.oid
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
    WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass)
)
SELECT l.oid::bigint AS oid, n.nspname AS schema, c.relname AS name
FROM locked l
LEFT JOIN pg_class c ON c.oid = l.oid
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY 2, 3;
