"""Part of building the site: pages of the repository that the site does not hold are named there, not linked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """The text of a page, with links that lead out of the documentation as the words that they are on, and the path."""
    documents = Path(config.docs_dir).resolve()
    folder = (documents / page.file.src_uri).parent

    def named(link: re.Match[str]) -> str:
        target = (folder / link[2]).resolve()
        if target.is_relative_to(documents) or not target.exists():
            return link[0]
        path = target.relative_to(documents.parent).as_posix()
        return f"`{path}`" if link[1].strip("`") == path else f"{link[1]} (`{path}`)"

    return LINK.sub(named, markdown)
