"""`isolint lsp`."""

from __future__ import annotations

import os
import sys

import click

from isolint.errors import UsageError

STDIN, STDOUT, STDERR = 0, 1, 2


@click.command("lsp")
def command() -> int:
    """Serve an editor over standard input and output, by the Language Server Protocol.

    Shows findings while code is written, the evidence for the access under the cursor, and offers suppressions. Needs
    the extra `lsp`: pip install 'isolint[lsp]'.
    """
    try:
        from isolint.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in {"pygls", "lsprotocol"}:
            raise UsageError("the language server needs more packages: pip install 'isolint[lsp]'") from error
        raise
    with os.fdopen(os.dup(STDIN), "rb") as asked, os.fdopen(os.dup(STDOUT), "wb") as told:
        _keep_apart()
        serve(asked, told)
    return 0


def _keep_apart() -> None:
    """Leave the protocol's two streams to the protocol: what anything else writes goes to standard error."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(STDERR, STDOUT)
