-- The schemas asked for that exist, the server's version, and for an empty one which others hold tables.
SELECT n.nspname AS schema, current_setting('server_version_num')::int AS version,
    CASE WHEN NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid) THEN ARRAY(
        SELECT DISTINCT o.nspname::text
        FROM pg_class c
        JOIN pg_namespace o ON o.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND o.nspname !~ '^pg_' AND o.nspname <> 'information_schema'
        ORDER BY 1
    ) ELSE '{}' END AS elsewhere
FROM pg_namespace n
WHERE n.nspname = ANY(%(schemas)s);
