"""How imports in TypeScript find their files."""

from __future__ import annotations

import pytest

from isolint.link.modules import ModuleFinder
from isolint.model.manifest import Manifest

PATHS = (
    "apps/web/src/lib/db.ts",
    "apps/web/src/lib/index.ts",
    "apps/web/src/app/api/route.ts",
    "packages/db/src/index.ts",
    "packages/db/src/schema/users.ts",
    "packages/auth/client.tsx",
)
MANIFESTS = {
    "apps/web/tsconfig.json": Manifest(base=".", paths=(("@/*", ("./src/*",)), ("db", ("../../packages/db/src",)))),
    "packages/db/package.json": Manifest(
        name="@acme/db", exports=((".", "./dist/index.js"), ("./schema/*", "./dist/schema/*.js"))
    ),
    "packages/auth/package.json": Manifest(name="auth-kit"),
}


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ("../../lib/db", "apps/web/src/lib/db.ts"),
        ("../../lib/db.js", "apps/web/src/lib/db.ts"),
        ("../../lib", "apps/web/src/lib/index.ts"),
        ("@/lib/db", "apps/web/src/lib/db.ts"),
        ("db", "packages/db/src/index.ts"),
        ("@acme/db", "packages/db/src/index.ts"),
        ("@acme/db/schema/users", "packages/db/src/schema/users.ts"),
        ("auth-kit/client", "packages/auth/client.tsx"),
        ("src/lib/db", "apps/web/src/lib/db.ts"),
        ("zod", None),
        ("@acme/other", None),
    ],
)
def test_name_finds_its_file(module: str, found: str | None) -> None:
    finder = ModuleFinder(PATHS, MANIFESTS)
    assert finder.find("apps/web/src/app/api/route.ts", module) == found


def test_alias_without_a_compiler_configuration_means_the_source_folder() -> None:
    assert (
        ModuleFinder(("src/lib/db.ts", "src/app/route.ts"), {}).find("src/app/route.ts", "@/lib/db") == "src/lib/db.ts"
    )
