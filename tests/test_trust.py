"""A few hostile inputs of every kind; `benchmarks/trust.py` tries thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KINDS = {
    "what is changed": (15, "mutations", "truncations"),
    "what is read": (5, "nesting", "lengths", "circles", "encodings", "records"),
    "what is said": (5, "places", "settings", "schemas", "arguments"),
    "what is secret": (1, "secrets"),
}


@pytest.mark.parametrize("group", KINDS)
def test_no_input_crashes_hangs_is_run_or_called_clean_and_no_secret_is_written(group: str, repository: Path) -> None:
    each, *kinds = KINDS[group]
    script = repository / "benchmarks" / "trust.py"
    if not script.exists():
        pytest.skip("the benchmarks are not part of this copy")
    chosen = [word for kind in kinds for word in ("--kind", str(kind))]
    command = [sys.executable, str(script), "--each", str(each), "--seed", "11", *chosen]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_modules_beside_the_code_that_is_scanned_are_not_run(tmp_path: Path) -> None:
    for name in ("click", "logging", "yaml", "sqlite3", "isolint_settings"):
        tmp_path.joinpath(f"{name}.py").write_text("raise SystemExit('this was run')\n")
    done = subprocess.run(
        [sys.executable, "-m", "isolint", "scan", "--no-cache", "--fail-on", "never"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "this was run" not in done.stderr
    assert "in 5 files" in done.stdout
