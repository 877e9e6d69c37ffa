"""Which classes serve which settings: the one place that knows all connectors by name."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from connectors.dataverse.settings import DataverseSource
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.msproject.settings import MppSource, MspdiSource
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.settings import PwaSource
from connectors.tabular.settings import TabularSource
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from plumbrule.settings import Settings
from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.ports import Connector, Publisher


def connect(name: str, settings: Settings) -> Connector:  # noqa: PLR0911 - one for each tool
    """The connector that reads that source."""
    match source := settings.sources[name]:
        case JiraCloudSource() | JiraDataCenterSource():
            from connectors import jira

            prefix = settings.writeback.label_prefix
            return jira.connect(name, source, label_prefix=prefix, folder=settings.store.folder)
        case PwaSource():
            from connectors import pwa

            return pwa.connect(name, source, folder=settings.store.folder)
        case DataverseSource():
            from connectors import dataverse

            return dataverse.connect(name, source, folder=settings.store.folder)
        case MspdiSource() | MppSource():
            from connectors import msproject

            return msproject.connect(name, source)
        case OdataDumpSource():
            from connectors import odata_dump

            return odata_dump.connect(name, source)
        case TabularSource():
            from connectors import tabular

            return tabular.connect(name, source)
        case TempoCloudSource() | TempoDataCenterSource():
            from connectors import tempo

            return tempo.connect(name, source, folder=settings.store.folder)


def no_sources() -> ConfigurationError:
    """What a configuration without any source is told."""
    return ConfigurationError(
        "no source is configured",
        code="config.no_sources",
        remedy="add a table [sources.NAME]; `plumbrule config example` shows each kind",
    )


@contextmanager
def connected(settings: Settings, only: Collection[str] | None = None) -> Iterator[list[Connector]]:
    """Connectors of all sources, or of those named; closed with the block."""
    for name in only or ():
        if name not in settings.sources:
            raise ConfigurationError(
                f"there is no source `{name}`",
                code="config.unknown_source",
                remedy=suggest(name, settings.sources) or f"sources: {', '.join(settings.sources) or 'none'}",
            )
    if not settings.sources:
        raise no_sources()
    made = [connect(name, settings) for name in settings.sources if not only or name in only]
    try:
        yield made
    finally:
        for connector in made:
            connector.close()


def publisher(settings: Settings, name: str) -> Publisher | None:
    """What writes into that source, or None where nothing can."""
    match source := settings.sources.get(name):
        case JiraCloudSource() | JiraDataCenterSource():
            from connectors import jira

            prefix = settings.writeback.label_prefix
            return jira.publisher(name, source, label_prefix=prefix, folder=settings.store.folder)
        case PwaSource():
            from connectors import pwa

            return pwa.publisher(name, source, folder=settings.store.folder)
        case DataverseSource():
            from connectors import dataverse

            return dataverse.publisher(name, source, folder=settings.store.folder)
    return None
