"""What is shipped beside the code. Found by path: importing importlib.resources costs more than reading all of it."""

from __future__ import annotations

import os


def rules_folder() -> str:
    """The folder of the shipped rule files: `isolint/_rules` when installed, `rules/` of the repository otherwise."""
    package = os.path.dirname(os.path.realpath(__file__))
    installed = os.path.join(package, "_rules")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(os.path.dirname(package)), "rules")
