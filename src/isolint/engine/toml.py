"""`[tool.isolint]` of a pyproject.toml, in the form that YAML files are read in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from isolint.errors import ConfigError
from isolint.rules.yamlfile import Key, Plain, YamlFile

TABLE = ("tool", "isolint")


@dataclass(frozen=True, slots=True)
class TomlFile(YamlFile):
    """The table `tool.isolint` of a TOML document, whose parser keeps no lines: errors look the key up in `text`."""

    text: str = ""

    def error(self, path: Sequence[Key], message: str) -> ConfigError:
        """A ConfigError at the line that sets the innermost key of `path` that one can be found for."""
        line, start = 1, 0
        for key in (TABLE[-1], *path):
            found = re.compile(_setting(str(key)), re.MULTILINE).search(self.text, start)
            if found:
                start = found.start()
                line = self.text.count("\n", 0, found.end()) + 1
        return ConfigError(f"{self.name}:{line}: {message}")


def parse_toml(name: str, text: str) -> TomlFile:
    """Parse one document. Raises ConfigError with file and line when the text is not TOML."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ConfigError(f"{name}:{line[1] if line else 1}: not valid TOML: {error}") from error
    tool = document.get(TABLE[0])
    if not isinstance(tool, dict) or TABLE[1] not in tool:
        raise ConfigError(f"{name}: there is no [{'.'.join(TABLE)}] in it")
    return TomlFile(name, _plain(tool[TABLE[1]]), None, text)


def _setting(key: str) -> str:
    """What sets a key: `key =`, `a.key =`, `{key =` or a table header that ends in it."""
    word = rf"[\"']?{re.escape(key)}[\"']?"
    return rf"^[ \t]*\[[^\]]*\b{word}[ \t]*\]|(?:^|[.{{,])[ \t]*{word}[ \t]*[.=]"


def _plain(value: object) -> Plain:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
