"""Shards and what they make together: the scan that was not sharded."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolint.engine.shard import partition
from isolint.model.part import SHARD

Command = Callable[..., Any]

UNUSED = "\nexport const plain = 1; // isolint: ignore[ISO102] nothing is here\n"
FORMS = ("json", "text", "junit", "html", "markdown", "github", "gitlab")


@pytest.fixture
def app(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application with findings, a suppression that hides nothing, and a file that cannot be read."""
    root = tmp_path / "app"
    shutil.copytree(repository / "fixtures" / "apps" / "trpc_prisma_rows", root)
    first = sorted(root.rglob("*.ts"))[-1]
    first.write_text(first.read_text() + UNUSED)
    (root / "broken.py").write_bytes(b"text = '\xff'\n")
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(root)
    return root


def sharded(isolint: Command, folder: Path, of: int, *options: str) -> list[str]:
    """The SARIF files of all shards."""
    files = [str(folder / f"{number}-of-{of}.sarif") for number in range(1, of + 1)]
    for number, file in enumerate(files, 1):
        done = isolint("scan", "--shard", f"{number}/{of}", "--format", "sarif", "-o", file, *options)
        assert done.code in (0, 1, 3), done.err
    return files


def timeless(text: str) -> str:
    """A report without how long it took."""
    return re.sub(r'[0-9.]+ s\b|time="[0-9.]+"', "", text)


@pytest.mark.parametrize("of", [1, 2, 3, 4])
def test_all_shards_together_are_the_whole_in_any_order(app: Path, tmp_path: Path, isolint: Command, of: int) -> None:
    whole = isolint("scan", "--format", "sarif", "--show-unknown", "--no-cache")
    files = sharded(isolint, tmp_path, of)
    for order in (files, files[::-1]):
        merged = isolint("merge", "--show-unknown", *order)
        assert (merged.code, merged.out) == (whole.code, whole.out)
    assert json.loads(whole.out)["runs"][0]["results"]


def test_merged_shards_are_the_whole_in_every_format_and_exit_alike(
    app: Path, tmp_path: Path, isolint: Command
) -> None:
    files = sharded(isolint, tmp_path, 3)
    for form in FORMS:
        options = ("--format", form, "--statistics", "--show-unknown")
        whole, merged = isolint("scan", *options), isolint("merge", *options, *files)
        assert (merged.code, timeless(merged.out)) == (whole.code, timeless(whole.out))
    for threshold in (
        ("--fail-on", "never"),
        ("--fail-on", "never", "--allow-incomplete"),
        ("--fail-on", "never", "--allow-incomplete", "--strict"),
        ("--fail-on", "never", "--allow-incomplete", "--min-proven", "0.99"),
    ):
        whole, merged = isolint("scan", *threshold), isolint("merge", *threshold, *files)
        assert (merged.code, merged.err) == (whole.code, whole.err)


def test_shards_of_what_a_baseline_knows_make_the_whole(app: Path, tmp_path: Path, isolint: Command) -> None:
    assert isolint("baseline").code == 3
    (gone,) = app.glob("broken.py")
    gone.unlink()
    known = ("--baseline", "isolint-baseline.json")
    whole = isolint("scan", "--format", "sarif", *known)
    merged = isolint("merge", *sharded(isolint, tmp_path, 2, *known))
    assert (merged.code, merged.out) == (whole.code, whole.out)


def test_a_shard_says_which_it_is_and_holds_only_its_own(app: Path, tmp_path: Path, isolint: Command) -> None:
    seen: list[set[str]] = []
    for number, file in enumerate(sharded(isolint, tmp_path, 2), 1):
        (run,) = json.loads(Path(file).read_text())["runs"]
        assert run["automationDetails"] == {"id": f"isolint/{number}-of-2/"}
        paths = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
        assert paths
        seen.append(paths)
    assert seen[0].isdisjoint(seen[1])
    assert " of shard 2 of 2: " in isolint("scan", "--shard", "2/2").out


def test_parts_are_even_and_the_same_whatever_the_order() -> None:
    sizes = {f"f{number}": number * number for number in range(100)}
    parts = partition(sizes, 8)
    assert partition(dict(reversed(sizes.items())), 8) == parts
    loads = [sum(sizes[path] for path in sizes if parts[path] == part) for part in range(1, 9)]
    assert max(loads) - min(loads) < 100
    assert partition({"only": 5}, 3) == {"only": 1}
    assert set(partition(dict.fromkeys("abcdef", 0), 3).values()) == {1, 2, 3}


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/0", "1/9999", "-1/3"])
def test_what_is_no_shard_is_refused(project: Path, isolint: Command, shard: str) -> None:
    done = isolint("scan", f"--shard={shard}")
    assert done.code == 2
    assert "such as 3/8" in done.err


def test_fixes_are_made_for_the_whole(project: Path, isolint: Command) -> None:
    done = isolint("scan", "--shard", "1/2", "--diff")
    assert (done.code, "leave it out" in done.err) == (2, True)


def test_shards_that_do_not_make_one_scan_are_refused(project: Path, tmp_path: Path, isolint: Command) -> None:
    one, two, three = sharded(isolint, tmp_path, 3)

    def refused(*files: str) -> str:
        done = isolint("merge", *files)
        assert (done.code, done.out) == (2, "")
        return done.err

    assert "shard 2 of 3 is missing" in refused(three, one)
    assert "shard 1 of 3 once more" in refused(one, two, one, three)
    (other,) = sharded(isolint, tmp_path, 1)
    assert "is of a scan in 1 shards" in refused(one, two, three, other)
    stricter = str(tmp_path / "strict.sarif")
    isolint("scan", "--shard", "2/3", "--min-severity", "high", "--format", "sarif", "-o", stricter)
    assert "asked for something else" in refused(one, stricter, three)
    (project / "app" / "routes.py").write_text("")
    later = str(tmp_path / "later.sarif")
    isolint("scan", "--shard", "3/3", "--format", "sarif", "-o", later)
    assert "another commit" in refused(one, two, later)


def changed(file: str, change: dict[str, Any], target: Path) -> str:
    """The file with some fields of its packed report replaced."""
    document = json.loads(Path(file).read_text())
    held = document["runs"][0]["properties"][SHARD]
    report = json.loads(zlib.decompress(b64decode(held["report"]))) | change
    held["report"] = b64encode(zlib.compress(json.dumps(report).encode())).decode()
    target.write_text(json.dumps(document))
    return str(target)


def test_shards_of_another_version_or_root_are_refused(project: Path, tmp_path: Path, isolint: Command) -> None:
    one, two = sharded(isolint, tmp_path, 2)
    other = changed(two, {"version": "9.9"}, tmp_path / "v.sarif")
    assert "is of isolint 9.9, unlike " in isolint("merge", one, other).err
    other = changed(two, {"root": "/elsewhere"}, tmp_path / "r.sarif")
    assert "is of the project in /elsewhere, unlike " in isolint("merge", one, other).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot read"),
        ("{", "is not SARIF"),
        ("[]", "is not of a shard"),
        ('{"runs": [{"results": []}]}', "is not of a shard"),
        ('{"runs": [{"properties": {"isolint/shard": {"report": "####"}}}]}', "cannot be read"),
        ('{"runs": [{"properties": {"isolint/shard": {"report": "eJw="}}}]}', "cannot be read"),
        ('{"runs": [{"properties": {"isolint/shard": {"report": "é"}}}]}', "cannot be read"),
    ],
)
def test_files_that_are_no_shards_are_refused(tmp_path: Path, isolint: Command, text: str | None, said: str) -> None:
    file = tmp_path / "one.sarif"
    if text is not None:
        file.write_text(text)
    done = isolint("merge", str(file))
    assert done.code == 2
    assert said in done.err


def test_damaged_shards_are_refused(project: Path, tmp_path: Path, isolint: Command) -> None:
    (file,) = sharded(isolint, tmp_path, 1)
    document = json.loads(Path(file).read_text())
    held = document["runs"][0]["properties"][SHARD]
    data = b64decode(held["report"])
    for damaged in (data[: len(data) // 2], zlib.compress(b"{}"), zlib.compress(b"\xff")):
        held["report"] = b64encode(damaged).decode()
        Path(file).write_text(json.dumps(document))
        done = isolint("merge", file)
        assert (done.code, "cannot be read" in done.err) == (2, True)
