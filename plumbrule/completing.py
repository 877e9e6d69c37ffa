"""What a shell completes: names from the configuration, rules and views. Quick, silent, and never an error."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from plumbrule.options import DEFAULT_CONFIG

_RULE = re.compile(r'^id = "([A-Z][A-Z0-9]*-[A-Z0-9]+)"', re.MULTILINE)


def sources(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the configured sources."""
    return _begun(incomplete, _tables(context, "sources"))


def sources_and_receivers(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the configured sources and receivers of reports."""
    return _begun(incomplete, [*_tables(context, "sources"), *_tables(context, "receivers")])


def rules(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of the built-in rules, and of the site's own."""
    return _begun(incomplete, sorted(set(_rules(context))))


def views(incomplete: str) -> list[str]:
    """Names of the views that can be asked."""
    from portfolio.model import VIEWS

    return _begun(incomplete, list(VIEWS))


def _begun(incomplete: str, words: list[str]) -> list[str]:
    return [word for word in words if word.casefold().startswith(incomplete.casefold())]


def _config(context: typer.Context) -> Path:
    """As the option before says it, else the environment, else the usual file."""
    return Path(context.params.get("config") or os.environ.get("PLUMBRULE_CONFIG") or DEFAULT_CONFIG)


def _settings(context: typer.Context) -> dict[str, Any]:
    try:
        return tomllib.loads(_config(context).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):  # while a line is typed is no time to tell what is wrong with a file
        return {}


def _tables(context: typer.Context, name: str) -> list[str]:
    found = _settings(context).get(name)
    return list(found) if isinstance(found, dict) else []


def _rules(context: typer.Context) -> Iterator[str]:
    section = _settings(context).get("rules")
    named = section.get("folders") if isinstance(section, dict) else None
    own = [_config(context).parent / str(name) for name in named] if isinstance(named, list) else []
    for folder in (Path(__file__).parents[1] / "rules" / "packs", *own):
        for path in sorted(folder.glob("*.toml")):
            try:
                yield from _RULE.findall(path.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError):
                continue
