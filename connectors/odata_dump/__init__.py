"""Dumps of ProjectData: what is left of a Project Online. Settings are in `connectors.odata_dump.settings`.

The records become rows by the code of `connectors.pwa`, which is pure: the same data gives the same rows from either.
"""

from typing import TYPE_CHECKING

from connectors.odata_dump.settings import OdataDumpSource

if TYPE_CHECKING:
    from connectors.odata_dump.reader import DumpReader


def connect(name: str, settings: OdataDumpSource) -> "DumpReader":
    """The connector of one configured dump. Opens nothing yet."""
    from connectors.odata_dump.reader import DumpReader

    return DumpReader(name, settings)
