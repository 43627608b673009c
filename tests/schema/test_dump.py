"""After a dump and a restore, on the same server and on the other one, a schema is what it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.throwaway.binaries import find
from isolint.schema.throwaway.server import Server, start

if TYPE_CHECKING:
    from conftest import Database

Said = Callable[[Comparison], list[tuple[str, str, str, str]]]


def dumped(database: Database) -> str:
    program = database.server.binaries.folder / "pg_dump"
    if not program.exists():
        pytest.skip("no pg_dump beside this server")
    words = [program, "-h", str(database.server.folder), "-U", "isolint_admin", database.name]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_restored_schema_is_the_same(
    database: Database, rich: Callable[[str], str], open_database: Callable[[Server, str], Database]
) -> None:
    database.run(rich("org_alpha"))
    dump = dumped(database)
    with database.server.database() as name:
        copy = open_database(database.server, name)
        copy.script(dump)
        one, other = database.read("org_alpha")[0], copy.read("org_alpha")[0]
    assert one == other


@pytest.mark.skipif(len(find()) < 2, reason="one server only")
def test_the_same_statements_make_the_same_schema_on_all_versions(
    said: Said, rich: Callable[[str], str], open_database: Callable[[Server, str], Database]
) -> None:
    found = []
    for binaries in find():
        server = start(binaries)
        try:
            with server.database() as name:
                database = open_database(server, name)
                database.run(rich("org_alpha"))
                found.append(database.read("org_alpha")[0])
        finally:
            server.close()
    for other in found[1:]:
        assert said(compare(found[0], other)) == []
        assert found[0] == other
