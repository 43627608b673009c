"""The frontend for `schema.prisma`: its models as declared tables."""

from isolint.frontends.prisma.read import declarations

__all__ = ["declarations"]
