-- What needs what among the objects of the schemas: relations (with the column that is needed), types, functions.
-- It starts from the objects, so that it costs nothing for the other schemas of the database.
WITH object AS MATERIALIZED (
    SELECT 'pg_class'::regclass AS class, c.oid, n.nspname AS schema,
        CASE c.relkind WHEN 'c' THEN 'type' ELSE 'relation' END AS kind, c.relname::text AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c')
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, n.nspname,
        CASE WHEN c.relkind IS NULL OR c.relkind = 'c' THEN 'type' ELSE 'relation' END,
        coalesce(c.relname, e.typname, t.typname)::text
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    LEFT JOIN pg_class c ON c.oid = coalesce(nullif(t.typrelid, 0), e.typrelid)
    WHERE n.nspname = ANY(%(schemas)s)
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, n.nspname, 'function', format('%%I(%%s)', p.proname, (
            SELECT coalesce(string_agg(format_type(u.type, NULL), ', ' ORDER BY u.n), '')
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (type, n)
        ))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY(%(schemas)s)
), edge AS MATERIALIZED (
    SELECT
        CASE
            WHEN d.classid = 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
            WHEN d.classid = 'pg_attrdef'::regclass THEN (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid)
            WHEN d.classid = 'pg_constraint'::regclass
                THEN (SELECT CASE WHEN contype = 'f' THEN 0 WHEN conrelid <> 0 THEN conrelid ELSE contypid END
                      FROM pg_constraint WHERE oid = d.objid)
            WHEN d.classid = 'pg_class'::regclass
                THEN coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = d.objid), d.objid)
            ELSE d.objid
        END AS dependent,
        b.oid AS needed, b.schema, b.kind, b.name,
        CASE WHEN d.refclassid = 'pg_class'::regclass THEN d.refobjsubid ELSE 0 END AS needed_column
    FROM object b
    JOIN pg_depend d ON d.refclassid = b.class AND d.refobjid = b.oid
    WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass,
                        'pg_proc'::regclass, 'pg_type'::regclass)
      AND d.objid >= 16384
      AND d.deptype IN ('n', 'a')
      AND NOT EXISTS (SELECT FROM pg_sequence q WHERE q.seqrelid = d.objid AND d.classid = 'pg_class'::regclass)
)
SELECT DISTINCT a.schema, a.kind AS kind, a.name AS name, e.kind AS needed_kind, e.name AS needed_name,
    coalesce(t.attname, '') AS needed_column
FROM edge e
JOIN object a ON a.oid = e.dependent AND a.schema = e.schema
LEFT JOIN pg_attribute t ON t.attrelid = e.needed AND t.attnum = e.needed_column AND e.needed_column > 0
WHERE (a.kind, a.name) <> (e.kind, e.name)
ORDER BY 1, 2, 3, 4, 5, 6;
