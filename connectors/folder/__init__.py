"""A folder that keeps reports: a dated copy of each, the latest one, and a page that lists them."""

from connectors.folder.settings import FolderReceiver
from connectors.folder.writing import ReportFolder


def receiver(name: str, settings: FolderReceiver) -> ReportFolder:
    """What writes into that folder."""
    return ReportFolder(name, settings.path, settings.keep)
