"""Who the tenants are and what belongs to them, from the program and from `isolint.yaml`."""

from isolint.tenancy.infer import infer

__all__ = ["infer"]
