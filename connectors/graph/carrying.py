"""What both receivers through Microsoft Graph have in common: their connection, and what signs it in."""

from datetime import date

from connectors.graph.connection import Connection
from connectors.receivers import Carrier
from portfolio.ports import Expiring


class GraphCarrier(Carrier):
    """A `Carrier` over a connection to Graph, which it takes after it is made: the connection counts its traffic."""

    def connect(self, link: Connection) -> None:
        """Take the connection that reports go over."""
        self._link = link

    @property
    def ends(self) -> tuple[Expiring, date] | None:
        """What signs in, and its last day, where it is known."""
        day = self._link.signing.expires_on()
        return (self._link.signing.expiring, day) if day else None

    def close(self) -> None:
        """Give connections back."""
        self._link.http.close()
