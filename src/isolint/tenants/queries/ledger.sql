-- The ledger: what was done to which tenant. It may run again.
CREATE SCHEMA IF NOT EXISTS isolint;
CREATE TABLE IF NOT EXISTS isolint.tenant_version (
    schema text PRIMARY KEY,
    slug text NOT NULL,
    version text NOT NULL,
    fingerprint text NOT NULL,
    changed timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS isolint.tenant_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema text NOT NULL,
    run uuid NOT NULL,
    step int NOT NULL,
    what text NOT NULL,
    checksum text NOT NULL,
    fingerprint_before text NOT NULL,
    fingerprint_after text,
    started timestamptz NOT NULL,
    finished timestamptz,
    by_role text NOT NULL DEFAULT session_user,
    error text,
    UNIQUE (schema, run, step)
);
CREATE TABLE IF NOT EXISTS isolint.tenant_migration (
    schema text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    batches int NOT NULL,
    done int NOT NULL DEFAULT 0,
    started timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished timestamptz,
    by_role text NOT NULL DEFAULT session_user,
    error text,
    PRIMARY KEY (schema, name)
);
