"""Addresses of sources that are not encrypted and were not allowed to be: told before anything is sent there."""

from collections.abc import Iterator

from connectors.address import Home
from plumbrule.settings import Settings
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml

_ADDRESSES = (("url", True), ("gateway_url", True), ("token_url", False))
"""Settings that hold an address, and whether `allow_http` counts for it: tokens are never asked for in the open."""


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """All of them, each at its place in the file."""
    for name, source in settings.sources.items():
        for key, by_choice in _ADDRESSES:
            given = getattr(source, key, None)
            if given is None:
                continue
            try:
                Home.of(given, allow_http=by_choice and getattr(source, "allow_http", False))
            except ConfigurationError as error:
                help_ = error.remedy if by_choice else "Use https."
                yield document.problem(("sources", name, key), error.code, error.what, help=help_)
