"""API routes of Next.js' pages router: the default export of a file below `pages/api`."""

from isolint.frameworks.framework import Fills, Framework

FRAMEWORK = Framework(
    name="nextpages",
    exports=frozenset({"default"}),
    below=frozenset({"pages/api"}),
    fills=(Fills.REQUEST, Fills.RESPONSE),
)
