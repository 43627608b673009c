-- One text for each schema: equal texts mean equal tables, views, types and functions, whatever the schemas are called.
-- Names of indexes and constraints, owners, privileges, comments and settings of statistics do not count.
-- It is the sum of what each relation, sequence, type and function looks like, so that what a migration changes can be
-- added and subtracted. Lines that end in `-- named` are left out unless only things of some names are asked for.
WITH relation AS (
    SELECT c.oid, c.relname AS name, n.nspname AS schema, quote_ident(n.nspname) || '.' AS own,
        concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
            c.relreplident,
            CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
            CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS text
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm')
        AND c.relname = ANY(%(names)s::name[]) -- named
), part AS (
    SELECT r.schema, r.name, true AS counts, r.own, r.text FROM relation r
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, a.attidentity, a.attgenerated, a.attstorage, a.attoptions, pg_get_expr(d.adbin, d.adrelid), nullif(a.attcollation, t.typcollation))
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', 'constraint', k.contype, pg_get_constraintdef(k.oid))
    FROM relation r
    JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype NOT IN ('n', 't')
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', 'index', x.indisunique, x.indisvalid, substr(
        pg_get_indexdef(x.indexrelid),
        length(format('CREATE %%sINDEX %%I ON ', CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, i.relname)) + 1))
    FROM relation r
    JOIN pg_index x ON x.indrelid = r.oid
    JOIN pg_class i ON i.oid = x.indexrelid
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', g.tgenabled, pg_get_triggerdef(g.oid))
    FROM relation r
    JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', 'policy', p.polname, p.polcmd, p.polpermissive,
        ARRAY(SELECT pg_get_userbyid(o) FROM unnest(p.polroles) o ORDER BY 1),
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM relation r
    JOIN pg_policy p ON p.polrelid = r.oid
    UNION ALL
    SELECT r.schema, r.name, true, r.own, concat_ws(' ', 'rule', u.ev_enabled, pg_get_ruledef(u.oid))
    FROM relation r
    JOIN pg_rewrite u ON u.ev_class = r.oid AND u.rulename <> '_RETURN'
    UNION ALL
    SELECT r.schema, r.name, true, r.own, substr(pg_get_statisticsobjdef(s.oid), length(format('%%I.%%I', r.schema, s.stxname)) + 19)
    FROM relation r
    JOIN pg_statistic_ext s ON s.stxrelid = r.oid
    UNION ALL
    SELECT n.nspname, 'sequence ' || c.relname, false, quote_ident(n.nspname) || '.', concat_ws(' ', 'sequence', c.relname, q.seqtypid, q.seqstart,
        q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle)
    FROM pg_sequence q
    JOIN ( -- named
        SELECT s.oid FROM pg_class s JOIN pg_namespace m ON m.oid = s.relnamespace -- named
        WHERE m.nspname = ANY(%(schemas)s) AND s.relname = ANY(%(names)s::name[]) AND s.relkind = 'S' -- named
        UNION SELECT d.objid FROM relation r JOIN pg_depend d ON d.refobjid = r.oid -- named
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.classid = 'pg_class'::regclass -- named
    ) chosen ON chosen.oid = q.seqrelid -- named
    JOIN pg_class c ON c.oid = q.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s)
    UNION ALL
    SELECT n.nspname, 'type ' || t.typname, false, quote_ident(n.nspname) || '.', concat_ws(' ', 'type', t.typname, t.typtype, t.typnotnull,
        format_type(t.typbasetype, t.typtypmod), t.typdefault,
        ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
        ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid ORDER BY 1))
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND t.typtype IN ('e', 'd')
        AND t.typname = ANY(%(names)s::name[]) -- named
    UNION ALL
    SELECT n.nspname, 'function ' || f.proname, false, quote_ident(n.nspname) || '.', pg_get_functiondef(f.oid)
    FROM pg_proc f
    JOIN pg_namespace n ON n.oid = f.pronamespace
    WHERE n.nspname = ANY(%(schemas)s) AND f.prokind IN ('f', 'p')
        AND f.proname = ANY(%(names)s::name[]) -- named
), one AS (
    SELECT schema, name, counts,
        md5(name || ' ' || string_agg(md5(replace(text, own, '')), '' ORDER BY md5(replace(text, own, '')))) AS print
    FROM part
    GROUP BY schema, name, counts
)
SELECT n.nspname AS schema, count(*) FILTER (WHERE o.counts) AS relations,
    mod(coalesce(sum(('x' || substr(o.print, 1, 15))::bit(60)::bigint), 0), 2::numeric ^ 60)::bigint AS high,
    mod(coalesce(sum(('x' || substr(o.print, 16, 15))::bit(60)::bigint), 0), 2::numeric ^ 60)::bigint AS low
FROM pg_namespace n
LEFT JOIN one o ON o.schema = n.nspname
WHERE n.nspname = ANY(%(schemas)s)
GROUP BY n.nspname
ORDER BY n.nspname;
