"""isolint: can this code, or this schema, let one tenant touch another tenant's data?"""

__version__ = "0.1.0"
