"""Planner Premium (Project for the web, Project Operations) through the Dataverse Web API: reading (`connect`) and
filling columns of the admin's own (`publisher`).

Settings are in `connectors.dataverse.settings`; the network libraries load with the first call.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.dataverse.settings import DataverseSource

if TYPE_CHECKING:
    from connectors.dataverse.reader import DataverseReader
    from connectors.dataverse.writing import DataversePublisher


def connect(
    name: str,
    settings: DataverseSource,
    *,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "DataverseReader":
    """The connector of one environment. Sends nothing yet; `sleep` replaces the waiting.

    `folder` keeps what signing in leaves behind. Raises ConfigurationError for an address that cannot be used, or where
    a folder is needed and missing (every way to sign in but `bearer`).
    """
    from connectors.dataverse.reader import DataverseReader
    from connectors.pacing import Clock

    return DataverseReader(name, settings, folder=folder, clock=None if sleep is time.sleep else Clock(sleep=sleep))


def publisher(
    name: str,
    settings: DataverseSource,
    *,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "DataversePublisher":
    """What fills the columns of one environment that its settings name under `write`; without that table it can still
    clear what was written before. Sends nothing yet. Raises as `connect` does.
    """
    from connectors.dataverse.writing import writer
    from connectors.pacing import Clock

    return writer(name, settings, folder, None if sleep is time.sleep else Clock(sleep=sleep))
