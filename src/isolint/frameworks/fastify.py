"""Fastify: verbs with options that hold hooks, `route` with everything in one object, hooks for whole plugins."""

from isolint.frameworks.framework import Fills, Framework, Registration

FILLS = (Fills.REQUEST, Fills.RESPONSE)
FRAMEWORK = Framework(
    name="fastify",
    registrations=(
        Registration(methods=frozenset({"route"}), fills=FILLS, path=False, options=frozenset({"handler"})),
        Registration(methods=frozenset({"addHook"}), fills=FILLS, guards=True),
    ),
)
