"""Pages of Confluence, Cloud and Data Center, that reports are kept in."""

from connectors.confluence.calls import CloudCalls, DataCenterCalls
from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver, ConfluenceReceiver
from connectors.confluence.writing import ConfluenceSpace
from connectors.pacing import Clock


def receiver(name: str, settings: ConfluenceReceiver, clock: Clock | None = None) -> ConfluenceSpace:
    """What keeps pages in that space. Raises ConfigurationError for an address that cannot be used."""
    made = ConfluenceSpace(name, settings.space, settings.parent)
    match settings:
        case ConfluenceCloudReceiver():
            made.connect(CloudCalls(settings, made.traffic, clock))
        case ConfluenceDataCenterReceiver():
            made.connect(DataCenterCalls(settings, made.traffic, clock))
    return made
