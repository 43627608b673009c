"""Which tenants a command is about: the options that say so, and what they and the configuration come to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._options import config

if TYPE_CHECKING:
    from isolint.tenants.fleet import Fleet


def place(function: Any) -> Any:
    """Options that say which fleet is meant: `fleet_of` takes their values."""
    url = "Database of the tenants.  [default: tenants.database of the configuration, or DATABASE_URL]"
    function = click.option("--database", default="", metavar="URL", help=url)(function)
    text = "What a tenant is to look like: any schema reference.  [default: tenants.reference]"
    function = click.option("--reference", default="", metavar="REF", help=text)(function)
    return config(function)


def fleet_of(given: dict[str, str]) -> Fleet:
    """The fleet. Raises UsageError for what neither the options nor the configuration say."""
    from isolint.engine.project import find_project
    from isolint.engine.settings import load_settings
    from isolint.tenants import fleet

    file = given["config"]
    project = find_project((str(Path(file).parent),) if file else (), file)
    settings, url = load_settings(project.config), os.environ.get("DATABASE_URL", "")
    return fleet.fleet_of(settings, project.root, given["database"], given["reference"], url)
