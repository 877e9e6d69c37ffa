"""Jira Cloud: reading (`connect`) and writing flags (`publisher`)."""

import time
from collections.abc import Callable
from dataclasses import replace

from connectors.jira.client import connection
from connectors.jira.flags import JiraPublisher
from connectors.jira.labels import BulkLabels
from connectors.jira.reader import JiraConnector
from connectors.jira.settings import JiraCloudSource
from connectors.pacing import Clock
from portfolio.ports import Traffic

__all__ = ["JiraCloudSource", "JiraConnector", "JiraPublisher", "connect", "publisher"]


def connect(name: str, settings: JiraCloudSource, *, sleep: Callable[[float], None] = time.sleep) -> JiraConnector:
    """A connector that reads the site. `name` is the first part of every id. Nothing is called yet.

    Raises ConfigurationError for an address that may not be called.
    """
    return JiraConnector(name, settings, connection(settings, Traffic(), _clock(sleep)))


def publisher(name: str, settings: JiraCloudSource, *, sleep: Callable[[float], None] = time.sleep) -> JiraPublisher:
    """A publisher that writes flags to the site. `sleep` also waits between two looks at a bulk edit."""
    http = connection(settings, Traffic(), _clock(sleep))
    return JiraPublisher(name, settings, http, BulkLabels(http, sleep))


def _clock(sleep: Callable[[float], None]) -> Clock | None:
    """None for the real clock: then the permits of a host are shared by everybody who calls it."""
    return None if sleep is time.sleep else replace(Clock(), sleep=sleep)
