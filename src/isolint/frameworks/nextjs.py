"""Next.js: route handlers of the app router, API routes of the pages router."""

from isolint.frameworks.framework import Fills, Framework, Part

FRAMEWORK = Framework(
    name="nextjs",
    exports=frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS".split()),
    files=frozenset({"route"}),
    fills=(Fills.REQUEST, Fills.CONTEXT),
    request={
        "nextUrl": Part.QUERY,
        "searchParams": Part.QUERY,
        "json": Part.BODY,
        "formData": Part.BODY,
        "text": Part.BODY,
        "arrayBuffer": Part.BODY,
        "cookies": Part.COOKIE,
        "headers": Part.HEADER,
        "params": Part.PATH,
        "query": Part.QUERY,
        "body": Part.BODY,
    },
    readers={"next/headers.cookies": Part.COOKIE, "next/headers.headers": Part.HEADER},
    session=frozenset({"next-auth.getServerSession", "@clerk/nextjs/server.auth", "@clerk/nextjs.auth"}),
)
