"""Server actions of React: what a browser calls with arguments of its own choice."""

from isolint.frameworks.framework import Fills, Framework

MOST_ARGUMENTS = 8
FRAMEWORK = Framework(
    name="server-actions",
    directives=frozenset({"use server"}),
    fills=(Fills.INPUT,) * MOST_ARGUMENTS,
)
