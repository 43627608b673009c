"""Making tenants for one test, and leaving nothing of them behind."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from isolint.errors import TenantError
from isolint.schema.lexer import quote
from isolint.schema.model import Schema
from isolint.tenants.drop import drop
from isolint.tenants.naming import Naming, Tenant
from isolint.tenants.provision import Wanted, provision
from isolint.testing.planting import uproot
from isolint.testing.tenant import LiveTenant
from isolint.testing.values import NoValue, Values
from isolint.testing.world import World


@dataclass
class Maker:
    """Makes tenants in a world: a schema each, or an id each where all share their tables."""

    world: World
    reference: Callable[[], Schema]
    made: list[LiveTenant] = field(default_factory=list)

    def __call__(self, slug: str = "") -> LiveTenant:
        """A new tenant. Raises TenantError when it cannot be made."""
        slug = slug or f"t{uuid.uuid4().hex[:7]}"
        if any(tenant.slug == slug for tenant in self.made):
            raise TenantError(f"{slug!r}: this test has such a tenant already")
        plan = self.world.plan
        tenant = self._by_rows(slug) if plan.keys else self._by_schema(Naming(plan.pattern).tenant(slug))
        self.made.append(tenant)
        return tenant

    def _by_schema(self, tenant: Tenant) -> LiveTenant:
        org_id = str(uuid.uuid4())
        reference = self.reference()
        with self.world.connect() as connection:
            outcome = provision(connection, tenant, Wanted(reference, self.world.plan.seeds, org_id))
            if self.world.plan.role:
                self._allow(connection, tenant.schema)
        live = LiveTenant(tenant.slug, tenant.schema, org_id, self.world, reference=reference)
        if not outcome.created:
            raise TenantError(f"{tenant.schema}: is there already, and is no test's")
        return live

    def _allow(self, connection: Any, schema: str) -> None:
        """The rights that the role needs, when the reference does not grant them."""
        role, name = quote(self.world.plan.role), quote(schema)
        connection.execute(
            f"GRANT USAGE ON SCHEMA {name} TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA {name} TO {role}; "
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {name} TO {role}".encode()
        )

    def _by_rows(self, slug: str) -> LiveTenant:
        plan = self.world.plan
        schema = self.world.schemas(plan.shared)[plan.shared]
        column = next((c for table in schema.tables for c in table.columns if c.name in plan.keys), None)
        if column is None:
            raise TenantError(
                f"no table in {plan.shared} has a column {' or '.join(plan.keys)}: make them with isolint_setup"
            )
        try:
            org_id = Values(slug).of_type(column.type, "org", schema)
        except NoValue as error:
            raise TenantError(f"{column.name}: {error}") from None
        return LiveTenant(slug, plan.shared, org_id, self.world, plan.keys)

    def close(self) -> None:
        """Drop the tenants."""
        for tenant in self.made:
            with self.world.connect() as connection:
                if not tenant.keys:
                    drop(connection, Tenant(tenant.slug, tenant.schema))
                uproot(connection, tenant, shared=True)
        self.made.clear()
