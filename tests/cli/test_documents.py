"""What the documents tell people to type: every command exists as it is written, and what needs nothing else is run."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import click
import pytest

from isolint.cli._document import commands
from isolint.engine.settings import parse_settings

Command = Callable[..., Any]
Git = Callable[..., str]

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
GENERATED = {DOCS / "rules", DOCS / "decisions"}
DOCUMENTS = [ROOT / "README.md", *sorted(path for path in DOCS.rglob("*.md") if path.parent not in GENERATED)]
BLOCK = re.compile(r"^( *)```(\w+)(?: exit=(\d+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:#|--|//) (\S+/\S+\.\w+|\S+\.ya?ml)\n")
SPAN = re.compile(r"`(isolint [^`\n]+)`")
TYPED = re.compile(r'(?:^|[$(&|]\s*|\b[A-Z_]+=\S+\s+)(isolint(?: (?:"[^"\n]*"|[^&|)"\n])+)?)', re.MULTILINE)
"""Behind a prompt, another command or a variable."""

ELSEWHERE = re.compile(r"postgresql://|DATABASE_URL|^isolint (?:tenants|lsp)\b")
"""What a command names that needs a server or a client: tests/tenants runs the runbooks, tests/lsp the server."""

COMMANDS = dict(commands())
README_FILES = {
    "reference.sql": "CREATE TABLE campaign (id bigint PRIMARY KEY, name text);",
    "shared.sql": "CREATE TABLE organization (slug text PRIMARY KEY);",
    "provision.sql": "CREATE FUNCTION create_tenant(slug text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
    " EXECUTE format('CREATE SCHEMA %I', slug); END $$;",
}


class Block(NamedTuple):
    """A fenced block; `code` is the exit code of a block of shell, which is that of its last command."""

    language: str
    code: int
    text: str


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [Block(match[2], int(match[3] or 0), dedent(match[4])) for match in found]


def typed(text: str) -> list[str]:
    """The commands in a block of shell; lines that end in a backslash go on."""
    return [line.strip() for line in TYPED.findall(re.sub(r" *\\\n *", " ", text))]


def written(document: Path) -> Iterator[str]:
    """Every command that a document has: in blocks of shell and transcripts, and in spans of code."""
    for block in blocks(document):
        if block.language in {"sh", "console"}:
            yield from typed(block.text)
    yield from SPAN.findall(document.read_text(encoding="utf-8"))


def fault(line: str) -> str:
    """What is wrong with a command as click would see it, '' for nothing; nothing is run and no file has to exist."""
    words = shlex.split(line, comments=True)
    size = next((size for size in (3, 2) if " ".join(words[:size]) in COMMANDS), 0)
    if not size:
        groups = {" ".join(name.split()[:2]) for name in COMMANDS}
        return "" if line in groups or words[1:] in (["--version"], ["COMMAND", "--help"]) else "no such command"
    command = COMMANDS[" ".join(words[:size])]
    context = click.Context(command, info_name=command.name)
    try:
        given, _, _ = command.make_parser(context).parse_args(words[size:])
        for item in command.params:
            if isinstance(item, click.Option) and isinstance(item.type, (click.Choice, click.IntRange)):
                values = given.get(item.name)
                for value in values if isinstance(values, list) else [values] if isinstance(values, str) else []:
                    item.type.convert(value, item, context)
    except click.UsageError as error:
        return error.format_message()
    return ""


def printed(expected: str, output: str) -> bool:
    """Whether the output has these lines, one after the other; `…` stands for anything."""
    parts = (re.escape(part) for part in expected.strip().split("…"))
    return re.search(".*?".join(parts), output, re.DOTALL) is not None


def follow(guide: Path, isolint: Command, root: Path) -> list[Any]:
    """Write the files of a guide and run its commands, in order; each must end and print as it is said."""
    done: list[Any] = []
    if any(block.language == "python" and FILE.match(block.text) for block in blocks(guide)):
        shutil.rmtree(root / "app")  # it brings a service of its own
    before = ""
    for block in blocks(guide):
        named = FILE.match(block.text)
        if named:
            (root / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (root / named[1]).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            ran = [isolint(*shlex.split(line)[1:]) for line in typed(block.text)]
            codes = [*([0] * (len(ran) - 1)), block.code]
            assert [step.code for step in ran] == codes, [(step.out, step.err) for step in ran]
            done += ran
        elif (before, block.language) == ("sh", "text"):
            assert printed(block.text, done[-1].out), f"expected:\n{block.text}\nprinted:\n{done[-1].out}"
        before = block.language
    return done


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_exists_with_the_options_that_it_is_given(document: Path) -> None:
    assert [(line, fault(line)) for line in written(document) if fault(line)] == []


def test_faults_are_seen() -> None:
    assert "no such command" in fault("isolint scna app")
    assert "--formta" in fault("isolint scan --formta json")
    assert "'yaml' is not one of" in fault("isolint scan --format yaml")
    assert "requires an argument" in fault("isolint scan --baseline")
    assert fault("isolint scan app --format json -o report.json") == ""
    assert typed("cd app && isolint scan . --quiet | head\n$ isolint init\nX=1 isolint map") == [
        "isolint scan . --quiet", "isolint init", "isolint map"]  # fmt: skip


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_guide_can_be_followed(guide: Path, isolint: Command, project: Path, git: Git) -> None:
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    done = follow(guide, isolint, project)
    assert done
    assert [step.err for step in done if "error:" in step.err] == []


def test_commands_of_the_readme_run(isolint: Command, project: Path, git: Git) -> None:
    for name, text in README_FILES.items():
        (project / name).write_text(text, encoding="utf-8")
    lines = [line for block in blocks(ROOT / "README.md")[2:] if block.language == "sh" for line in typed(block.text)]
    here = [line for line in lines if not ELSEWHERE.search(line)]
    assert here
    for line in here:
        done = isolint(*shlex.split(line, comments=True)[1:])
        assert (done.code, "error:" in done.err) == (0, False), line


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_configuration_in_a_guide_is_accepted(guide: Path) -> None:
    for block in blocks(guide):
        if block.language == "yaml" and not block.text.startswith("# lint/"):
            assert parse_settings(block.text)


def test_rule_of_the_guide_reports_what_it_promises(isolint: Command, project: Path, git: Git) -> None:
    with (project / "app" / "routes.py").open("a") as file:
        file.write(
            '\n\n@router.delete("/invoices")\n'
            "def remove(session: Session = Depends(get_session), user: User = Depends(current_user)):\n"
            "    session.query(Invoice).filter(Invoice.organization_id == user.organization_id).delete()\n"
        )
    guide = DOCS / "guides" / "write-a-rule.md"
    made, first, second, listed, shown, scanned = follow(guide, isolint, project)
    assert "wrote lint/hard-delete.yaml" in made.out
    assert first.out == second.out
    assert "OWN001  medium" in listed.out
    assert shown.out.startswith("OWN001 hard-delete\n")
    assert "error  OWN001 hard-delete" in scanned.out
    rule = project / "lint" / "hard-delete.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("role: route", "role: job"), encoding="utf-8")
    (complaint,) = (block.text for block in blocks(guide) if block.language == "console")
    assert isolint("rules", "test", "lint").out == complaint.partition("\n")[2]
