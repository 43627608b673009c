-- Collations and extensions, and the names of what is not compared (operators, text search, foreign tables).
SELECT n.nspname AS schema, 'collation' AS kind, l.collname AS name,
    (to_jsonb(l) || jsonb_build_object('owner_name', pg_get_userbyid(l.collowner),
        'comment', obj_description(l.oid, 'pg_collation')))::text AS detail
FROM pg_collation l
JOIN pg_namespace n ON n.oid = l.collnamespace
WHERE n.nspname = ANY(%(schemas)s)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_collation'::regclass AND d.objid = l.oid AND d.deptype = 'e'
  )
UNION ALL
SELECT n.nspname, 'extension', e.extname, e.extversion
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname = ANY(%(schemas)s)
UNION ALL
SELECT n.nspname, o.kind, o.name, NULL
FROM (
    SELECT 'operator' AS kind, oprname AS name, oprnamespace AS namespace, 'pg_operator'::regclass AS class, oid
    FROM pg_operator
    UNION ALL SELECT 'operator class', opcname, opcnamespace, 'pg_opclass'::regclass, oid FROM pg_opclass
    UNION ALL SELECT 'operator family', opfname, opfnamespace, 'pg_opfamily'::regclass, oid FROM pg_opfamily
    UNION ALL SELECT 'conversion', conname, connamespace, 'pg_conversion'::regclass, oid FROM pg_conversion
    UNION ALL SELECT 'text search configuration', cfgname, cfgnamespace, 'pg_ts_config'::regclass, oid FROM pg_ts_config
    UNION ALL SELECT 'text search dictionary', dictname, dictnamespace, 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
    UNION ALL SELECT 'foreign table', relname, relnamespace, 'pg_class'::regclass, oid FROM pg_class WHERE relkind = 'f'
) o
JOIN pg_namespace n ON n.oid = o.namespace
WHERE n.nspname = ANY(%(schemas)s)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3;
