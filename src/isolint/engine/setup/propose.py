"""From a project's code to the configuration that says what is assumed about it."""

from __future__ import annotations

from dataclasses import dataclass

from isolint.engine.judge import judge
from isolint.engine.prepare import Prepared, prepare, program_of
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import deep_recursion, without_collection
from isolint.engine.setup.detect import Picture, detect
from isolint.engine.setup.files import schema_reference
from isolint.engine.setup.pin import pin
from isolint.engine.setup.yamltext import yaml_text
from isolint.errors import UsageError
from isolint.model.report import Report


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of an `isolint.yaml`, what it was made from, and what a scan with or without it finds."""

    text: str
    picture: Picture
    report: Report


@without_collection()
def propose(request: ScanRequest) -> Proposal:
    """Read a project without a configuration and propose one. Raises UsageError when it has one."""
    ready = prepare(request)
    refuse_configured(ready)
    report = judge(ready)
    with deep_recursion():
        program = program_of(ready.facts)
        pinned = pin(program, report.tenancy)
        picture = detect(program, report.tenancy, report.evidence)
    return Proposal(yaml_text(picture, pinned, schema_reference(ready.project.root)), picture, report)


def refuse_configured(ready: Prepared) -> None:
    """Raises UsageError when the project has a configuration."""
    if ready.project.config is not None:
        raise UsageError(f"{ready.project.config} exists and is left as it is: the project is configured there")
