"""The command line: one module a command, imported when the command is called.

A module without a leading underscore is a command of its name and holds it as `command`.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import NoReturn

from isolint.errors import IsolintError

FAILED, INTERRUPTED = 2, 130


def main() -> NoReturn:
    """Run the command line and exit. Errors are one sentence on stderr; a traceback is a fault of isolint's own."""
    sys.excepthook = _fault
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    import click

    from isolint.cli._commands import group

    try:
        result = group.main(arguments, prog_name="isolint", standalone_mode=False)
    except (click.ClickException, IsolintError) as error:
        from isolint.model.masked import masked_sentence

        sentence = masked_sentence(error.format_message() if isinstance(error, click.ClickException) else str(error))
        sys.stderr.write(f"isolint: error: {_printable(sentence)}\n")
        return FAILED
    except click.Abort:
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _printable(sentence: str) -> str:
    """Without what would act on a terminal: names of files are part of errors."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in sentence)


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Report an error that nothing expects; it must not exit with 1, which means findings."""
    from traceback import format_exception

    from isolint.model.masked import masked_sentence

    sys.stderr.write(masked_sentence("".join(format_exception(kind, error, trace))))
    sys.stderr.write("isolint: error: this is a fault in isolint; please report it with the lines above\n")
    raise SystemExit(FAILED)
