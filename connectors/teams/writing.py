"""Posts reports to Teams as one message with one adaptive card.

A post cannot be changed or taken back, and a workflow has no key to tell repetitions by: it is sent once.
Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
(message of about 28 KB at most; cards of version 1.5 at most).
"""

from typing import ClassVar

from connectors.http import Http
from connectors.receivers import Carrier, Refused
from portfolio.delivery import Delivery
from portfolio.ports import Change, Channel

MOST_BYTES = 27_000
"""Of the whole message. Teams refuses from about 28 KB on."""


class TeamsChannel(Carrier):
    """The `Publisher` of one channel."""

    channel: ClassVar[Channel] = "message"
    title: ClassVar[str] = "a Teams channel"
    _http: Http

    def connect(self, http: Http) -> None:
        """Take the connection that reports go over."""
        self._http = http

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Post the message with its card. Teams gives no id."""
        body = delivery.main.content
        if len(body) > MOST_BYTES:
            raise Refused(f"the message has {len(body):,} bytes, Teams takes {MOST_BYTES:,}; nothing was sent")
        self._http.post_to_itself(body, {"Content-Type": "application/json"}, repeatable=False)
        return None

    def close(self) -> None:
        """Give connections back."""
        self._http.close()
