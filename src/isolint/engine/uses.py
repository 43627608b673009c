"""What a project's code needs of its tenants' schemas."""

from __future__ import annotations

from isolint.engine.prepare import prepare, program_of
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import deep_recursion, without_collection
from isolint.model.evidence import Reason
from isolint.model.use import Uses

UNNAMED = frozenset((Reason.DYNAMIC_SQL, Reason.UNRESOLVED_TABLE))


@without_collection()
def find_uses(request: ScanRequest) -> Uses:
    """The tables and columns that the code under the request's paths uses, outside of tests and migrations.

    Raises UsageError and ConfigError as a scan does; what cannot be analysed is counted.
    """
    from isolint.prove import prove
    from isolint.prove.uses import Watcher
    from isolint.tenancy import infer

    ready, watcher = prepare(request), Watcher()
    with deep_recursion():
        program = program_of(ready.facts)
        proof = prove(program, infer(program, ready.settings.tenancy), watcher)
    reports = ready.material.reports
    evidence = [item for item in proof.evidence if reports(item.access.place.path)]
    troubles = sum(len(facts.troubles) for path, facts in ready.facts.items() if reports(path))
    unread = [*ready.material.tree.problems, *(problem.path for problem in proof.problems)]
    return Uses(
        uses=watcher.uses(reports),
        accesses=len(evidence),
        files=sum(map(reports, ready.facts)),
        unknown=sum(item.reason in UNNAMED for item in evidence),
        problems=troubles + sum(map(reports, unread)),
    )
