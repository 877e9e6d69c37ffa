"""Plans of Microsoft Project that lie as files. Settings are in `connectors.msproject.settings`."""

from typing import TYPE_CHECKING

from connectors.msproject.settings import MppSource, MspdiSource

if TYPE_CHECKING:
    from connectors.msproject.reader import PlanFileReader


def connect(name: str, settings: MspdiSource | MppSource) -> "PlanFileReader":
    """The connector of one configured source of plan files. Opens nothing yet."""
    from connectors.msproject.mpp import ReadByMpxj
    from connectors.msproject.opening import AsItLies
    from connectors.msproject.reader import PlanFileReader

    if isinstance(settings, MspdiSource):
        return PlanFileReader(name, settings, AsItLies())
    limits = settings.timeout_seconds, settings.memory_megabytes
    return PlanFileReader(name, settings, ReadByMpxj(settings.java, *limits, timephased=settings.timephased))
