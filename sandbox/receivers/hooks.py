"""Addresses that are posted to, and refuse as the vendors' own do.

Sources: Teams https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using;
Slack https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; signatures
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md .
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.messages import Request, Response, Route

TEAMS_PATH = "/workflows/4f1c/triggers/manual/paths/invoke"
SLACK_PATH = "/services/T01/B02/sesame"
EVENTS_PATH = "/events/in"
TEAMS_MOST_BYTES = 28 * 1024
SLACK_MOST_BLOCKS = 50
SLACK_MOST_TEXT = 3000
_HIGHEST_CARD = (1, 5)


@dataclass
class HookSite:
    """What came in, in order, and the routes to serve. `now` is the receiver's clock, in seconds since 1970."""

    key: bytes = b"k" * 32
    now: float = 0.0
    tolerance_seconds: float = 300
    cards: list[Any] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)
    events: dict[str, Any] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [
            Route("POST", TEAMS_PATH, self.teams),
            Route("POST", SLACK_PATH, self.slack),
            Route("POST", EVENTS_PATH, self.event),
        ]

    def teams(self, request: Request) -> Response:
        """Accept a message of cards with 202 and an empty body, as a workflow does."""
        if len(request.body) > TEAMS_MOST_BYTES:
            return Response.of_text(
                "Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=0", status=413
            )
        message = request.json()
        attachments = message.get("attachments") if isinstance(message, dict) else None
        if not attachments or message.get("type") != "message":
            return _teams_error("Property 'attachments' must be an array of adaptive cards.")
        for attachment in attachments:
            card = attachment.get("content") or {}
            if attachment.get("contentType") != "application/vnd.microsoft.card.adaptive":
                return _teams_error("Only adaptive cards are supported.")
            version = tuple(int(part) for part in str(card.get("version", "9.9")).split("."))
            if card.get("type") != "AdaptiveCard" or version > _HIGHEST_CARD:
                return _teams_error("AdaptiveCards.AdaptiveSerializationException: the card cannot be parsed.")
            self.cards.append(card)
        return Response(202)

    def slack(self, request: Request) -> Response:
        """Answer `ok`, or the word that says what is wrong."""
        try:
            message = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return Response.of_text("invalid_payload", status=400)
        blocks = message.get("blocks", [])
        if not message.get("text") and not blocks:
            return Response.of_text("no_text", status=400)
        if len(blocks) > SLACK_MOST_BLOCKS or any(_text_length(block) > SLACK_MOST_TEXT for block in blocks):
            return Response.of_text("invalid_blocks", status=400)
        self.posts.append(message)
        return Response.of_text("ok")

    def event(self, request: Request) -> Response:
        """Take a signed event once: a known id is answered with 200 and not taken again."""
        name, moment = (request.headers.get(header, "") for header in ("webhook-id", "webhook-timestamp"))
        signed = f"{name}.{moment}.".encode() + request.body
        wanted = "v1," + base64.b64encode(hmac.new(self.key, signed, hashlib.sha256).digest()).decode()
        if not any(
            hmac.compare_digest(wanted, given) for given in request.headers.get("webhook-signature", "").split()
        ):
            return Response.of_json({"error": "bad signature"}, status=401)
        if not moment.isdigit() or abs(self.now - int(moment)) > self.tolerance_seconds:
            return Response.of_json({"error": "too old"}, status=400)
        event = request.json()
        missing = {"specversion", "id", "source", "type"} - set(event)
        if missing or event["specversion"] != "1.0":
            return Response.of_json({"error": f"no event of CloudEvents 1.0: {sorted(missing)}"}, status=400)
        self.events.setdefault(name, event)
        return Response(204)


def _teams_error(message: str) -> Response:
    return Response.of_json({"error": {"code": "InvalidRequest", "message": message}}, status=400)


def _text_length(block: Any) -> int:
    text = block.get("text") if isinstance(block, dict) else None
    return len(text.get("text", "")) if isinstance(text, dict) else 0
