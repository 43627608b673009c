"""GraphQL resolver maps: `{ Query: { users(parent, args, context) … }, Mutation: { … } }`."""

from isolint.frameworks.framework import Fills, Framework

FRAMEWORK = Framework(
    name="graphql",
    fills=(Fills.RESPONSE, Fills.INPUT, Fills.SESSION),
    maps=frozenset({"Query", "Mutation", "Subscription"}),
)
