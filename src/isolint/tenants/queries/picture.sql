-- What the named relations, types and functions of a schema consist of: one row for each thing that can be made, changed
-- and dropped by itself. `id` stays when a thing is renamed or changed; `parent` is what takes it along; `make` brings it
-- to its `definition`, and `gone` takes it away (empty: no statement does, or none without losing more than it).
-- `values` finds rows that show that dropping it would lose something: values other than a constant default.
WITH relation AS (
    SELECT c.oid, c.relname::text AS name, c.relkind AS kind, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced
    FROM pg_class c
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY(%(names)s::name[])
        AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND (c.relkind <> 'S' OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')))
), indexed AS (
    SELECT x.indexrelid AS oid FROM relation r JOIN pg_index x ON x.indrelid = r.oid
    UNION
    SELECT c.oid FROM pg_class c
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY(%(names)s::name[]) AND c.relkind IN ('i', 'I')
), attribute AS (
    SELECT a.*, r.name AS relation, format('%%s.%%s', r.oid, a.attnum) AS id, pg_get_expr(d.adbin, d.adrelid) AS expression,
        format_type(a.atttypid, a.atttypmod) AS type, format('ALTER TABLE %%I ALTER COLUMN %%I ', r.name, a.attname) AS alter
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE r.kind IN ('r', 'p')
)
SELECT 'table' AS kind, r.oid::text AS id, '' AS parent, r.name, r.name AS definition, '' AS make,
    format('DROP TABLE %%I', r.name) AS gone, format('SELECT FROM %%I', r.name) AS "values", r.name AS label
FROM relation r WHERE r.kind IN ('r', 'p')
UNION ALL
SELECT 'row security', r.oid || ' row security', r.oid::text, r.name, concat_ws(' ', r.secured, r.forced),
    format('ALTER TABLE %%I %%s ROW LEVEL SECURITY, %%s ROW LEVEL SECURITY', r.name,
        CASE WHEN r.secured THEN 'ENABLE' ELSE 'DISABLE' END, CASE WHEN r.forced THEN 'FORCE' ELSE 'NO FORCE' END),
    '', '', 'row level security of ' || r.name
FROM relation r WHERE r.kind IN ('r', 'p')
UNION ALL
SELECT 'view', r.oid::text, '', r.name, rtrim(pg_get_viewdef(r.oid), ';'),
    CASE WHEN r.kind = 'v' THEN format('CREATE OR REPLACE VIEW %%I AS %%s', r.name, rtrim(pg_get_viewdef(r.oid), ';')) ELSE '' END,
    format('DROP %%s %%I', CASE r.kind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, r.name), '', r.name
FROM relation r WHERE r.kind IN ('v', 'm')
UNION ALL
SELECT 'columns of view', r.oid || ' columns', r.oid::text, r.name,
    (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0), '', '', '', r.name
FROM relation r WHERE r.kind = 'v'
UNION ALL
SELECT 'sequence', r.oid::text, '', r.name, '', '', format('DROP SEQUENCE %%I', r.name),
    format('SELECT FROM %%I WHERE is_called', r.name), r.name
FROM relation r WHERE r.kind = 'S'
UNION ALL
SELECT 'column', a.id, a.attrelid::text, a.relation, a.attname, '',
    format('ALTER TABLE %%I DROP COLUMN %%I', a.relation, a.attname),
    CASE WHEN a.attgenerated = '' THEN format('SELECT FROM %%I WHERE %%I::text IS DISTINCT FROM (%%s)::%%s::text',
        a.relation, a.attname, CASE WHEN a.expression ~
        '^(\(?-?[0-9.]+\)?|true|false|''([^'']|'''')*''::[^()]*(\([0-9,]+\))?(\[\])*)(::[a-z ]+)?$' THEN a.expression ELSE 'NULL' END,
        a.type) ELSE '' END, a.relation || '.' || a.attname
FROM attribute a
UNION ALL
SELECT 'type', a.id || ' type', a.id, a.relation, a.type, format('%%sTYPE %%s USING %%I::%%s', a.alter, a.type, a.attname, a.type),
    '', '', a.relation || '.' || a.attname
FROM attribute a
UNION ALL
SELECT 'default', a.id || ' default', a.id, a.relation, a.expression, format('%%sSET DEFAULT %%s', a.alter, a.expression),
    a.alter || 'DROP DEFAULT', '', 'the default of ' || a.relation || '.' || a.attname
FROM attribute a WHERE a.expression IS NOT NULL AND a.attgenerated = ''
UNION ALL
SELECT 'not null', a.id || ' not null', a.id, a.relation, 'NOT NULL', a.alter || 'SET NOT NULL', a.alter || 'DROP NOT NULL', '',
    'NOT NULL of ' || a.relation || '.' || a.attname
FROM attribute a WHERE a.attnotnull AND a.attidentity = ''
UNION ALL
SELECT 'constraint', 'constraint ' || k.oid, r.oid::text, r.name, pg_get_constraintdef(k.oid),
    format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', r.name, k.conname, pg_get_constraintdef(k.oid)),
    format('ALTER TABLE %%I DROP CONSTRAINT %%I', r.name, k.conname), '', k.conname
FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.coninhcount = 0
UNION ALL
SELECT 'index', i.oid::text, x.indrelid::text, t.relname, pg_get_indexdef(i.oid), pg_get_indexdef(i.oid),
    format('DROP INDEX %%I', i.relname), '', i.relname
FROM indexed o
JOIN pg_index x ON x.indexrelid = o.oid
JOIN pg_class i ON i.oid = o.oid AND NOT i.relispartition
JOIN pg_class t ON t.oid = x.indrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid)
UNION ALL
SELECT 'trigger', 'trigger ' || g.oid, r.oid::text, r.name, g.tgenabled::text || ' ' || pg_get_triggerdef(g.oid),
    CASE WHEN g.tgenabled = 'O' THEN pg_get_triggerdef(g.oid) ELSE '' END, format('DROP TRIGGER %%I ON %%I', g.tgname, r.name), '', g.tgname
FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0
UNION ALL
SELECT 'policy', 'policy ' || p.oid, r.oid::text, r.name, concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
    '', format('DROP POLICY %%I ON %%I', p.polname, r.name), '', p.polname
FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT 'function', 'function ' || f.oid, '', f.proname, pg_get_functiondef(f.oid), pg_get_functiondef(f.oid),
    format('DROP %%s %%I(%%s)', CASE f.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, f.proname,
        pg_get_function_identity_arguments(f.oid)), '', f.proname
FROM pg_proc f
WHERE f.proname = ANY(%(names)s::name[]) AND f.pronamespace = %(schema)s::regnamespace AND f.prokind IN ('f', 'p')
UNION ALL
SELECT 'data type', 'type ' || t.oid, '', t.typname, '', '', format('DROP %%s %%I', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.typname), '', t.typname
FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typname = ANY(%(names)s::name[]) AND t.typnamespace = %(schema)s::regnamespace
    AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
