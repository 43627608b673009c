"""Procedures built by chained calls: tRPC, oRPC, next-safe-action, zsa."""

from isolint.frameworks.framework import Fills, Framework, Registration

FIELDS = {
    "ctx": Fills.SESSION,
    "context": Fills.SESSION,
    "input": Fills.INPUT,
    "parsedInput": Fills.INPUT,
    "clientInput": Fills.INPUT,
    "rawInput": Fills.INPUT,
    "next": Fills.NEXT,
}
FRAMEWORK = Framework(
    name="procedures",
    registrations=(
        Registration(
            methods=frozenset("query mutation subscription action stateAction handler".split()),
            path=False,
            chained=True,
            fields=FIELDS,
        ),
        Registration(methods=frozenset({"use"}), path=False, guards=True, chained=True, fields=FIELDS),
    ),
)
