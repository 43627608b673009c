"""NestJS: controllers and GraphQL resolvers, whose parameters, guards and pipes are named by decorators."""

from isolint.frameworks.framework import Framework, Part

FRAMEWORK = Framework(
    name="nestjs",
    decorators=frozenset(
        "Get Post Put Patch Delete All Head Options Sse Query Mutation Subscription ResolveField ResolveProperty "
        "ResolveReference SubscribeMessage".split()
    ),
    request={
        "params": Part.PATH,
        "query": Part.QUERY,
        "body": Part.BODY,
        "rawBody": Part.BODY,
        "headers": Part.HEADER,
        "header": Part.HEADER,
        "cookies": Part.COOKIE,
    },
    markers={
        "Param": Part.PATH,
        "HostParam": Part.PATH,
        "Query": Part.QUERY,
        "Body": Part.BODY,
        "RawBody": Part.BODY,
        "UploadedFile": Part.BODY,
        "UploadedFiles": Part.BODY,
        "MessageBody": Part.BODY,
        "Args": Part.BODY,
        "Headers": Part.HEADER,
        "Cookies": Part.COOKIE,
    },
    whole=frozenset({"Req", "Request", "Context"}),
    makers=frozenset({"createParamDecorator"}),
    getters=frozenset({"getRequest"}),
    arguments=frozenset({"getArgs"}),
    guarding=frozenset({"UseGuards"}),
    global_guards=frozenset({"APP_GUARD", "useGlobalGuards"}),
    opening=frozenset({"Public", "IsPublic", "SkipAuth", "NoAuth", "AllowAnonymous", "Unauthenticated", "PublicRoute"}),
)
