"""Passwords wherever one may stand. Every byte that isolint writes is searched for them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hostile.given import ANY, SCAN, Input

SECRET = "s3cr3t-Pl4nted/€"
QUOTED = "s3cr3t-Pl4nted%2F%E2%82%AC"
SECRETS = (b"s3cr3t-Pl4nted",)
URL = f"postgresql://app:{QUOTED}@127.0.0.1:1/db"
ENVIRONMENT = {"DATABASE_URL": URL, "ISOLINT_TEST_DATABASE_URL": URL, "PGPASSWORD": SECRET}
CODE = f'''from sqlalchemy import create_engine, text
from app.models import Invoice
from app.routes import router

engine = create_engine("{URL}")


@router.get("/all")
def everything():
    return create_engine("{URL}").connect().execute(text("SELECT * FROM invoice"), {{"dsn": "{URL}"}}).all()


@router.get("/some")
def some(session):
    return session.execute(text("SELECT * FROM invoice WHERE FROM '{URL}'")).all()
'''
REFERENCES = (
    URL,
    URL.replace("postgresql", "postgres"),
    URL.replace("postgresql", "PostgreSQL"),
    URL.replace("postgresql", "postgresql+asyncpg"),
    URL.replace("postgresql", "mysql"),
    URL.replace("://", "//"),
    URL.replace("127.0.0.1:1", "[::1"),
    URL.replace("127.0.0.1:1", "127.0.0.1:x"),
    URL.replace("127.0.0.1", "no\u2026where"),
    f"{URL}?schema=a&sslmode=nonsense",
    f"{URL}?nonsense={QUOTED}",
    f"postgresql://127.0.0.1:1/db?user=app&password={QUOTED}",
    f"postgresql://app:other@127.0.0.1:1/db?password={QUOTED}",
    f"postgresql://127.0.0.1:1/db?sslpassword={QUOTED}",
    f"host=127.0.0.1 port=1 password={QUOTED} dbname=x",
    f"host=127.0.0.1 port=1 password='{SECRET}' dbname=x",
    f"models:{URL}",
    f"function:{URL}#f",
)
SETTINGS = (
    f"schema: {{reference: '{URL}'}}\n",
    f"tenants: {{reference: '{URL}', database: '{URL}'}}\n",
    f"tenants: {{database_url: '{URL}'}}\n",
    f"tenancy: {{strategy: '{URL}'}}\n",
    f"{URL}: 1\n",
)
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


def secrets(random: Random, number: int) -> Iterator[Input]:
    """All of them, whatever number is asked for: none takes long."""
    for reference in REFERENCES:
        yield Input(
            "schema diff", {"a.sql": b"CREATE TABLE t ();\n"}, ANY, ("schema", "diff", "a.sql?offline", reference)
        )
        yield Input("schema snapshot", {}, ANY, ("schema", "snapshot", reference))
        yield Input("tenants status", {}, ANY, ("tenants", "status", "--database", reference))
    for text in SETTINGS:
        for command in (SCAN, ("audit",), ("tenants", "status"), ("schema", "diff", "x", URL)):
            yield Input(f"isolint.yaml, {command[0]}", {"isolint.yaml": text.encode()}, ANY, command)
    for form in FORMATS:
        scan = ("scan", "--jobs", "1", "--show-unknown", "--statistics", "--format", form, ".")
        yield Input(f"code, {form}", {"app/code.py": CODE.encode()}, ANY, scan)
    for line in (10, 15):
        yield Input("explain", {"app/code.py": CODE.encode()}, ANY, ("explain", f"app/code.py:{line}"))
    yield Input("baseline", {"app/code.py": CODE.encode()}, ANY, ("baseline", "."))
    yield Input("map", {"app/code.py": CODE.encode()}, ANY, ("map", "--format", "json"))
    yield Input("init", {"app/code.py": CODE.encode()}, ANY, ("init",))
