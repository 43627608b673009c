"""From facts to everything that is known: program, tenancy, schemas, evidence and observations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isolint.engine.prepare import Prepared, program_of
from isolint.engine.runtime import deep_recursion
from isolint.engine.schemas import config_place, read_schemas, scripts_of
from isolint.engine.spread import spread
from isolint.model.code import FileFacts
from isolint.model.observation import Observation
from isolint.model.tenancy import Tenancy
from isolint.schema.known import Schemas, schema_facts

if TYPE_CHECKING:
    from isolint.link import Program
    from isolint.prove import Proof
    from isolint.prove.proof import Spread


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a whole project, whatever part of it is to be reported on."""

    program: Program
    tenancy: Tenancy
    schemas: Schemas
    proof: Proof
    observations: Sequence[Observation]


def analyse(ready: Prepared, schemas: Schemas | None = None, *, advise: bool = False) -> Analysis:
    """Judge every access and look at everything else; `schemas` are the configuration's unless they are given.
    `advise` asks for remedies.
    """
    from isolint.prove import prove
    from isolint.review import Material, review
    from isolint.tenancy import infer

    root, settings = ready.material.tree.root, ready.settings
    schemas = read_schemas(settings.schema, root) if schemas is None else schemas
    with deep_recursion():
        program = program_of(ready.facts)
        tenancy = replace(infer(program, settings.tenancy), schemas=schema_facts(schemas, root))
        proof = prove(program, tenancy, spread=_spread(ready), advise=advise)
        material = Material(program, tenancy, schemas, root, config_place(settings.path), scripts_of(ready.material))
        observations = review(material, proof.evidence)
    return Analysis(program, tenancy, schemas, proof, observations)


def _spread(ready: Prepared) -> Spread:
    """Where visits are done: on the executor that was given, else in processes of this machine."""
    from isolint.prove.visits import visited

    if ready.executor is not None:
        from isolint.engine.remote import on_executor

        return _recalled(ready, on_executor(ready.executor, ready.facts))
    mapped = spread(ready.jobs)
    return _recalled(
        ready, lambda visiting, positions, reached: mapped(lambda at: visited(visiting, at, reached), positions)
    )


def _recalled(ready: Prepared, spread: Spread) -> Spread:
    """The same, but for what is known from before."""
    if ready.memory is None:
        return spread
    code = (source for path, source in ready.material.sources.items() if isinstance(ready.facts.get(path), FileFacts))
    return ready.memory.around(spread, {source.path: source.digest for source in code})
