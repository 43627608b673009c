"""Remix and React Router: loaders and actions of files below `routes`."""

from isolint.frameworks.framework import Fills, Framework

FRAMEWORK = Framework(
    name="remix",
    exports=frozenset({"loader", "action", "clientLoader", "clientAction"}),
    below=frozenset({"routes"}),
    fields={"request": Fills.REQUEST, "params": Fills.PARAMS, "context": Fills.SESSION},
)
