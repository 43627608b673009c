"""Django and Django REST Framework."""

from isolint.frameworks.framework import Framework, Part

FRAMEWORK = Framework(
    name="django",
    decorators=frozenset(
        {"api_view", "action", "require_http_methods", "require_POST", "require_GET", "route", "list_route"}
    ),
    bases=("View", "APIView", "ViewSet", "Viewset", "GenericViewSet", "Endpoint", "ViewSetMixin", "Serializer"),
    methods=frozenset(
        "get post put patch delete list create retrieve update partial_update destroy perform_create perform_update "
        "perform_destroy get_queryset get_object validate form_valid get_context_data".split()
    ),
    request={
        "GET": Part.QUERY,
        "query_params": Part.QUERY,
        "POST": Part.BODY,
        "data": Part.BODY,
        "body": Part.BODY,
        "FILES": Part.BODY,
        "headers": Part.HEADER,
        "META": Part.HEADER,
        "COOKIES": Part.COOKIE,
        "path": Part.PATH,
        "resolver_match": Part.PATH,
    },
    verbs={
        **{name: name.upper() for name in ("get", "post", "put", "patch", "delete")},
        "list": "GET",
        "retrieve": "GET",
        "create": "POST",
        "update": "PUT",
        "partial_update": "PATCH",
        "destroy": "DELETE",
    },
)
