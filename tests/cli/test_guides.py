"""The guides' commands do what the guides say, one after the other, in a real repository."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolint.engine.settings import parse_settings

Command = Callable[..., Any]
Git = Callable[..., str]

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "guides").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.ya?ml)\n")


def steps(guide: Path) -> list[tuple[str, str]]:
    """Language and text of the fenced blocks, in order."""
    return BLOCK.findall(guide.read_text(encoding="utf-8"))


def follow(guide: Path, isolint: Command, root: Path) -> list[Any]:
    """Run the commands of a guide and write its files; what the commands did."""
    done = []
    for language, text in steps(guide):
        named = FILE.match(text)
        if language == "yaml" and named:
            (root / named[1]).write_text(text, encoding="utf-8")
        elif language == "sh":
            done += [isolint(*shlex.split(line)[1:]) for line in text.splitlines()]
    return done


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_of_a_guide_can_be_followed(guide: Path, isolint: Command, project: Path, git: Git) -> None:
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    done = follow(guide, isolint, project)
    assert done
    assert [(step.out, step.err) for step in done if step.code not in {0, 1} or step.err] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_configuration_in_a_guide_is_accepted(guide: Path) -> None:
    for language, text in steps(guide):
        if language == "yaml" and not text.startswith("# lint/"):
            assert parse_settings(text)


def test_rule_of_the_guide_reports_what_it_promises(
    isolint: Command, project: Path, git: Git, repository: Path
) -> None:
    guide = repository / "docs" / "guides" / "write-a-rule.md"
    with (project / "app" / "routes.py").open("a") as file:
        file.write(
            '\n\n@router.delete("/invoices")\n'
            "def remove(session: Session = Depends(get_session), user: User = Depends(current_user)):\n"
            "    session.query(Invoice).filter(Invoice.organization_id == user.organization_id).delete()\n"
        )
    made, first, second, listed, shown, scanned = follow(guide, isolint, project)
    assert "wrote lint/hard-delete.yaml" in made.out
    promised, complaint = (text for language, text in steps(guide) if language == "text")
    assert first.out == second.out == promised
    assert "OWN001  medium" in listed.out
    assert shown.out.startswith("OWN001 hard-delete\n")
    assert "error  OWN001 hard-delete" in scanned.out
    rule = project / "lint" / "hard-delete.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("role: route", "role: job"), encoding="utf-8")
    assert isolint("rules", "test", "lint").out.splitlines()[1].strip() == complaint.strip()
