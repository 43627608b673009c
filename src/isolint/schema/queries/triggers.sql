-- Triggers, and rewrite rules other than those that make a view. Triggers of partitions follow from their parent's.
SELECT
    t.tgrelid::bigint AS relation,
    'trigger' AS kind,
    t.tgname AS name,
    pg_get_triggerdef(t.oid) AS definition,
    t.tgenabled::text AS enabled,
    obj_description(t.oid, 'pg_trigger') AS comment
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%(schemas)s)
  AND NOT t.tgisinternal
  AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
  AND c.oid <> ALL(%(skip)s)
UNION ALL
SELECT r.ev_class::bigint, 'rule', r.rulename, pg_get_ruledef(r.oid), r.ev_enabled::text,
    obj_description(r.oid, 'pg_rewrite')
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%(schemas)s)
  AND r.rulename <> '_RETURN'
  AND c.oid <> ALL(%(skip)s)
ORDER BY 1, 2, 3;
