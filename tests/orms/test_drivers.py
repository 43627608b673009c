"""SQL text through drivers: whose values stand in the places of their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

DDL = """
CREATE TABLE organizations (id serial PRIMARY KEY, name text);
CREATE TABLE projects (id serial PRIMARY KEY, name text, org_id int NOT NULL REFERENCES organizations(id));
CREATE TABLE tasks (id serial PRIMARY KEY, title text, project_id int NOT NULL REFERENCES projects(id));
"""
IMPORTS = """
import aiosqlite, asyncpg, psycopg, psycopg2, pymysql, sqlite3, textwrap
from psycopg2.extras import execute_values
from psycopg2 import sql
"""
ONE, OWN = "select * from projects where id = ", " and org_id = "
PSYCOPG2 = "with psycopg2.connect('') as conn, conn.cursor() as cur:\n    cur.execute({})\n    return cur.fetchall()"
ASYNCPG = "conn = await asyncpg.connect('')\nreturn await conn.fetch({})"
MANY = "'insert into projects (name, org_id) values (%s, %s)'"
LISTED = "'insert into projects (name, org_id) values %s'"
CALLS = {
    "psycopg2 tuple": (PSYCOPG2, f"'{ONE}%s', (item_id,)", f"'{ONE}%s{OWN}%s', (item_id, user.org_id)"),
    "psycopg2 dict": (
        PSYCOPG2,
        f"'{ONE}%(id)s', {{'id': item_id}}",
        f"'{ONE}%(id)s{OWN}%(org)s', {{'id': item_id, 'org': user.org_id}}",
    ),
    "psycopg2 composed": (
        PSYCOPG2,
        "sql.SQL('select * from {} where id = %s').format(sql.Identifier('projects')), (item_id,)",
        "sql.SQL('select * from {} where org_id = {}').format(sql.Identifier('projects'), sql.Placeholder()),"
        " (user.org_id,)",
    ),
    "psycopg": (
        "with psycopg.connect('') as conn:\n    return conn.execute({}).fetchone()",
        f"'{ONE}%s', (item_id,)",
        f"'{ONE}%s{OWN}%s', params=(item_id, user.org_id)",
    ),
    "asyncpg": (ASYNCPG, f"'{ONE}$1', item_id", f"'{ONE}$2{OWN}$1', user.org_id, item_id"),
    "asyncpg chosen by the request": (
        ASYNCPG,
        f"'{ONE}$1{OWN}$2', item_id, data['org']",
        f"'{ONE}$1{OWN}$2', *[item_id, user.org_id]",
    ),
    "aiosqlite": (
        "async with aiosqlite.connect('x') as db, db.execute({}) as cur:\n    return await cur.fetchall()",
        f"'{ONE}?', (item_id,)",
        f"'{ONE}?{OWN}?', (item_id, user.org_id)",
    ),
    "sqlite3": (
        "return sqlite3.connect('x').execute({}).fetchone()",
        f"'{ONE}:id', {{'id': item_id}}",
        f"'{ONE}:id{OWN}:org', {{'id': item_id, 'org': user.org_id}}",
    ),
    "pymysql": (
        "cur = pymysql.connect().cursor()\ncur.execute({})\nreturn cur.fetchall()",
        "'select * from `projects` where `id` = %s', item_id",
        "'select * from `projects` where `org_id` = %s', user.org_id",
    ),
    "percent": (PSYCOPG2, f"'{ONE}%s' % item_id", f"'{ONE}%s{OWN}%d' % (item_id, user.org_id)"),
    "format": (PSYCOPG2, f"'{ONE}{{}}'.format(item_id)", f"'{ONE}{{}}{OWN}{{o}}'.format(item_id, o=user.org_id)"),
    "joined list": (
        PSYCOPG2,
        f"' '.join(['{ONE}', '%s']), (item_id,)",
        f"' '.join(['{ONE}', '%s', '{OWN}%s']), (item_id, user.org_id)",
    ),
    "update from": (
        PSYCOPG2,
        "'update tasks set title = %s from projects p where p.id = project_id and tasks.id = %s', ('x', item_id)",
        "'update tasks set title = %s from projects p where p.id = project_id and p.org_id = %s', ('x', user.org_id)",
    ),
    "delete using": (
        PSYCOPG2,
        "'delete from tasks using projects p where p.id = project_id and tasks.id = %s', (item_id,)",
        "'delete from tasks using projects p where p.id = project_id and p.org_id = %s', (user.org_id,)",
    ),
    "name of a common table expression": (
        PSYCOPG2,
        "'with tasks as (select * from projects) select * from tasks'",
        "'with tasks as (select * from projects where org_id = %s) select * from tasks', (user.org_id,)",
    ),
    "outer join": (
        PSYCOPG2,
        "'select t.* from tasks t left join projects p on p.id = t.project_id and p.org_id = %s', (user.org_id,)",
        "'select t.* from tasks t left join projects p on p.id = t.project_id where p.org_id = %s', (user.org_id,)",
    ),
    "values by the driver's own name": (
        PSYCOPG2,
        f"'{ONE}%s', vars=(item_id,)",
        f"query='{ONE}%s{OWN}%s', vars=(item_id, user.org_id)",
    ),
    "many rows": (
        PSYCOPG2.replace("execute(", "executemany("),
        f"{MANY}, [('x', data['org'])]",
        f"{MANY}, [(n, user.org_id) for n in data]",
    ),
    "execute_values": (
        PSYCOPG2.replace("cur.execute({})", "execute_values(cur, {})"),
        f"{LISTED}, [('x', data['org'])]",
        f"{LISTED}, [('x', user.org_id)], template='(%s, %s)'",
    ),
    "copied out": (
        ASYNCPG.replace("fetch", "copy_from_query"),
        "'select * from projects', output='x'",
        "'select * from projects where org_id = $1', user.org_id, output='x'",
    ),
    "named placeholder": (
        PSYCOPG2,
        "sql.SQL('select * from projects where id = {}').format(sql.Placeholder('id')), {'id': item_id}",
        "sql.SQL('select * from projects where org_id = {}').format(sql.Placeholder('o')), {'o': user.org_id}",
    ),
    "composed by addition": (
        PSYCOPG2,
        "sql.SQL('select * from projects ') + sql.SQL('where id = %s'), (item_id,)",
        "sql.SQL('select * from projects ') + sql.SQL('where org_id = %s'), (user.org_id,)",
    ),
    "dedent": (
        PSYCOPG2,
        "textwrap.dedent('select * from projects')",
        "textwrap.dedent('select * from projects where org_id = %s').strip(), (user.org_id,)",
    ),
    "one branch of a union": (
        PSYCOPG2,
        "'select id from projects where org_id = %s union all select id from projects', (user.org_id,)",
        "'select id from projects where org_id = %s union select 1 from projects where org_id = %s', [user.org_id] * 2",
    ),
    "union of what stands before it": (
        PSYCOPG2,
        "'with p as (select * from projects) select id from p union select 1', ()",
        "'with p as (select * from projects where org_id = %s) select id from p union select 2 from p', (user.org_id,)",
    ),
    "rows that are copied": (
        PSYCOPG2,
        "'insert into projects (name, org_id) select name, org_id from projects where id = %s', (item_id,)",
        "'insert into projects (name, org_id) select name, org_id from projects where org_id = %s', (user.org_id,)",
    ),
}
PAIRS = {name: (around.format(bad), around.format(good)) for name, (around, bad, good) in CALLS.items()}


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"db/schema.sql": DDL}, IMPORTS, PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_parameters_are_read_where_the_driver_puts_them(judged: Mapping[str, tuple[str, str]], name: str) -> None:
    assert judged[name] == ("reported", "silent")
