"""Project Web App: reading (`connect`) and writing fields (`publisher`), of Project Server Subscription Edition and,
while it answers, of Project Online.

Settings are in `connectors.pwa.settings`; the network libraries load with the first call.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.pwa.settings import PwaSource

if TYPE_CHECKING:
    from connectors.pwa.reader import PwaReader
    from connectors.pwa.writing import PwaPublisher


def connect(
    name: str,
    settings: PwaSource,
    *,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "PwaReader":
    """The connector of one configured site. Sends nothing yet; `sleep` replaces the waiting.

    `folder` keeps what signing in leaves behind (device_code, auth_code). Raises ConfigurationError for an address that
    cannot be used.
    """
    from connectors.pacing import Clock
    from connectors.pwa.reader import PwaReader

    return PwaReader(name, settings, folder=folder, clock=None if sleep is time.sleep else Clock(sleep=sleep))


def publisher(
    name: str,
    settings: PwaSource,
    *,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> "PwaPublisher":
    """What writes to one configured site; without a table `write` it can still clear what was written before. Sends
    nothing yet; `sleep` also waits for the site's queue. Raises ConfigurationError for an address that cannot be used.
    """
    from connectors.pacing import Clock
    from connectors.pwa.writing import writer

    return writer(name, settings, folder, None if sleep is time.sleep else Clock(sleep=sleep))
