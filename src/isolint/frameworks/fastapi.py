"""FastAPI and Starlette."""

from isolint.frameworks.framework import Framework, Part

FRAMEWORK = Framework(
    name="fastapi",
    decorators=frozenset("get post put patch delete head options api_route websocket route websocket_route".split()),
    routing=frozenset(
        "Route WebSocketRoute APIRoute APIWebSocketRoute add_route add_api_route add_websocket_route "
        "add_api_websocket_route".split()
    ),
    bases=("HTTPEndpoint",),
    methods=frozenset("get post put patch delete head options".split()),
    request={
        "query_params": Part.QUERY,
        "path_params": Part.PATH,
        "headers": Part.HEADER,
        "cookies": Part.COOKIE,
        "json": Part.BODY,
        "body": Part.BODY,
        "form": Part.BODY,
        "stream": Part.BODY,
        "url": Part.PATH,
    },
    injectors=frozenset({"Depends", "Security"}),
    markers={
        "Query": Part.QUERY,
        "Path": Part.PATH,
        "Body": Part.BODY,
        "Form": Part.BODY,
        "File": Part.BODY,
        "Header": Part.HEADER,
        "Cookie": Part.COOKIE,
    },
)
