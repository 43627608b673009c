"""Settings, rules, baselines, snapshots and schemas that somebody else has written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hostile.given import ANY, FINDINGS, NOT_CLEAN, REFUSED, SCAN, Input
from hostile.mutated import PIECES
from isolint.schema.load import load
from isolint.schema.sources.snapshot import dump

REPOSITORY = Path(__file__).resolve().parents[2]
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]\n" for k in range(1, 60))
EVIL = b"open('owned', 'w').close()\n"
SETTINGS = {
    "laughs": LAUGHS,
    "laughs that are meant": "tenancy:\n  keys: &a0 [x, x]\n" + LAUGHS.partition("\n")[2],
    "merged laughs": "a0: &a0 {x: 1}\n"
    + "".join(f"a{k}: &a{k} {{<<: [*a{k - 1}, *a{k - 1}]}}\n" for k in range(1, 40)),
    "a loop": "tenancy: &a\n  keys: *a\n",
    "deep": "[" * 100_000,
    "deep by lines": "".join("  " * k + "a:\n" for k in range(500)),
    "a tag": "tenancy: !!python/object/apply:os.system ['touch owned']\n",
    "a tag that makes": "!!python/object/new:subprocess.Popen [[touch, owned]]\n",
    "a list": "- a\n- b\n",
    "a word": "tenancy\n",
    "twice": "tenancy: {}\ntenancy: {}\n",
    "wrong kinds": "tenancy: {keys: {a: 1}, roots: 3, executors: [x]}\nrules: 7\n",
    "unknown": "tenency: {}\n",
    "two documents": "tenancy: {}\n---\ntenancy: {}\n",
    "a pattern": "tenancy: {strategy: schema, schema: '(a+)+$'}\nexclude: ['" + "*" * 3_000 + "']\n",
    "many globs": "exclude: [" + ", ".join(f"'**/{'*a' * 12}{k}/**'" for k in range(2_000)) + "]\n",
    "long": "tenancy: {keys: [" + "a, " * 500_000 + "b]}\n",
    "outside": "rules: {files: ['../../../../etc/passwd']}\n",
    "a tab": "tenancy:\n\t- a\n",
}


def settings(random: Random, number: int) -> Iterator[Input]:
    """Whatever isolint.yaml says, the project is not called clean, and nothing is run."""
    names = sorted(SETTINGS)
    for reference in ("models:evil", "postgresql://127.0.0.1:1/x", "function:evil.sql#f"):
        files = {"isolint.yaml": f"schema: {{reference: '{reference}'}}\n".encode(), "evil/__init__.py": EVIL}
        yield Input(f"isolint.yaml: {reference}", files, NOT_CLEAN)
    for at in range(number):
        name = names[at % len(names)]
        text = SETTINGS[name].encode()
        if at >= len(names):
            start = random.randrange(min(len(text), 400))
            text = text[:start] + random.choice(PIECES) + text[start:]
        yield Input(f"isolint.yaml: {name}", {"isolint.yaml": text}, NOT_CLEAN)


def records(random: Random, number: int) -> Iterator[Input]:
    """Baselines and manifests. A baseline that cannot be read hides nothing."""
    scan = (*SCAN[:-1], "--baseline", "known.json", ".")
    made = {
        "empty": "",
        "null": "null",
        "a list": "[]",
        "deep": "[" * 200_000,
        "deep and closed": "[" * 90_000 + "]" * 90_000,
        "a number": "1" * 100_000,
        "kinds": '{"version": {}, "findings": 7}',
        "SARIF": '{"version": "2.1.0", "runs": [{"results": [{"partialFingerprints": 3}]}]}',
        "cut": '{"version": 1, "findings": [{"rule": "ISO1',
        "twice": '{"version": 1, "version": 2}',
        "not finite": '{"version": NaN}',
    }
    names = sorted(made)
    for at in range(number):
        text = made[names[at % len(names)]].encode()
        where = ("known.json", "package.json", "tsconfig.json", "pyproject.toml")[at // len(names) % 4]
        allowed = frozenset({FINDINGS, REFUSED})
        noise = random.randbytes(at // (4 * len(names)))
        yield Input(
            f"{where}: {names[at % len(names)]}",
            {where: text + noise},
            allowed,
            scan if where == "known.json" else SCAN,
        )


def schemas(random: Random, number: int) -> Iterator[Input]:
    """Scripts and snapshots with bytes changed or cut off, compared without a server with what they were."""
    script = (REPOSITORY / "fixtures" / "schemas" / "podcast" / "reference.sql").read_bytes()[:20_000]
    script = script[: script.rindex(b";\n") + 2]
    prisma = next(iter(sorted((REPOSITORY / "fixtures" / "apps").rglob("schema.prisma")))).read_bytes()
    whole = {"a.sql": script, "a.prisma": prisma, "a.json": _snapshot()}
    for at in range(number):
        name = sorted(whole)[at % 3]
        data = whole[name]
        start = random.randrange(len(data))
        cut = at % 2 == 0
        changed = data[:start] if cut else data[:start] + random.choice(PIECES) + data[start + random.randrange(3) :]
        other = f"other/{name}"
        compare = ("schema", "diff", f"{name}?offline", f"{other}?offline")
        allowed = NOT_CLEAN if cut and start < len(data) // 2 else ANY
        yield Input(
            f"{'cut' if cut else 'changed'} {name}", {name: data, other: changed}, allowed, compare, project=False
        )


def _snapshot() -> bytes:
    tables = "".join(f"CREATE TABLE t{k} (id int PRIMARY KEY, name text NOT NULL DEFAULT 'a');" for k in range(5))
    with TemporaryDirectory() as folder:
        file = Path(folder, "a.sql")
        file.write_text(tables, "utf-8")
        return dump(load(f"{file}?offline")).encode()


def arguments(random: Random, number: int) -> Iterator[Input]:
    """Options and revisions that look like something else."""
    made: list[tuple[str, ...]] = [
        ("scan", "--changed-since=--output=owned", "."),
        ("scan", "--changed-since", "-h", "."),
        ("scan", "--changed-since", "$(touch owned)", "."),
        ("scan", "--changed-since", "HEAD; touch owned", "."),
        ("scan", "--config", "/dev/zero", "."),
        ("scan", "--config", "nowhere.yaml", "."),
        ("scan", "--baseline", "app", "."),
        ("scan", "--select", "(a+)+$", "."),
        ("scan", "--shard", "99999999999999999999/1", "."),
        ("scan", "--jobs", "-1", "."),
        ("explain", "app/routes.py:99999999999999999999"),
        ("explain", "app/routes.py:0"),
        ("explain", "\x1b[2J:1"),
        ("schema", "diff", "models:os", "models:nowhere.x"),
        ("schema", "diff", "function:#", "function:a#b"),
        ("schema", "diff", "postgresql://[::1", "a.sql"),
        ("schema", "diff", "postgresql://127.0.0.1:1/x", "postgresql://127.0.0.1:99999/x"),
        ("rules", "test", "app"),
        ("rules", "show", "../../etc/passwd"),
        ("merge", "app/models.py"),
    ]
    for at in range(number):
        words = made[at % len(made)]
        noise = "".join(chr(random.randrange(1, 0x300)) for _ in range(at // len(made)))
        yield Input(" ".join(words), {}, frozenset({FINDINGS, REFUSED}), (*words[:-1], words[-1] + noise))
