-- Indexes that back no constraint; those of partitions follow from their parent's.
SELECT
    x.indrelid::bigint AS relation,
    c.relname AS name,
    substr(
        d.definition,
        length(format('CREATE %%sINDEX %%I ON ', CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname)) + 1
    ) AS definition,
    format('%%I.%%I ', n.nspname, t.relname) AS target,
    x.indisunique AS unique,
    x.indisvalid AS valid,
    x.indisclustered AS clustered,
    obj_description(c.oid, 'pg_class') AS comment
FROM pg_index x
JOIN pg_class c ON c.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (SELECT pg_get_indexdef(x.indexrelid) AS definition) d
WHERE n.nspname = ANY(%(schemas)s)
  AND t.relkind IN ('r', 'p', 'm')
  AND x.indrelid <> ALL(%(skip)s)
  AND x.indexrelid <> ALL(%(skip)s)
  AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY x.indrelid, c.relname;
