-- Constraints of tables and domains. NOT NULL is a column's property on every version; clones that a partitioned
-- foreign key makes follow from it.
SELECT
    k.conrelid::bigint AS relation,
    k.contypid::bigint AS domain,
    k.conname AS name,
    k.contype::text AS type,
    pg_get_constraintdef(k.oid) AS definition,
    ARRAY(
        SELECT a.attname
        FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
        ORDER BY u.n
    ) AS columns,
    coalesce(i.reloptions, '{}') AS options,
    coalesce(x.indisvalid, true) AS valid,
    coalesce(x.indisclustered, false) AS clustered,
    k.coninhcount > 0 AND NOT k.conislocal AS inherited,
    obj_description(k.oid, 'pg_constraint') AS comment
FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace
LEFT JOIN pg_class i ON i.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_index x ON x.indexrelid = i.oid
WHERE n.nspname = ANY(%(schemas)s)
  AND k.contype IN ('p', 'f', 'u', 'c', 'x')
  AND k.conparentid = 0
  AND k.conrelid <> ALL(%(skip)s)
ORDER BY k.conrelid, k.contypid, k.conname;
