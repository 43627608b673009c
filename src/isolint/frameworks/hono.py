"""Hono: the context holds the request (`c.req.param("id")`) and what guards have put there (`c.get("user")`)."""

from isolint.frameworks.framework import Fills, Framework, Part, Registration

FRAMEWORK = Framework(
    name="hono",
    request={
        "param": Part.PATH,
        "queries": Part.QUERY,
        "valid": Part.BODY,
        "parseBody": Part.BODY,
        "blob": Part.BODY,
    },
    readers={"hono/cookie.getCookie": Part.COOKIE},
    registrations=(
        Registration(methods=frozenset({"openapi"}), fills=(Fills.REQUEST, Fills.NEXT), path=False),
        Registration(methods=frozenset({"on"}), fills=(Fills.REQUEST, Fills.NEXT)),
    ),
)
