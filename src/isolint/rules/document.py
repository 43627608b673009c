"""Rules as pages and as terminal text, from the same data.

`python -m isolint.rules.document` tells which pages under docs/rules are stale (exit code 1), `--write` renews them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from textwrap import fill, indent

from isolint.model.rule import Example, Rule
from isolint.rules.load import load_rules, shipped_folder

FAMILIES = {
    "ISO1": "Accesses",
    "ISO2": "SQL",
    "ISO3": "Predicates and guards",
    "ISO4": "Executors",
    "ISO5": "Context",
    "ISO6": "Code against schema",
    "ISO7": "Provisioning",
}
WIDTH = 100
COMMENTS = {"python": "#", "typescript": "//", "sql": "--", "prisma": "//"}
LANGUAGES = {".py": "python", ".sql": "sql", ".ts": "typescript", ".tsx": "tsx", ".yaml": "yaml", ".prisma": "prisma"}


def page_name(rule: Rule) -> str:
    """The file name of a rule's page, which keeps when the rule is renamed."""
    return f"{rule.id}.md"


def pages(rules: Iterable[Rule]) -> dict[str, str]:
    """File name to Markdown: a page for each rule, and the index."""
    listed = sorted(rules, key=lambda rule: rule.id)
    return {"index.md": index(listed)} | {page_name(rule): markdown(rule) for rule in listed}


def index(rules: Sequence[Rule]) -> str:
    """The page that lists `rules` by family."""
    parts = ["# Rules\n\nGenerated from `rules/*.yaml`. A name reads after “allow”."]
    for title in dict.fromkeys(_family(rule) for rule in rules):
        rows = [rule for rule in rules if _family(rule) == title]
        lines = [_row(rule) for rule in rows]
        head = ["| id | name | severity, confidence | reports |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {title}", "", *head, *lines]))
    return "\n\n".join(parts) + "\n"


def markdown(rule: Rule) -> str:
    """The page of one rule."""
    shown: set[tuple[str, str]] = set()
    parts = [
        f"# {rule.id}: {rule.name}",
        f"{rule.summary}.",
        f"| severity | confidence | since | see also |\n|---|---|---|---|\n"
        f"| {' | '.join(_strength(rule))} | {rule.since} | {_references(rule)} |",
        f"## Why is this bad?\n\n{rule.why}",
        f"## What to do\n\n{rule.fix}",
        "## Examples",
        *(_example(rule, example, shown) for example in rule.examples),
    ]
    if rule.limits:
        parts.append("## Limits\n\n" + "\n".join(f"- {limit}" for limit in rule.limits))
    parts.append(
        "## Where it is right as it is\n\nSay why, on the statement's first line: "
        f"`# isolint: ignore[{rule.id}] the reason` (`//` in TypeScript)."
    )
    return "\n\n".join(parts) + "\n"


def terminal(rule: Rule, examples: int = 1, emphasis: Callable[[str], str] = str) -> str:
    """The same for a terminal: up to `examples` of each kind, headings passed through `emphasis`."""
    severity, confidence = _strength(rule)
    references = ", ".join((*rule.cwe, *rule.owasp))
    parts = [
        f"{emphasis(f'{rule.id} {rule.name}')}\n{_wrapped(f'{rule.summary}.', '')}",
        f"{severity} severity · {confidence} confidence · since {rule.since}"
        + (f" · {references}" if references else ""),
        f"{emphasis('Why is this bad?')}\n{_wrapped(rule.why)}",
        f"{emphasis('What to do')}\n{_wrapped(rule.fix)}",
    ]
    for bad in (True, False):
        for example in [example for example in rule.examples if example.bad is bad][:examples]:
            parts.append(f"{emphasis(_title(example))}\n{indent(_marked(rule, example).rstrip(), '    ')}")
    if rule.limits:
        parts.append(emphasis("Limits") + "\n" + "\n".join(_wrapped(f"- {limit}") for limit in rule.limits))
    return "\n\n".join(parts) + "\n"


def stale(folder: Path, rules: Iterable[Rule]) -> list[str]:
    """Names of the pages in `folder` that are missing, differ, or belong to no rule."""
    due = pages(rules)
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in due.keys() | there.keys() if due.get(name) != there.get(name))


def write(folder: Path, rules: Iterable[Rule]) -> None:
    """Make `folder` hold the pages of `rules` and no other Markdown."""
    due = pages(rules)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in due:
            path.unlink()
    for name, text in due.items():
        (folder / name).write_text(text, encoding="utf-8")


def _strength(rule: Rule) -> tuple[str, str]:
    return rule.severity.name.lower(), rule.confidence.name.lower()


def _family(rule: Rule) -> str:
    return FAMILIES.get(rule.id[:4], "Others")


def _row(rule: Rule) -> str:
    return f"| [{rule.id}]({page_name(rule)}) | {rule.name} | {', '.join(_strength(rule))} | {rule.summary} |"


def _references(rule: Rule) -> str:
    weaknesses = [f"[{cwe}](https://cwe.mitre.org/data/definitions/{cwe[4:]}.html)" for cwe in rule.cwe]
    return ", ".join((*weaknesses, *(f"OWASP {entry}" for entry in rule.owasp))) or "–"


def _title(example: Example) -> str:
    kind = "Reported" if example.bad else "Accepted"
    return f"{kind}: {example.title}" if example.title else kind


def _example(rule: Rule, example: Example, shown: set[tuple[str, str]]) -> str:
    """One example; files that the page has shown before are only mentioned."""
    beside = {path: text for path, text in example.files.items() if path != example.file}
    if example.config:
        beside["isolint.yaml"] = example.config
    parts = [f"### {_title(example)}", f"`{example.file}`", _fenced(example.file, _marked(rule, example))]
    known = [f"`{path}`" for path, text in beside.items() if (path, text) in shown]
    if known:
        parts.append(f"With {' and '.join(known)} as above.")
    for path, text in beside.items():
        if (path, text) not in shown:
            parts.append(f"<details><summary><code>{path}</code></summary>\n\n{_fenced(path, text)}\n\n</details>")
            shown.add((path, text))
    return "\n\n".join(parts)


def _marked(rule: Rule, example: Example) -> str:
    """The example's main text, with a comment on the line that is reported."""
    lines = example.files[example.file].splitlines()
    if example.line:
        lines[example.line - 1] += f"  {COMMENTS[example.language]} {rule.id}"
    return "\n".join(lines)


def _fenced(path: str, text: str) -> str:
    return f"```{LANGUAGES.get(Path(path).suffix, '')}\n{text.rstrip()}\n```"


def _wrapped(text: str, margin: str = "  ") -> str:
    hanging = margin + ("  " if text.startswith("- ") else "")
    return fill(text, WIDTH, initial_indent=margin, subsequent_indent=hanging, break_on_hyphens=False)


def main(arguments: Sequence[str]) -> int:
    """Check the pages under docs/rules, or write them: 0 when they are fresh, 1 when stale, 2 for wrong usage."""
    if list(arguments) not in ([], ["--write"]):
        print("usage: python -m isolint.rules.document [--write]", file=sys.stderr)
        return 2
    folder, rules = shipped_folder().parent / "docs" / "rules", load_rules()
    if arguments:
        write(folder, rules)
        return 0
    names = stale(folder, rules)
    for name in names:
        print(f"docs/rules/{name} is stale: run python -m isolint.rules.document --write", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
