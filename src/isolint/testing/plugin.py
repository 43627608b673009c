"""The pytest plugin: its settings and fixtures. Nothing is imported or started before a fixture is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from isolint.schema.model import Schema
    from isolint.testing.tenant import LiveTenant
    from isolint.testing.world import World

    class TenantFactory(Protocol):
        """Makes tenants that are dropped after the test."""

        def __call__(self, slug: str = "") -> LiveTenant:
            """A new tenant; without a slug it gets one of its own."""


SETTINGS = {
    "isolint_reference": "what a tenant is to look like: a schema reference  [default: tenants.reference]",
    "isolint_database_url": "server to make a database on  [default: ISOLINT_TEST_DATABASE_URL, else one is started]",
    "isolint_tenant_keys": "columns that tell whose a row is, when all tenants share their tables",
    "isolint_session": "statement that a tenant's connection starts with; may use %(org_id)s, %(slug)s, %(schema)s",
    "isolint_role": "role that statements of a tenant run as",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of `[pytest]`, or `[tool.pytest.ini_options]`."""
    for name, text in SETTINGS.items():
        parser.addini(name, text, default="")
    parser.addini(
        "isolint_setup", "files of SQL to run first: shared tables, roles, extensions", type="paths", default=[]
    )


@pytest.fixture(scope="session")
def isolint_world(pytestconfig: pytest.Config) -> Iterator[World]:
    """The database of the tests, made for this session and dropped after it."""
    from isolint.testing.settings import plan_of
    from isolint.testing.world import opened

    with opened(str(pytestconfig.getini("isolint_database_url")), plan_of(pytestconfig)) as world:
        yield world


@pytest.fixture(scope="session")
def reference_schema(pytestconfig: pytest.Config) -> Schema:
    """What every tenant is to look like. Override it to take it from somewhere else."""
    from isolint.testing.settings import reference_of

    return reference_of(pytestconfig)


@pytest.fixture
def tenant_factory(isolint_world: World, request: pytest.FixtureRequest) -> Iterator[TenantFactory]:
    """Makes tenants with the tables of `reference_schema`, and drops them after the test."""
    from isolint.testing.making import Maker

    maker = Maker(isolint_world, lambda: request.getfixturevalue("reference_schema"))
    try:
        yield maker
    finally:
        maker.close()


@pytest.fixture
def two_tenants(tenant_factory: TenantFactory) -> tuple[LiveTenant, LiveTenant]:
    """Two tenants that are alike."""
    return tenant_factory(), tenant_factory()
