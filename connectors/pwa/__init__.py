"""Project Web App: Project Server Subscription Edition and, while it answers, Project Online."""

from connectors.pwa.reader import PwaReader, connect
from connectors.pwa.settings import PwaFields, PwaSource

__all__ = ["PwaFields", "PwaReader", "PwaSource", "connect"]
