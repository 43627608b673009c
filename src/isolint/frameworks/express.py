"""Express, and routers of its kind: verbs with a path, guards in front of the handler, `use` for whole routers."""

from isolint.frameworks.framework import Fills, Framework, Part, Registration

FILLS = (Fills.REQUEST, Fills.RESPONSE, Fills.NEXT)
FRAMEWORK = Framework(
    name="express",
    request={
        "params": Part.PATH,
        "query": Part.QUERY,
        "body": Part.BODY,
        "rawBody": Part.BODY,
        "files": Part.BODY,
        "file": Part.BODY,
        "header": Part.HEADER,
        "headers": Part.HEADER,
        "cookies": Part.COOKIE,
        "originalUrl": Part.PATH,
        "hostname": Part.HEADER,
        "subdomains": Part.HEADER,
    },
    registrations=(
        Registration(methods=frozenset("get post put patch delete all head options".split()), fills=FILLS),
        Registration(methods=frozenset({"use"}), fills=FILLS, path=False, guards=True),
        Registration(methods=frozenset({"param"}), fills=(*FILLS, Fills.PARAMETER), guards=True, parameter=True),
    ),
)
