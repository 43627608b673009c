-- The ledger: what was done to which tenant. It may run again, also over a ledger of an earlier version.
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
-- Steps of a migration: which part of which, the way back over it, what was there before a part that no transaction
-- holds, and when it was taken back.
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS migration text;
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS part int;
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS inverse jsonb;
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS picture jsonb;
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS undone timestamptz;
ALTER TABLE isolint.tenant_step ADD COLUMN IF NOT EXISTS undone_by text;
CREATE UNIQUE INDEX IF NOT EXISTS tenant_step_in_force ON isolint.tenant_step (schema, migration, part)
    WHERE undone IS NULL AND error IS NULL;
-- The names that the migration may change, the key up to which batches have come, the file's own way back, since when it is being
-- taken back, the version that it gives back, the schema it was.
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS names text[];
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS position text[];
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS back text[];
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS back_begun timestamptz;
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS version_before text;
ALTER TABLE isolint.tenant_migration ADD COLUMN IF NOT EXISTS oid oid;
