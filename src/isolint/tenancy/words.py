"""Names of tenants in the wild, and which words of identifiers mean them."""

from __future__ import annotations

from isolint.model.identifiers import split

TENANT_WORDS = {
    "tenant": ("tenant",),
    "organization": ("organization", "organisation", "org"),
    "workspace": ("workspace", "ws"),
    "account": ("account", "acct"),
    "company": ("company",),
    "team": ("team",),
    "realm": ("realm",),
    "space": ("space",),
    "customer": ("customer",),
}
"""Words that name a tenant by themselves, each with its spellings."""

GROUP_WORDS = {
    "project": ("project",),
    "group": ("group",),
    "store": ("store",),
    "shop": ("shop",),
    "site": ("site",),
    "club": ("club",),
    "school": ("school",),
    "agency": ("agency",),
    "brand": ("brand",),
    "merchant": ("merchant",),
    "client": ("client",),
    "business": ("business",),
    "household": ("household",),
    "clinic": ("clinic",),
    "practice": ("practice",),
    "firm": ("firm",),
    "property": ("property",),
    "community": ("community",),
}
"""Words that name a tenant only when most tables point to it."""

_WORDS = {**TENANT_WORDS, **GROUP_WORDS}
_SPELLING = {spelling: word for word, spellings in _WORDS.items() for spelling in spellings}
KEY_ENDINGS = {"id", "uuid", "slug", "key", "uid", "pk", "guid", "oid", "ids", "uuids", "slugs"}


def singular(word: str) -> str:
    """The singular of a regular English plural; other words as they are."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def canonical(word: str) -> str:
    """The one word for all spellings of a tenant word, '' for other words."""
    return _SPELLING.get(singular(word), "")


def tenant_word(identifier: str) -> str:
    """The tenant word that an identifier for a key or value ends in (`orgId`, `current_workspace`), '' if none."""
    words = split(identifier)
    while len(words) > 1 and words[-1] in KEY_ENDINGS:
        words = words[:-1]
    return canonical(words[-1]) if words else ""
