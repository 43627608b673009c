-- What other schemas have that needs something in this one, and would go with it.
WITH own AS (
    SELECT oid FROM pg_namespace WHERE nspname = %(schema)s
), mine AS (
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid FROM pg_class c JOIN own o ON o.oid = c.relnamespace
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN own o ON o.oid = t.typnamespace
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
)
SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS what,
    pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid) AS needs
FROM mine m
JOIN pg_depend d ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype = 'n'
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
LEFT JOIN pg_proc s ON d.classid = 'pg_proc'::regclass AND s.oid = d.objid
LEFT JOIN pg_class c ON c.oid = coalesce(
    k.conrelid, r.ev_class, g.tgrelid, f.adrelid, p.polrelid,
    CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END)
WHERE coalesce(c.relnamespace, s.pronamespace) <> (SELECT oid FROM own)
ORDER BY 1, 2
LIMIT 20;
