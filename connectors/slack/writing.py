"""Posts reports to Slack as blocks.

A post through an incoming webhook cannot be changed: it is sent once. Slack answers with the text `ok`, or with a word
that says what is wrong. Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (errors), and
https://docs.slack.dev/reference/block-kit/blocks (50 blocks in a message).
"""

from typing import ClassVar

import orjson

from connectors.http import Http
from connectors.receivers import Carrier, Refused, Unknown
from portfolio.delivery import Delivery
from portfolio.ports import Change, Channel

MOST_BLOCKS = 50


class SlackChannel(Carrier):
    """The `Publisher` of one channel."""

    channel: ClassVar[Channel] = "message"
    title: ClassVar[str] = "a Slack channel"
    _http: Http

    def connect(self, http: Http) -> None:
        """Take the connection that reports go over."""
        self._http = http

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Post one message. An incoming webhook gives no id."""
        message = orjson.loads(delivery.main.content)
        blocks = len(message.get("blocks", ()))
        if blocks > MOST_BLOCKS:
            raise Refused(f"the message has {blocks} blocks, Slack takes {MOST_BLOCKS}; nothing was sent")
        body, headers = orjson.dumps(message), {"Content-Type": "application/json"}
        answer = self._http.post_to_itself(body, headers, repeatable=False)
        if answer.text.strip() != "ok":
            raise Unknown(f"Slack answered {answer.text.strip()[:80]!r} in place of ok; look whether it is there")
        return None

    def close(self) -> None:
        """Give connections back."""
        self._http.close()
