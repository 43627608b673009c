-- Privileges of everyone but the owner, and what new objects start with. Without an ACL the built-in defaults hold.
WITH target AS (
    SELECT n.nspname AS schema, 'schema' AS kind, ''::text AS name, ''::text AS col, n.nspowner AS owner,
        coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl
    FROM pg_namespace n
    WHERE n.nspname = ANY(%(schemas)s)
    UNION ALL
    SELECT n.nspname, CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END,
        c.relname::text, '', c.relowner,
        coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i')
      )
    UNION ALL
    SELECT n.nspname, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END,
        c.relname::text, a.attname, c.relowner, a.attacl
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attacl IS NOT NULL
    UNION ALL
    SELECT n.nspname, 'function', format('%%I(%%s)', p.proname, (
            SELECT coalesce(string_agg(format_type(u.type, NULL), ', ' ORDER BY u.n), '')
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (type, n)
        )), '', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY(%(schemas)s)
      AND NOT EXISTS (
          SELECT FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
      )
    UNION ALL
    SELECT n.nspname, 'type', t.typname::text, '', t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE n.nspname = ANY(%(schemas)s)
      AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
      AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
      )
)
SELECT t.schema, t.kind, t.name, t.col AS column, '' AS role, x.privilege_type AS privilege, x.is_grantable AS grantable,
    CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS grantee
FROM target t
CROSS JOIN LATERAL aclexplode(t.acl) x
WHERE x.grantee <> t.owner
UNION ALL
SELECT n.nspname, 'default', d.defaclobjtype::text, '', quote_ident(pg_get_userbyid(d.defaclrole)), x.privilege_type,
    x.is_grantable, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
FROM pg_default_acl d
JOIN pg_namespace n ON n.oid = d.defaclnamespace
CROSS JOIN LATERAL aclexplode(d.defaclacl) x
WHERE n.nspname = ANY(%(schemas)s)
ORDER BY 1, 2, 3, 4, 5, 6, 8;
