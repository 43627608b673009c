-- Enums, domains, composite types and ranges.
SELECT
    n.nspname AS schema,
    t.oid::bigint AS oid,
    t.typrelid::bigint AS relation,
    t.typname AS name,
    t.typtype::text AS type,
    ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
    t.typnotnull AS not_null,
    t.typdefault AS default,
    CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN format('%%I.%%I', ln.nspname, l.collname) END
        AS collation,
    format_type(r.rngsubtype, NULL) AS subtype,
    r.rngsubdiff::regproc::text AS subdiff,
    CASE WHEN r.rngcollation <> 0 THEN (
        SELECT format('%%I.%%I', rn.nspname, rl.collname)
        FROM pg_collation rl JOIN pg_namespace rn ON rn.oid = rl.collnamespace WHERE rl.oid = r.rngcollation
    ) END AS range_collation,
    pg_get_userbyid(t.typowner) AS owner,
    obj_description(t.oid, 'pg_type') AS comment
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation l ON l.oid = t.typcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
WHERE n.nspname = ANY(%(schemas)s)
  AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
  )
ORDER BY 1, 4;
