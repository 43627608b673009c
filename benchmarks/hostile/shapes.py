"""Texts that are deep, long or go round in circles."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hostile.given import FINDINGS, NOT_CLEAN, PARTIAL, SEEN, Input

UNSURE = frozenset({FINDINGS, PARTIAL})
"""Among thousands of tables that belong to nobody, the two of a tenant may not be recognised, which the scan says."""

DEEP = {
    "parentheses.py": ("x = ", "(", "1", ")"),
    "lists.py": ("x = ", "[", "", "]"),
    "calls.py": ("x = ", "f(", "", ")"),
    "not.py": ("x = ", "not ", "y", ""),
    "minus.py": ("x = ", "-", "1", ""),
    "lambda.py": ("x = ", "lambda: ", "1", ""),
    "choice.py": ("x = ", "1 if y else ", "2", ""),
    "attributes.py": ("x = y", ".a", "", ""),
    "sums.py": ("x = 1", " + 1", "", ""),
    "ands.py": ("x = y", " and y", "", ""),
    "chain.py": ("x = q", ".filter(a=1)", "", ""),
    "brackets.ts": ("const x = ", "[", "", "]"),
    "parentheses.ts": ("const x = ", "(", "1", ")"),
    "arrows.ts": ("const x = ", "() => ", "1", ""),
    "not.ts": ("const x = ", "!", "y", ""),
    "template.ts": ("const x = ", "`${", "1", "}`"),
    "types.ts": ("type X = ", "Array<", "string", ">"),
    "blocks.ts": ("function f() ", "{", "", "}"),
    "chain.ts": ("const x = q", ".where({ a: 1 })", "", ""),
    "markup.tsx": ("const x = ", "<a>", "", "</a>"),
    "selects.sql": ("SELECT * FROM ", "(SELECT * FROM ", "t", ")"),
    "parentheses.sql": ("SELECT ", "(", "1", ")"),
    "ands.sql": ("SELECT * FROM t WHERE a", " AND a", "", ""),
    "model.prisma": ("model A { a ", "(", "", ")"),
}


def nesting(random: Random, number: int) -> Iterator[Input]:
    """Nested up to 50,000 deep: read, or said not to be."""
    kinds = sorted(DEEP)
    for at in range(number):
        name = kinds[at % len(kinds)]
        before, opening, middle, closing = DEEP[name]
        depth = random.choice((200, 2_000, 20_000, 50_000))
        text = before + opening * depth + middle + closing * depth + "\n"
        yield Input(f"{depth} {name}", {f"extra/{name}": text.encode()}, SEEN)


def lengths(random: Random, number: int) -> Iterator[Input]:
    """Long lines, literals, lists and files."""
    made = [
        ("line.py", lambda n: "x = [" + "1, " * n + "]\n", 400_000),
        ("text.py", lambda n: "x = '" + "a" * n + "'\n", 1_900_000),
        ("number.py", lambda n: "x = " + "9" * n + "\n", 1_500_000),
        ("lines.py", lambda n: "x = 1\n" * n, 300_000),
        ("functions.py", lambda n: "".join(f"def f{k}(): return f{k + 1}()\n" for k in range(n)), 15_000),
        ("comment.py", lambda n: "#" + "a" * n + "\n", 1_900_000),
        ("big.py", lambda n: "x = 1\n" * n, 9_000_000),
        ("name.py", lambda n: "x" * n + " = 1\n", 1_000_000),
        ("line.ts", lambda n: "const x = [" + "1, " * n + "];\n", 400_000),
        ("text.ts", lambda n: "const x = '" + "a" * n + "';\n", 1_900_000),
        ("pattern.ts", lambda n: "const x = /" + "(a+)+" * n + "$/;\n", 100_000),
        ("union.ts", lambda n: "type X = " + " | ".join(f"'{k}'" for k in range(n)) + ";\n", 50_000),
        ("rows.sql", lambda n: "INSERT INTO t VALUES " + ", ".join("(1)" for _ in range(n)) + ";\n", 100_000),
        ("tables.sql", lambda n: "".join(f"CREATE TABLE t{k} (id int);\n" for k in range(n)), 10_000),
        ("fields.prisma", lambda n: "model A {\n" + "".join(f"  a{k} Int\n" for k in range(n)) + "}\n", 50_000),
    ]
    for at in range(number):
        name, make, most = made[at % len(made)]
        size = random.choice((most // 20, most))
        allowed = UNSURE if name == "tables.sql" else SEEN
        yield Input(f"{size} {name}", {f"extra/{name}": make(size).encode()}, allowed)


def circles(random: Random, number: int) -> Iterator[Input]:
    """Imports, bases, calls, relations and CTEs that lead back to themselves, or fan out."""
    made = [_imports, _bases, _calls, _fan, _relations, _ctes, _joins, _stars, _decorators, _values]
    for at in range(number):
        make = made[at % len(made)]
        size = random.choice((1, 2, 5, 30))
        yield Input(f"{make.__name__[1:]} of {size}", {k: v.encode() for k, v in make(size).items()}, NOT_CLEAN)


def _imports(size: int) -> dict[str, str]:
    each = {f"app/m{k}.py": f"from app.m{(k + 1) % size} import f\nf()\n" for k in range(size)}
    return {**each, **{f"src/m{k}.ts": f"export {{ f }} from './m{(k + 1) % size}';\n" for k in range(size)}}


def _stars(size: int) -> dict[str, str]:
    return {f"app/s{k}.py": "".join(f"from app.s{n} import *\n" for n in range(size)) for k in range(size)}


def _bases(size: int) -> dict[str, str]:
    classes = "".join(f"class C{k}(C{(k + 1) % size}):\n    pass\n" for k in range(size))
    return {"app/bases.py": classes, "src/bases.ts": classes.replace("(", " extends ").replace("):\n    pass", " {}")}


HANDLER = """from fastapi import Depends
from sqlalchemy import select
from app.db import get_session
from app.models import Invoice
from app.routes import router


@router.get("/more")
def more(session=Depends(get_session)):
    return f0(session)


"""


def _calls(size: int) -> dict[str, str]:
    each = "".join(
        f"def f{k}(s):\n    return f{(k + 1) % size}(s) or s.scalars(select(Invoice))\n" for k in range(size)
    )
    return {"app/calls.py": HANDLER + each}


def _fan(size: int) -> dict[str, str]:
    each = "".join(
        f"def f{k}(s):\n    if s:\n        f{k + 1}(s)\n    return f{k + 1}(s) + f{k + 1}([s, s])\n"
        for k in range(size)
    )
    return {"app/fan.py": HANDLER + each + f"def f{size}(s):\n    return s.scalars(select(Invoice)).all()\n"}


def _values(size: int) -> dict[str, str]:
    each = "".join(f"    x{k + 1} = [x{k}, x{k}] if a{k} else (x{k} + x{k})\n" for k in range(size))
    return {
        "app/values.py": HANDLER + f"def f0(s, x0=1):\n{each}    return s.scalars(select(Invoice).where(x{size}))\n"
    }


def _relations(size: int) -> dict[str, str]:
    models = (
        f"model M{k} {{\n  id Int @id\n  nId Int\n"
        f"  n M{(k + 1) % size} @relation(fields: [nId], references: [id])\n}}\n"
        for k in range(size)
    )
    return {"schema.prisma": "".join(models)}


def _ctes(size: int) -> dict[str, str]:
    chain = ", ".join(
        f"q{k} AS (SELECT a.* FROM q{k - 1} a JOIN q{k - 1} b ON a.id = b.id)" for k in range(1, size + 1)
    )
    sql = f"WITH q0 AS (SELECT * FROM invoice), {chain} SELECT * FROM q{size} WHERE organization_id = :o"
    return {"app/ctes.py": HANDLER + f'def f0(s):\n    return s.execute(text("{sql}"))\n'}


def _joins(size: int) -> dict[str, str]:
    joins = " ".join(f"JOIN invoice i{k} ON i{k}.id = i.id" for k in range(size * 20))
    return {"app/joins.py": HANDLER + f'def f0(s):\n    return s.execute(text("SELECT * FROM invoice i {joins}"))\n'}


def _decorators(size: int) -> dict[str, str]:
    each = "".join(f"@d{(k + 1) % size}\ndef d{k}(g):\n    return d{k}(g)\n" for k in range(size))
    return {"app/decorators.py": each}
