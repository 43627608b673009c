"""Restrictions to a tenant that the request itself names."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.prove.case import Found
from isolint.prove.origins import Kind, Origin, origin
from isolint.prove.show import show
from isolint.prove.terms import Term, lookups


def chosen_by_caller(value: Term, found: Origin) -> Found:
    """The request names the tenant. A tenant in the URL is often checked in front of the whole application.

    Where no handler of the file has a check of its own, that is assumed, and little remains of the confidence.
    """
    steps = (_from_request(value, found),)
    plain = Found(Reason.TENANT_FROM_REQUEST, show(value), steps)
    if found.part != "path":
        return plain
    elsewhere = Step("no handler of this file checks the URL's tenant: it may be checked for all of them", assumed=True)
    doubt = Step("whether it is could not be seen", assumed=True)
    weak = Found(Reason.TENANT_FROM_REQUEST, show(value), (*steps, elsewhere, doubt))
    return Found(Reason.TENANT_FROM_REQUEST, show(value), steps, unless_alone=weak, authorising=True)


def named_by_request(found: Origin) -> list[Found]:
    """The tenant's row was looked up by what the request names."""
    for rows in found.rows:
        for test in lookups(rows.query):
            looked_up = origin(test.right)
            if looked_up.kind is Kind.REQUEST:
                return [Found(Reason.TENANT_FROM_REQUEST, show(test.right), (_from_request(test.right, looked_up),))]
    return []


def _from_request(value: Term, found: Origin) -> Step:
    return Step(f"`{show(value)}` comes from the request's {found.part or 'input'}, which the caller chooses")
