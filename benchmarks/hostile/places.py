"""What a file system may hold: links, pipes, names and encodings that no editor makes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from hostile.given import FINDINGS, NOT_CLEAN, PARTIAL, REFUSED, SEEN, Input

WORDS = "# ä ö\nx = 'é'\n"


def encodings(random: Random, number: int) -> Iterator[Input]:
    """Bytes that are no text, or another one than they seem; what cannot be decoded is said."""
    broken = frozenset({FINDINGS, PARTIAL})
    made: list[tuple[str, bytes, frozenset[int]]] = [
        *[(f"{name}.py", WORDS.encode(name), broken) for name in ("utf-16", "utf-32", "utf-8-sig", "latin-1", "utf-7")],
        *[
            (f"declared {name}.py", f"# -*- coding: {name} -*-\nx = 1\n".encode(), broken)
            for name in (
                "rot13",
                "zlib",
                "hex",
                "idna",
                "punycode",
                "undefined",
                "unicode_escape",
                "mbcs",
                "../x",
                "%s",
            )
        ],
        ("null.py", b"x = 1\x00\ny = 2\n", broken),
        ("nulls.ts", b"\x00" * 10_000, broken),
        ("surrogate.ts", b"const x = '\xed\xa0\x80';\n", broken),
        ("overlong.sql", b"SELECT '\xc0\xaf';\n", broken),
        ("form feeds.py", b"\x0c\x0b\x1c\x1d\x1e\x85x = 1\n", broken),
        ("carriage returns.py", b"x = 1\ry = 2\r\r\n", SEEN),
        ("escapes.py", b"x = '\x1b]0;owned\x07\x1b[2J'\n", SEEN),
        ("direction.ts", "const x = '\u202e\u2066';\n".encode(), SEEN),
    ]
    for at in range(number):
        name, data, allowed = made[at % len(made)]
        noise = random.randbytes(at // len(made))
        yield Input(name, {f"extra/file.{name.rpartition('.')[2]}": data + noise}, allowed)


def places(random: Random, number: int) -> Iterator[Input]:
    """The leak is reported beside any of them."""
    made = [
        _loop,
        _folder,
        _pipe,
        _dangling,
        _device,
        _newline,
        _escape,
        _long,
        _outside,
        _many,
        _deep,
        _closed,
        _not_text,
    ]
    for at in range(number):
        make = made[at % len(made)]
        yield Input(make.__name__[1:].replace("_", " "), {}, SEEN, prepare=make)
    yield from _absent()


def _absent() -> Iterator[Input]:
    """What is not there, or holds nothing, is never clean."""
    no = frozenset({REFUSED})
    scan = ("scan", "--jobs", "1", "--no-cache")
    yield Input("no such path", allowed=no, arguments=(*scan, "nowhere"))
    yield Input("one of two paths", allowed=no, arguments=(*scan, "app", "nowhere.py"))
    yield Input("an empty folder", allowed=no, arguments=(*scan, "."), project=False)
    yield Input("a text", {"notes.txt": b"x"}, no, (*scan, "notes.txt"), project=False)
    yield Input("a link to itself", allowed=no, arguments=(*scan, "me.py"), prepare=_itself, project=False)
    yield Input("all is excluded", {"isolint.yaml": b"exclude: ['**']\n"}, no, (*scan, "."))
    yield Input("a file of nulls alone", {"a.py": bytes(100)}, NOT_CLEAN, (*scan, "a.py"), project=False)


def _loop(folder: Path) -> None:
    (folder / "app" / "again").symlink_to(folder / "app", target_is_directory=True)
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")


def _itself(folder: Path) -> None:
    (folder / "me.py").symlink_to(folder / "me.py")


def _folder(folder: Path) -> None:
    (folder / "app" / "views.py").mkdir()
    (folder / "schema.prisma").mkdir()
    (folder / "package.json").mkdir()


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "app" / "pipe.py")
    os.mkfifo(folder / "tsconfig.json")


def _dangling(folder: Path) -> None:
    (folder / "app" / "gone.py").symlink_to(folder / "nowhere.py")


def _device(folder: Path) -> None:
    (folder / "app" / "endless.py").symlink_to("/dev/zero")


def _outside(folder: Path) -> None:
    (folder / "app" / "passwd.py").symlink_to("/etc/passwd")


def _newline(folder: Path) -> None:
    (folder / "app" / "a\nb.py").write_text("def f(:\n")


def _escape(folder: Path) -> None:
    (folder / "app" / "\x1b]0;owned\x07\x1b[2J.py").write_text("def f(:\n")


def _not_text(folder: Path) -> None:
    with open(os.fsencode(folder / "app") + b"/\xff\xfe.py", "wb") as file:
        file.write(b"x = 1\n")


def _long(folder: Path) -> None:
    (folder / "app" / ("n" * 250 + ".py")).write_text("x = 1\n")


def _many(folder: Path) -> None:
    (folder / "many").mkdir()
    for at in range(2_000):
        (folder / "many" / f"f{at}.py").write_text("")


def _deep(folder: Path) -> None:
    inner = folder.joinpath(*["d"] * 400)
    inner.mkdir(parents=True)
    (inner / "a.py").write_text("x = 1\n")


def _closed(folder: Path) -> None:
    closed = folder / "app" / "closed.py"
    closed.write_text("x = 1\n")
    closed.chmod(0)


Make = Callable[[Random, int], Iterator[Input]]
