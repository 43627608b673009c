"""Koa: one context is the request and the response; guards put what they find into `ctx.state`."""

from isolint.frameworks.framework import Fills, Framework, Registration

FRAMEWORK = Framework(
    name="koa",
    registrations=(Registration(methods=frozenset({"del"}), fills=(Fills.REQUEST, Fills.NEXT)),),
)
