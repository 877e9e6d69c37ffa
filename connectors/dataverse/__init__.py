"""Planner Premium (Project for the web, Project Operations) through the Dataverse Web API.

Settings are in `connectors.dataverse.settings`; the network libraries load with the first call.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from connectors.dataverse.settings import DataverseSource
from portfolio.ports import Traffic

if TYPE_CHECKING:
    from connectors.dataverse.publisher import DataversePublisher
    from connectors.dataverse.reader import DataverseReader


def connect(name: str, settings: DataverseSource, *, sleep: Callable[[float], None] = time.sleep) -> "DataverseReader":
    """The connector of one environment. Sends nothing yet; `sleep` replaces the waiting.

    Raises ConfigurationError for an address that cannot be used.
    """
    from connectors.dataverse.reader import DataverseReader
    from connectors.pacing import Clock

    return DataverseReader(name, settings, clock=None if sleep is time.sleep else Clock(sleep=sleep))


def publisher(
    name: str, settings: DataverseSource, *, sleep: Callable[[float], None] = time.sleep
) -> "DataversePublisher":
    """What fills the columns of one environment that its settings name under `write`. Sends nothing yet."""
    from connectors.dataverse.client import connect_http
    from connectors.dataverse.publisher import DataversePublisher
    from connectors.pacing import Clock

    clock = None if sleep is time.sleep else Clock(sleep=sleep)
    return DataversePublisher(name, settings.write, connect_http(settings, Traffic(), clock))
