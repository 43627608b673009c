-- What a role, by default the one that asks, may do in each schema: whether it sees it at all, and which of its tables
-- it sees whole although they have row-level security.
SELECT
    n.nspname AS schema,
    r.rolname AS name,
    r.rolsuper OR r.rolbypassrls AS bypasses,
    has_schema_privilege(r.oid, n.oid, 'USAGE') AS usable,
    ARRAY(
        SELECT c.relname::text
        FROM pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT c.relforcerowsecurity
            AND pg_has_role(r.oid, c.relowner, 'USAGE')
        ORDER BY 1
    ) AS owned
FROM pg_namespace n
JOIN pg_roles r ON r.rolname = coalesce(%(role)s::name, current_user)
WHERE n.nspname = ANY(%(schemas)s)
ORDER BY 1;
