-- Whether the ledger is there, and whether this role may read it; names are looked up so that no right is needed.
SELECT count(*) = 2 AS made, coalesce(
    bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')), false) AS readable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'isolint' AND c.relname IN ('tenant_version', 'tenant_migration');
