-- What the ledger says of one schema: whether it has its version, and which migrations are half-way.
SELECT EXISTS (SELECT FROM isolint.tenant_version WHERE schema = %(schema)s) AS stamped,
    ARRAY(
        SELECT name FROM isolint.tenant_migration WHERE schema = %(schema)s AND finished IS NULL ORDER BY started
    ) AS unfinished;
