-- Columns of tables and views, and attributes of composite types.
SELECT
    c.oid::bigint AS relation,
    a.attname AS name,
    a.attnum AS position,
    format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull OR EXISTS (
        SELECT FROM pg_constraint k
        WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND k.conkey = ARRAY[a.attnum]
    ) AS nullable,
    CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
    CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated,
    a.attgenerated = 'v' AS virtual,
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
    q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle, q.seqtypid::regtype::text AS seqtype,
    CASE WHEN a.attcollation <> t.typcollation THEN format('%%I.%%I', ln.nspname, l.collname) END AS collation,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
    nullif(to_jsonb(a) ->> 'attcompression', '') AS compression,
    coalesce(a.attstattarget, -1) AS statistics,
    coalesce(a.attoptions, '{}') AS options,
    a.attinhcount > 0 AND NOT a.attislocal AS inherited,
    col_description(c.oid, a.attnum) AS comment
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_depend o
    ON a.attidentity <> '' AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
    AND o.refobjsubid = a.attnum AND o.classid = 'pg_class'::regclass AND o.deptype = 'i'
LEFT JOIN pg_sequence q ON q.seqrelid = o.objid
WHERE n.nspname = ANY(%(schemas)s)
  AND c.relkind IN ('r', 'p', 'v', 'm', 'c')
  AND c.oid <> ALL(%(skip)s)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY c.oid, a.attnum;
