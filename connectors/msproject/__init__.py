"""Plans of Microsoft Project that lie as files."""

from connectors.msproject.reader import MspdiReader, connect
from connectors.msproject.settings import MspdiSource

__all__ = ["MspdiReader", "MspdiSource", "connect"]
