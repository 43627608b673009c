-- The schemas asked for that exist, and the server's version.
SELECT n.nspname AS schema, current_setting('server_version_num')::int AS version
FROM pg_namespace n
WHERE n.nspname = ANY(%(schemas)s);
