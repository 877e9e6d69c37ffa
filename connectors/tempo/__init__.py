"""Tempo Timesheets, of Jira Cloud and of Data Center: time entries in place of Jira's own worklogs.

Each Tempo worklog exists in Jira too, on Cloud often in the name of the Tempo app: so one of the two is read, never
both. Settings are in `connectors.tempo.settings`.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from portfolio.ports import Traffic

if TYPE_CHECKING:
    from connectors.tempo.cloud import TempoCloud
    from connectors.tempo.data_center import TempoDataCenter


def connect(
    name: str,
    settings: TempoCloudSource | TempoDataCenterSource,
    *,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "TempoCloud | TempoDataCenter":
    """The connector of one configured Tempo. Sends nothing yet. `sleep` replaces the waiting.

    `folder` keeps a refresh token, which changes with every use (auth oauth).

    Raises ConfigurationError for an address that may not be called.
    """
    from connectors.pacing import Clock
    from connectors.tempo.client import cloud_http, data_center_http
    from connectors.tempo.cloud import TempoCloud
    from connectors.tempo.data_center import TempoDataCenter

    clock = None if sleep is time.sleep else Clock(sleep=sleep)
    now = (clock or Clock()).now
    if isinstance(settings, TempoDataCenterSource):
        return TempoDataCenter(name, settings, data_center_http(settings, Traffic(), clock), now)
    tokens = folder / f"{quote(name, safe='')}.token.json" if folder else None
    return TempoCloud(name, settings, cloud_http(settings, Traffic(), clock, tokens), now)
