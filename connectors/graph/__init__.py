"""Microsoft Graph: reports by mail from a mailbox of Exchange Online, and in a library of SharePoint or a OneDrive."""

from pathlib import Path

from connectors.graph.connection import Place, connection
from connectors.graph.mail import GraphMailList
from connectors.graph.settings import GraphMailReceiver, GraphReceiver, SharepointReceiver
from connectors.graph.sharepoint import ReportLibrary
from connectors.pacing import Clock

_MAIL = "Grant the app Mail.Send (and Mail.ReadWrite for mails of more than 3 MB) for this mailbox."
_FILES = "Grant the app Sites.Selected, and `write` on this site; for a OneDrive sign in as its owner."


def receiver(
    name: str, settings: GraphReceiver, folder: Path | None = None, clock: Clock | None = None
) -> GraphMailList | ReportLibrary:
    """What brings reports to that mailbox's list, or to that library. `folder` keeps what signing in leaves behind.

    Raises ConfigurationError for an address or a sign-in that cannot be used.
    """
    place = Place(name, folder, clock)
    match settings:
        case GraphMailReceiver():
            mails = GraphMailList(name, settings, place.time)
            mails.connect(connection(place, settings, "Exchange Online", _MAIL, mails.traffic))
            return mails
        case SharepointReceiver():
            library = ReportLibrary(name, settings)
            library.connect(connection(place, settings, "SharePoint", _FILES, library.traffic))
            return library
