"""Commands that an operator runs: click, typer, Django management commands, Flask CLI, scripts."""

from isolint.frameworks.framework import Framework
from isolint.model.access import Role

FRAMEWORK = Framework(
    name="commands",
    role=Role.COMMAND,
    decorators=frozenset({"command", "callback", "group"}),
    bases=("BaseCommand",),
    methods=frozenset({"handle"}),
    files=frozenset({"seed", "seeds"}),
    folders=frozenset({"commands", "scripts", "cli", "bin", "tools", "seeds", "seed", "fixtures", "benchmarks"}),
)
