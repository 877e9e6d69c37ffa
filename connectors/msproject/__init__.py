"""Plans of Microsoft Project that lie as files. Settings are in `connectors.msproject.settings`."""

from typing import TYPE_CHECKING

from connectors.msproject.settings import MspdiSource

if TYPE_CHECKING:
    from connectors.msproject.reader import PlanFileReader


def connect(name: str, settings: MspdiSource) -> "PlanFileReader":
    """The connector of one configured source of plan files. Opens nothing yet."""
    from connectors.msproject.opening import AsItLies
    from connectors.msproject.reader import PlanFileReader

    return PlanFileReader(name, settings, AsItLies())
