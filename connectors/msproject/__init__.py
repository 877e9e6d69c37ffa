"""Plans of Microsoft Project that lie as files. Settings are in `connectors.msproject.settings`."""

from typing import TYPE_CHECKING

from connectors.msproject.settings import MspdiSource

if TYPE_CHECKING:
    from connectors.msproject.reader import MspdiReader


def connect(name: str, settings: MspdiSource) -> "MspdiReader":
    """The connector of one configured source of plan files. Opens nothing yet."""
    from connectors.msproject.reader import MspdiReader

    return MspdiReader(name, settings)
