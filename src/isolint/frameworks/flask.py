"""Flask, Quart, Flask-Login, Flask-RESTful."""

from isolint.frameworks.framework import Framework, Part

FRAMEWORK = Framework(
    name="flask",
    decorators=frozenset("route get post put patch delete".split()),
    routing=frozenset({"add_url_rule"}),
    bases=("MethodView", "Resource", "View"),
    methods=frozenset("get post put patch delete dispatch_request".split()),
    request={
        "args": Part.QUERY,
        "values": Part.QUERY,
        "query_string": Part.QUERY,
        "view_args": Part.PATH,
        "form": Part.BODY,
        "json": Part.BODY,
        "data": Part.BODY,
        "files": Part.BODY,
        "get_json": Part.BODY,
        "get_data": Part.BODY,
        "headers": Part.HEADER,
        "cookies": Part.COOKIE,
        "authorization": Part.HEADER,
    },
    requests=frozenset({"flask.request", "quart.request"}),
    session=frozenset(
        {"flask.g", "flask.session", "quart.g", "quart.session", "flask_login.current_user", "quart_auth.current_user"}
    ),
)
