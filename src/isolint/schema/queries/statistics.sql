-- Extended statistics, with their targets.
SELECT
    s.stxrelid::bigint AS relation,
    s.stxname AS name,
    pg_get_statisticsobjdef(s.oid) AS definition,
    format('CREATE STATISTICS %%I.%%I', n.nspname, s.stxname) AS prefix,
    nullif(coalesce((to_jsonb(s) ->> 'stxstattarget')::int, -1), -1) AS target,
    obj_description(s.oid, 'pg_statistic_ext') AS comment
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE n.nspname = ANY(%(schemas)s)
  AND s.stxrelid <> ALL(%(skip)s)
ORDER BY s.stxrelid, s.stxname;
