"""Terms that modules hold as constants are the same in every run of a process."""

from __future__ import annotations

import subprocess
import sys

SCAN_AND_LOOK = """
import sys
from isolint.engine.scan import scan_texts
from isolint.prove import interning

scan_texts({"app.py": "from flask import Flask"})
for name in sorted(module for module in sys.modules if module.startswith("isolint.prove.")):
    for constant, value in vars(sys.modules[name]).items():
        if isinstance(type(value), interning.Interned):
            print(name, constant, value in interning._shared.get(type(value), {}).values())
"""


def test_constants_are_made_before_the_first_run_makes_its_own_terms() -> None:
    told = subprocess.run([sys.executable, "-c", SCAN_AND_LOOK], capture_output=True, text=True, check=True).stdout
    constants = told.splitlines()
    assert any("isolint.prove.terms NULL" in constant for constant in constants)
    assert not [constant for constant in constants if constant.endswith("False")]
