"""Jira Cloud and Data Center: reading (`connect`) and writing flags (`publisher`); `settings` says where and who.

The network libraries load with the first call, so that reading a configuration stays quick.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.jira.settings import LABEL_PREFIX, JiraCloudSource, JiraDataCenterSource
from portfolio.ports import Traffic

if TYPE_CHECKING:
    from connectors.jira.cloud.reader import JiraConnector
    from connectors.jira.datacenter.reader import JiraDataCenter
    from connectors.jira.flags.publisher import JiraPublisher
    from connectors.pacing import Clock


def connect(
    name: str,
    settings: JiraCloudSource | JiraDataCenterSource,
    *,
    label_prefix: str = LABEL_PREFIX,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "JiraConnector | JiraDataCenter":
    """A connector that reads the site. `name` is the first part of every id. Nothing is called yet.

    Labels with `label_prefix` are ours, and no label of an issue.

    `folder` keeps what signing in leaves behind: a refresh token that changes with every use (`oauth_user`). Raises
    ConfigurationError for an address that may not be called.
    """
    from connectors.jira.client import connection

    http = connection(settings, Traffic(), _clock(sleep), tokens=_tokens(folder, name))
    if isinstance(settings, JiraDataCenterSource):
        from connectors.jira.datacenter.reader import JiraDataCenter

        return JiraDataCenter(name, settings, http, _clock(sleep), label_prefix=label_prefix)
    from connectors.jira.cloud.reader import JiraConnector

    return JiraConnector(name, settings, http, label_prefix=label_prefix)


def publisher(
    name: str,
    settings: JiraCloudSource | JiraDataCenterSource,
    *,
    label_prefix: str = LABEL_PREFIX,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "JiraPublisher":
    """A publisher that writes flags to the site. `sleep` also waits between looks at a bulk edit; the rest as above.

    Raises ConfigurationError for an address that may not be called.
    """
    from connectors.jira.api import CLOUD, DATA_CENTER
    from connectors.jira.client import connection
    from connectors.jira.flags.publisher import JiraPublisher
    from connectors.jira.flags.site import Site

    edition = DATA_CENTER if isinstance(settings, JiraDataCenterSource) else CLOUD
    http = connection(settings, Traffic(), _clock(sleep), tokens=_tokens(folder, name))
    return JiraPublisher(name, Site(http, edition, sleep, label_prefix))


def _tokens(folder: Path | None, name: str) -> Path | None:
    return None if folder is None else folder / f"oauth-{quote(name, safe='')}.json"


def _clock(sleep: Callable[[float], None]) -> "Clock | None":
    """None for the real clock: then the permits of a host are shared by everybody who calls it."""
    from connectors.pacing import Clock

    return None if sleep is time.sleep else replace(Clock(), sleep=sleep)
