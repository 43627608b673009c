"""SQL: from statement texts with holes to `SqlFacts`, from DDL to the tables that it creates.

`looks_like_sql` is cheap enough for every string of a program; the others import their modules on first use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from isolint.frontends.sql.detect import looks_like_sql

if TYPE_CHECKING:
    from isolint.model.sql import CreatedTable, SqlFacts

__all__ = ["looks_like_sql", "read", "tables_of_ddl"]


@lru_cache(maxsize=4096)
def read(text: str) -> SqlFacts:
    """The facts of SQL text whose holes are written `⟦n⟧`; never raises, what cannot be parsed is its `problem`."""
    from isolint.frontends.sql.reader import facts_of

    return facts_of(text)


def tables_of_ddl(text: str) -> tuple[CreatedTable, ...]:
    """The tables that DDL text creates or alters, also from inside plpgsql bodies; never raises."""
    from isolint.frontends.sql.create import created_tables

    return created_tables(text)
