"""The walk."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from isolint.engine.discover import Tree, discover
from isolint.errors import UsageError


def write(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")


def walked(root: Path, *targets: str, exclude: tuple[str, ...] = ()) -> Tree:
    return discover(root, [root / target for target in targets or (".",)], exclude)


def test_files_of_known_languages_come_in_order_of_path(tmp_path: Path) -> None:
    write(tmp_path, "b/a.py", "a.pyi", "b.sql", "B.PY", "readme.md", "Makefile", "x.json")
    assert list(walked(tmp_path).files) == ["B.PY", "a.pyi", "b.sql", "b/a.py"]


def test_junk_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "a.py", ".git/a.py", "x/node_modules/a.py", "__pycache__/a.py", "lib/site-packages/a.py")
    write(tmp_path, "env/pyvenv.cfg", "env/lib/a.py", ".next/a.py")
    assert list(walked(tmp_path).files) == ["a.py"]


def test_output_folders_are_left_out_and_counted(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "build/lib/a.py", "web/dist/a.py", "vendor/a.py")
    tree = walked(tmp_path)
    assert list(tree.files) == ["a.py"]
    assert tree.omissions() == {"folder build": 1, "folder dist": 1, "folder vendor": 1}


def test_vendor_is_a_segment_of_a_route_or_a_package_where_it_says_so(tmp_path: Path) -> None:
    write(tmp_path, "app/api/vendor/a.py", "shop/vendor/__init__.py")
    assert list(walked(tmp_path).files) == ["app/api/vendor/a.py", "shop/vendor/__init__.py"]


def test_named_target_in_a_junk_folder_is_scanned_beside_the_root(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "vendor/lib/b.py", "vendor/c.py")
    tree = walked(tmp_path, "vendor/lib")
    assert list(tree.files) == ["a.py", "vendor/lib/b.py"]
    assert [path for path in tree.files if tree.reports(path)] == ["vendor/lib/b.py"]


def test_target_does_not_take_in_files_that_begin_like_it(tmp_path: Path) -> None:
    write(tmp_path, "api/a.py", "api2/a.py", "api.py")
    tree = walked(tmp_path, "api")
    assert [path for path in tree.files if tree.reports(path)] == ["api/a.py"]


def test_excluding_globs_hold_for_named_files_too(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "old/b.py")
    tree = walked(tmp_path, "a.py", "old/b.py", exclude=("old",))
    assert list(tree.files) == ["a.py"]
    assert tree.omissions() == {"excluded": 1}


def test_manifests_are_no_files_to_scan(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "web/a.tsx", "web/package.json", "web/tsconfig.json", "schema.prisma", "web/data.json")
    tree = walked(tmp_path)
    assert list(tree.files) == ["a.py", "schema.prisma", "web/a.tsx"]
    assert sorted(tree.manifests) == ["web/package.json", "web/tsconfig.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_not_followed_and_those_that_lead_out_are_counted(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    write(outside, "z.py")
    write(root, "src/a.py")
    (root / "src/loop").symlink_to(root)
    (root / "src/itself").symlink_to("itself")
    (root / "same.py").symlink_to(root / "src/a.py")
    (root / "out").symlink_to(outside)
    tree = walked(root)
    assert list(tree.files) == ["src/a.py"]
    assert tree.omissions() == {"symbolic link": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="file modes of POSIX")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "closed/b.py")
    (tmp_path / "closed").chmod(0)
    tree = walked(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert [(problem.kind, problem.path) for problem in tree.problems.values()] == [("unreadable", "closed")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_named_pipes_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert list(walked(tmp_path).files) == ["a.py"]
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        walked(tmp_path, "pipe.py")


def test_folder_with_nothing_to_scan_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "docs/readme.md")
    with pytest.raises(UsageError, match="nothing to scan in docs"):
        walked(tmp_path, "docs")


def test_file_of_an_unknown_language_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "readme.md")
    with pytest.raises(UsageError, match=r"readme.md is not in a language"):
        walked(tmp_path, "readme.md")


def test_given_file_need_not_exist(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    new = tmp_path / "new.py"
    tree = discover(tmp_path, [new], given=[new])
    assert (list(tree.files), tree.targets) == (["a.py", "new.py"], {"new.py"})


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes there")
def test_file_whose_name_is_not_text_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "é\n.py")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py"))).write_text("")
    tree = walked(tmp_path)
    assert list(tree.files) == ["a.py", "é\n.py"]
    assert [(problem.path, problem.message) for problem in tree.problems.values()] == [
        ("caf\\xe9.py", "its name is not UTF-8 text")
    ]
