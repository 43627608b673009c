"""`isolint rules`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from isolint.cli._options import config, only_help
from isolint.errors import UsageError

if TYPE_CHECKING:
    from isolint.model.rule import Rule


@click.group("rules", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Show the rules and what they are about."""
    return only_help(ctx)


@command.command("list")
@config
def list_rules(config: str) -> int:
    """List all rules: id, severity, confidence, name."""
    from isolint.cli._write import write_text

    rows = [
        f"{rule.id}  {rule.severity.name.lower():6}  {rule.confidence.name.lower():6}  {rule.name}"
        for rule in sorted(_rules(config), key=lambda rule: rule.id)
    ]
    write_text("".join(f"{row}\n" for row in rows))
    return 0


@command.command("show")
@click.argument("rule", metavar="ID")
@config
def show(rule: str, config: str) -> int:
    """Show a rule's documentation: why, examples, what to do, limits."""
    from isolint.cli._write import colours, write_text
    from isolint.rules.document import terminal
    from isolint.rules.suggest import did_you_mean

    rules = {word: item for item in _rules(config) for word in (item.id, item.name)}
    found = rules.get(rule) or rules.get(rule.upper())
    if found is None:
        raise UsageError(f"no rule {rule!r}{did_you_mean(rule, rules)}")
    in_colour = colours(sys.stdout.isatty())
    write_text(terminal(found, emphasis=lambda text: f"\x1b[1m{text}\x1b[0m" if in_colour else text))
    return 0


@command.command("test")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def test(paths: tuple[str, ...]) -> int:
    """Run the examples of rule files, or of all rule files in folders.

    Exit codes: 0 all pass, 1 some do not, 2 a file holds no rule that can be used.
    """
    from isolint.cli._write import write_text
    from isolint.engine.ruletests import try_rules

    wrong = 0
    for tried in try_rules(paths):
        wrong += bool(tried.faults)
        passed = f"{len(tried.faults)} to mend" if tried.faults else f"{tried.examples} examples pass"
        write_text(f"{tried.rule.id} {tried.rule.name}: {passed}\n")
        write_text("".join(f"  {fault}\n" for fault in tried.faults))
    return 1 if wrong else 0


def _rules(config: str) -> tuple[Rule, ...]:
    """The shipped rules and those of the project around the current folder."""
    from isolint.engine.choose import known_rules
    from isolint.engine.project import find_project
    from isolint.engine.settings import load_settings

    project = find_project((".",) if not config else (config,), config)
    settings = load_settings(project.config)
    return known_rules(settings.rules, project.root, settings.path)
