"""`isolint init`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from isolint.cli._options import jobs, no_cache

if TYPE_CHECKING:
    from isolint.engine.setup.propose import Proposal

PARTS = ("config", "hook", "github", "gitlab")
NEXT = {"hook": "next: `pip install pre-commit && pre-commit install`, and git runs it with each commit\n"}
"""What is left to do by hand."""


@click.command("init")
@click.argument("parts", nargs=-1, metavar="[PART]...", type=click.Choice(PARTS))
@click.option("--print", "only_print", is_flag=True, help="Print the files and write none.")
@jobs
@no_cache
def command(parts: tuple[str, ...], only_print: bool, jobs: int | None, no_cache: bool) -> int:
    """Write a configuration that says what isolint assumes about the project in the current folder.

    PARTs are config (isolint.yaml, the default), hook (.pre-commit-config.yaml), github (a workflow) and gitlab
    (.gitlab-ci.yml). A file that exists is never touched: then nothing is written.

    Exit codes: 0 written, 2 a file exists or cannot be written, 3 written, but no tenancy was found.
    """
    from isolint.cli._write import write_text
    from isolint.engine.project import find_project
    from isolint.engine.setup.files import Part, home_of, refuse_existing, text_of, write

    wanted = [Part(part) for part in dict.fromkeys(parts or ("config",))]
    home = home_of(find_project((".",)).root)
    if not only_print:
        refuse_existing(wanted, home)
    proposal = _proposal(jobs, no_cache) if Part.CONFIG in wanted else None
    texts = {part: proposal.text if proposal and part is Part.CONFIG else text_of(part, home) for part in wanted}
    if only_print:
        write_text("\n".join(texts.values()))
    else:
        for part, text in texts.items():
            write(home.place(part), text)
            write_text(f"wrote {home.place(part)}\n{NEXT.get(part, '')}")
        if proposal:
            write_text(_told(proposal))
    return 3 if proposal and proposal.picture.tenancy.strategy == "none" else 0


def _proposal(jobs: int | None, no_cache: bool) -> Proposal:
    from isolint.cli._progress import Progress
    from isolint.engine.request import ScanRequest
    from isolint.engine.setup.propose import propose

    progress = Progress()
    try:
        return propose(ScanRequest(jobs=jobs or 0, cached=not no_cache, progress=progress))
    finally:
        progress.clear()
        sys.stdout.flush()


def _told(proposal: Proposal) -> str:
    """What was found, and what to do next."""
    from isolint.output import summary

    lines = [f"assumed: {item.what}{f', from {item.where}' if item.where else ''}" for item in proposal.picture.tenants]
    if not proposal.picture.tenants:
        lines.append("no tenancy was found: name the tables of tenants in isolint.yaml, under roots")
    lines += [
        summary(proposal.report),
        "next: read isolint.yaml, then `isolint scan`; `isolint baseline` takes today's findings as known; then",
        "      `isolint init hook` and `isolint init github` (or gitlab) set up the hook and the CI job",
    ]
    return "".join(f"{line}\n" for line in lines)
