-- Functions, procedures and aggregates.
SELECT
    n.nspname AS schema,
    p.oid::bigint AS oid,
    p.proname AS name,
    p.prokind::text AS kind,
    format('%%I(%%s)', p.proname, (
        SELECT coalesce(string_agg(format_type(u.type, NULL), ', ' ORDER BY u.n), '')
        FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (type, n)
    )) AS signature,
    pg_get_function_arguments(p.oid) AS arguments,
    pg_get_function_result(p.oid) AS returns,
    CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END AS definition,
    l.lanname AS language,
    p.provolatile::text AS volatility,
    p.proparallel::text AS parallel,
    p.proisstrict AS strict,
    p.prosecdef AS security_definer,
    p.proleakproof AS leakproof,
    coalesce(p.proconfig, '{}') AS settings,
    p.prosrc AS body,
    g.aggtransfn::regproc::text AS transition,
    g.aggtranstype::regtype::text AS state,
    nullif(g.aggfinalfn::oid, 0)::regproc::text AS final,
    g.agginitval AS initial,
    pg_get_userbyid(p.proowner) AS owner,
    obj_description(p.oid, 'pg_proc') AS comment
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE n.nspname = ANY(%(schemas)s)
  AND p.oid <> ALL(%(skip)s)
  AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
  )
ORDER BY 1, 3, 5;
