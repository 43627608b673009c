"""All observations on a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from isolint.link import Program
from isolint.model.evidence import Evidence, Reason
from isolint.model.observation import Observation
from isolint.model.source import Place
from isolint.model.tenancy import Tenancy
from isolint.review.code import code_observations
from isolint.review.rows import row_observations
from isolint.review.scripts import script_observations
from isolint.review.used import unknown_names
from isolint.schema.known import Schemas


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to look at. `config` is where a remark belongs that no file of the project makes the table of;
    `scripts` are the texts of SQL files by path.
    """

    program: Program
    tenancy: Tenancy
    schemas: Schemas
    root: Path
    config: Place
    scripts: Mapping[str, str]


def review(material: Material, evidence: Sequence[Evidence]) -> Sequence[Observation]:
    """The observations, in no order."""
    switches = (item.access.place for item in evidence if item.reason is Reason.SESSION_SEARCH_PATH)
    judged = frozenset((place.path, place.span.line) for place in switches)
    return [
        *unknown_names(evidence, material.tenancy),
        *script_observations(material.scripts),
        *code_observations(material.program, material.tenancy, material.scripts.values(), judged),
        *row_observations(material.program, material.tenancy, material.schemas, material.root, material.config),
    ]
