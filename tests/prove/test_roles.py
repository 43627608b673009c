"""What the place of a file says of how its functions are reached."""

from __future__ import annotations

import pytest

from isolint.model.access import Role
from isolint.prove.roles import path_role


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("server/migrations/0001_initial.py", Role.MIGRATION),
        ("server/revisions/versions/2024_add_type.py", Role.MIGRATION),
        ("src/migrations/0001-init.ts", Role.MIGRATION),
        ("tests/test_orders.py", Role.TEST),
        ("src/orders.spec.ts", Role.TEST),
    ],
)
def test_folders_of_tests_and_migrations_give_their_role(path: str, role: Role) -> None:
    assert path_role(path) is role


@pytest.mark.parametrize(
    "path",
    [
        "src/app/projects/[id]/versions/[version]/page.tsx",
        "src/app/projects/[id]/versions/[version]/actions.ts",
        "src/modules/versions/service.ts",
        "src/app/api/migrations/route.ts",
        "src/app/api/test/route.ts",
        "src/bus/commands/pay.ts",
    ],
)
def test_segments_of_routes_and_words_of_the_product_give_none(path: str) -> None:
    assert path_role(path) is None
