"""The documents say what is true: commands, options, exit codes, formats, configuration, links."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from isolint.cli import run
from isolint.cli._document import commands, page
from isolint.engine.exit import Exit
from isolint.engine.settings import parse_settings
from isolint.frontends.python.suppressions import suppressions
from isolint.output import formats

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
GUIDES = sorted(path for folder in ("guides", "runbooks") for path in (ROOT / "docs" / folder).glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"), *DECISIONS, *GUIDES]
FIRST_SCREEN, PAGE = 24, 50
"""Lines."""

LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def read(document: Path) -> str:
    """The text of a document."""
    return document.read_text(encoding="utf-8")


def calls() -> list[str]:
    """What README and guides call isolint with: in code spans, and as lines of shell."""
    texts = [README, *map(read, GUIDES)]
    shell = [line for text in texts for block in re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M) for line in
             block.splitlines()]  # fmt: skip
    return [*shell, *(span for text in texts for span in re.findall(r"`(isolint [^`\n]+)`", text))]


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in a language, in order."""
    return [found.rstrip("\n") for found in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)]


COMMANDS = dict(commands())


def test_page_of_the_commands_is_fresh() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m isolint.cli._document --write"


def test_page_of_the_commands_names_every_option_and_what_it_takes() -> None:
    text = page()
    words = {word for command in COMMANDS.values() for item in command.params for word in item.opts}
    assert {word for word in words if word.startswith("-") and f"`{word}" not in text} == set()
    assert "| `--fail-on WORD` | Exit with 1 for findings of this level or above. One of `error`," in text
    assert "| `--jobs N`, `-j N` | Work in N processes. Default: one per core. |" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented_and_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert any(call == name or call.startswith(f"{name} ") for call in calls())
    assert command.help
    missing = [item.name for item in command.params if isinstance(item, click.Option) and not item.help]
    assert missing == []


def test_documents_name_no_command_that_does_not_exist() -> None:
    named = {call.split()[1] for call in calls() if re.match(r"isolint [a-z]", call)}
    assert named == {name.split()[1] for name in COMMANDS}


def test_first_screen_holds_the_command_that_runs_and_the_one_that_tests() -> None:
    first, second = blocks("sh")[:2]
    screen = README.splitlines()[:FIRST_SCREEN]
    assert first in screen
    assert second in screen
    folder = re.search(r"cd (\S+) && isolint scan (\S+) --format sarif", first)
    assert folder is not None
    assert (ROOT / folder[1] / folder[2]).is_dir()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert blocks("sh")[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert blocks("sh")[1] in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()


def test_finding_in_the_readme_is_a_real_one(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "apps" / "fastapi_schemas")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    run(["scan", "src/app/api", "--no-cache", "--jobs", "1"])
    printed = capfd.readouterr().out
    for part in re.split(r"^…\n?", blocks("text")[0], flags=re.MULTILINE):
        assert part in printed


def test_readme_lists_exit_codes_and_formats() -> None:
    codes = re.findall(r"^\| (\d) \|", README, re.MULTILINE)
    assert codes == [str(int(code)) for code in Exit if code is not Exit.INTERRUPTED]
    section = README.partition("## Formats")[2].partition("\n## ")[0]
    assert set(formats()) <= set(re.findall(r"`(?:--format )?([a-z]+)`", section))


def test_configuration_in_the_readme_is_accepted() -> None:
    assert parse_settings(blocks("yaml")[0]).tenancy.executors[0].name == "safe_query_schema"
    assert parse_settings(blocks("yaml")[1]).tenants.schema == "org_{slug}"


def test_hook_in_the_readme_is_the_one_there_is() -> None:
    (used,) = yaml.safe_load(blocks("yaml")[2])
    declared = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in used["hooks"]] == [hook["id"] for hook in declared]


def test_suppression_in_the_readme_is_in_order() -> None:
    (found,) = suppressions(blocks("python")[0] + "\n")
    assert (found.rules, found.reason, found.until) == (("ISO102",), "published to all customers", "2027-01-31")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [document.parent / target for target in LINK.findall(document.read_text(encoding="utf-8"))]
    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("document", DECISIONS, ids=lambda path: path.name)
def test_decision_is_numbered_and_fits_on_a_page(document: Path) -> None:
    number = document.name.partition("-")[0]
    lines = document.read_text(encoding="utf-8").splitlines()
    assert int(number) == DECISIONS.index(document) + 1
    assert lines[0].startswith(f"# {number}: ")
    assert len(lines) <= PAGE
