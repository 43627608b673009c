"""What is read of manifests."""

from __future__ import annotations

from isolint.frontends.manifest import manifest
from isolint.model.manifest import Manifest


def test_compiler_options_may_hold_comments_and_trailing_commas() -> None:
    text = """{
      // "paths": { "x": ["y"] },
      "compilerOptions": {
        "baseUrl": "./",  /* here */
        "paths": { "@/*": ["./src/*"], "~/*": ["./app/*",], },
      },
    }"""
    assert manifest(text) == Manifest(base="./", paths=(("@/*", ("./src/*",)), ("~/*", ("./app/*",))))


def test_entry_points_of_a_package_are_its_exports() -> None:
    text = '{"name": "@acme/db", "exports": {".": {"types": "./src/index.ts"}, "./client": "./src/client.ts"}}'
    assert manifest(text) == Manifest("@acme/db", exports=((".", "./src/index.ts"), ("./client", "./src/client.ts")))


def test_what_is_not_json_says_nothing() -> None:
    assert manifest("{ nonsense") == Manifest()
    assert manifest("[1]") == Manifest()
