"""One rule file to one `Rule`, validated."""

from __future__ import annotations

from isolint.model.rule import Confidence, Example, Over, Rule, Severity
from isolint.model.source import Language
from isolint.rules.match import MatchError, compile_match, compile_observed
from isolint.rules.message import FIELDS, OBSERVED, unknown_field
from isolint.rules.section import Section, words
from isolint.rules.suggest import did_you_mean
from isolint.rules.yamlfile import YamlFile

KEYS = (
    "id",
    "name",
    "severity",
    "confidence",
    "since",
    "over",
    "cwe",
    "owasp",
    "summary",
    "why",
    "fix",
    "message",
    "match",
    "limits",
    "examples",
)
ID_FORM, NAME_FORM = r"[A-Z]{2,8}\d{3}", r"[a-z][a-z0-9]*(-[a-z0-9]+)+"
EXAMPLE_KEYS = ("title", "language", "code", "file", "files", "config", "line")
FILE_NAMES = {
    Language.PYTHON: "app.py",
    Language.TYPESCRIPT: "app.ts",
    Language.SQL: "app.sql",
    Language.PRISMA: "schema.prisma",
}
"""What the file of an example with `code:` is called unless `file:` says otherwise."""

LANGUAGES = words(Language)
SEVERITIES, CONFIDENCES, OVERS = words(Severity), words(Confidence), words(Over)


def read_rule(file: YamlFile) -> Rule:
    """Read a rule. Raises ConfigError with file and line for anything that is missing, unknown or malformed."""
    top = Section(file, (), file.value, KEYS)
    over = top.choice("over", OVERS, default="access")
    return Rule(
        id=top.text("id", form=ID_FORM, like="ISO102"),
        name=top.text("name", form=NAME_FORM, like="unscoped-tenant-read"),
        summary=top.text("summary"),
        why=top.text("why"),
        fix=top.text("fix"),
        severity=top.choice("severity", SEVERITIES),
        confidence=top.choice("confidence", CONFIDENCES),
        since=top.text("since", form=r"\d+\.\d+\.\d+", like="0.1.0"),
        match=_match(top, over),
        over=over,
        message=_message(top, over),
        cwe=top.texts("cwe", form=r"CWE-\d+", like="CWE-639"),
        owasp=top.texts("owasp", form=r"(API|A)\d{1,2}:\d{4}", like="API1:2023"),
        limits=top.texts("limits"),
        examples=_examples(top),
        origin=file.name,
    )


def _match(top: Section, over: Over) -> dict[str, object]:
    match = top.values.get("match")
    if match is None:
        top.fail("'match' is missing", "match")
    try:
        compile_match(match) if over is Over.ACCESS else compile_observed(match, over)
    except MatchError as error:
        top.fail(str(error), "match", *error.path)
    assert isinstance(match, dict)
    return dict(match)


def _message(top: Section, over: Over) -> str:
    message = top.text("message")
    problem = unknown_field(message, FIELDS if over is Over.ACCESS else OBSERVED)
    if problem:
        top.fail(problem, "message")
    return message


def _examples(top: Section) -> tuple[Example, ...]:
    if "examples" not in top.values:
        top.fail("'examples' is missing: a rule has at least one bad and one good example", "examples")
    kinds = Section(top.file, ("examples",), top.values["examples"], ("bad", "good"))
    return (*_examples_of(kinds, "bad"), *_examples_of(kinds, "good"))


def _examples_of(kinds: Section, kind: str) -> list[Example]:
    items = kinds.values.get(kind)
    if not isinstance(items, list) or not items:
        kinds.fail(f"a rule has at least one {kind} example: '{kind}' takes a list", kind)
    path = (*kinds.path, kind)
    return [_example(Section(kinds.file, (*path, at), item, EXAMPLE_KEYS), kind) for at, item in enumerate(items)]


def _example(entry: Section, kind: str) -> Example:
    language = entry.choice("language", LANGUAGES, default="python")
    files = _files(entry, language)
    example = Example(
        language=language.value,
        bad=kind == "bad",
        files=files,
        config=_verbatim(entry, "config"),
        title=entry.text("title", default=""),
        file=entry.text("file", default=next(iter(files))),
        line=entry.count("line"),
    )
    if example.file not in files:
        entry.fail(f"no file {example.file!r}{did_you_mean(example.file, files)}", "file")
    if example.line > len(files[example.file].splitlines()):
        entry.fail(f"{example.file} has no line {example.line}", "line")
    if example.line and not example.bad:
        entry.fail("a good example has no line to report", "line")
    return example


def _files(entry: Section, language: Language) -> dict[str, str]:
    if ("code" in entry.values) == ("files" in entry.values):
        entry.fail("an example has either 'code' or 'files'")
    if "code" in entry.values:
        return {entry.text("file", default=FILE_NAMES[language]): _verbatim(entry, "code")}
    files = entry.values["files"]
    if not isinstance(files, dict) or not files:
        entry.fail("'files' maps paths to texts", "files")
    inner = Section(entry.file, (*entry.path, "files"), files, tuple(files))
    return {path: _verbatim(inner, path) for path in files}


def _verbatim(section: Section, key: str) -> str:
    section.text(key, default="")
    return str(section.values.get(key) or "")
