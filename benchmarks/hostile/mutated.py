"""Real files, those of the fixture apps and of folders that are named, with bytes changed, cut off or mixed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random

from hostile.given import ANY, PARTIAL, SCAN, Input

CORPUS = [Path(__file__).resolve().parents[2] / "fixtures" / "apps"]
"""The folders with the files that are changed."""

ASK = (*SCAN[:-1], "--fail-on", "never", SCAN[-1])
PIECES = (
    *(
        b"(",
        b")",
        b"{",
        b"}",
        b"'",
        b'"',
        b'"""',
        b"`",
        b"${",
        b"\n",
        b"    ",
        b"\t",
        b":",
        b",",
        b";",
        b"\\",
        b"/*",
        b"<",
    ),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x00", b"\x0c", b"\r", b"=>", b"async ", b"lambda ", b"%"),
    *(b"#", b"//", b"--", b"$$", b"return ", b"class ", b"import ", b"from ", b"def ", b"@", b"*", b"**", b"..."),
)


def corpus() -> list[tuple[str, bytes]]:
    """Every file of the corpus that is code or a schema, in a fixed order."""
    kinds = {".py", ".ts", ".tsx", ".prisma", ".sql"}
    files = sorted(path for folder in CORPUS for path in folder.rglob("*") if path.suffix in kinds and path.is_file())
    return [(path.suffix, path.read_bytes()) for path in files if path.stat().st_size < 30_000]


def mutations(random: Random, number: int) -> Iterator[Input]:
    """One to eight changes of a file."""
    files = corpus()
    for at in range(number):
        suffix, data = random.choice(files)
        for _ in range(random.randint(1, 8)):
            data = _mutated(random, data, random.choice(files)[1])
        yield _input(f"mutation {at}", suffix, data)


def truncations(random: Random, number: int) -> Iterator[Input]:
    """A file that ends anywhere."""
    files = corpus()
    for at in range(number):
        suffix, data = random.choice(files)
        yield _input(f"truncation {at}", suffix, data[: random.randrange(len(data) + 1)])


def _mutated(random: Random, data: bytes, other: bytes) -> bytes:
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((0, 1, 2, 8, 40, 300)))
    match random.randrange(5):
        case 0:
            return data[:start] + random.choice(PIECES) + data[start:]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:start] + random.randbytes(random.randint(1, 3)) + data[start:]
        case 3:
            return data[:start] + data[start:end] * random.choice((2, 3, 30)) + data[end:]
        case _:
            begin = random.randrange(len(other) + 1)
            return data[:start] + other[begin : begin + random.randint(1, 200)] + data[start:]


def _input(name: str, suffix: str, data: bytes) -> Input:
    """Beside a project whose findings do not count here: what Python itself refuses makes the answer partial."""
    broken = suffix == ".py" and not _compiles(data)
    return Input(f"{name}{suffix}", {f"extra/file{suffix}": data}, frozenset({PARTIAL}) if broken else ANY, ASK)


def _compiles(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
