"""A report as it travels inside another document: whole, compressed, as text."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode

import msgspec

from isolint.model.report import Report

SHARD = "isolint/shard"
"""The property of a SARIF run that describes its part."""

LARGEST = 1_000_000_000
"""Bytes of a report that are unpacked at most: some hundreds of times what large projects need."""


def packed(report: Report) -> str:
    """The report as text of few characters. Halves of surrogate pairs, which no document can hold, are replaced."""
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False)
    return b64encode(zlib.compress(text.encode("utf-8", "replace"))).decode("ascii")


def unpacked(text: str) -> Report:
    """The report that was packed. Raises ValueError for a text that holds none."""
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(b64decode(text, validate=True), LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not inflate.eof:
        raise ValueError("it is cut short, or too large")
    return msgspec.json.decode(body, type=Report)
