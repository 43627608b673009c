"""Where results go: standard output or a file."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from isolint.errors import UsageError

WIDEST = 120


def write_text(text: str) -> None:
    """Write for people: in the terminal's encoding, with what it lacks written out. A reader that left is no error."""
    _write(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))


def write_document(text: str, file: str = "") -> None:
    """Write for programs: UTF-8, to standard output or whole into a file. Raises UsageError when that fails."""
    data = text.encode("utf-8", "backslashreplace")
    if not file:
        _write(data)
        return
    try:
        _replace(Path(file), data)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def replace_file(file: Path, data: bytes) -> None:
    """Write a whole file. Raises UsageError when that fails."""
    try:
        _replace(file, data, keep_mode=True)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def colours(stream_is_terminal: bool) -> bool:
    """Whether to write in colour: NO_COLOR and FORCE_COLOR go before what the terminal is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream_is_terminal and os.environ.get("TERM") != "dumb" and sys.platform != "win32"


def width() -> int:
    """Columns for text: the terminal's, within what reads well."""
    return min(shutil.get_terminal_size((100, 24)).columns, WIDEST)


def _write(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace(file: Path, data: bytes, *, keep_mode: bool = False) -> None:
    """Through a file beside it, so that readers never see half; what is no regular file is written as it is."""
    if file.exists() and not file.is_file():
        file.write_bytes(data)
        return
    target = file.resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        if keep_mode:
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
