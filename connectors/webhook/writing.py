"""Posts reports as signed events.

Sent once a day and report: the id is made from what is sent, so that a receiver that gets it twice can tell.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from typing import ClassVar

import orjson

from connectors.answers import Dialect
from connectors.http import Http
from connectors.pacing import Clock
from connectors.receivers import Carrier
from connectors.webhook.settings import HookAddress
from portfolio.delivery import Delivery, read_delivery
from portfolio.ports import Change, Channel, Traffic

EVENT_TYPE = "io.plumbrule.report.v1"
_IDS = uuid.UUID("3d0f1f2c-53a5-5c53-9b8e-6a0d6d0f3b5e")


def hook_http(settings: HookAddress, title: str, traffic: Traffic, clock: Clock | None) -> Http:
    """A connection to an address that is itself the secret."""
    remedy = "The address may be out of date: make a new one, and store it as the secret of this receiver."
    dialect = Dialect(title, remedy, lambda _: remedy, secret_address=True)
    return Http(
        settings.url.get_secret_value(),
        traffic=traffic,
        dialect=dialect,
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=2.0,
        in_flight=1,
        clock=clock,
    )


class Webhook(Carrier):
    """The `Publisher` of one address."""

    channel: ClassVar[Channel] = "message"
    title: ClassVar[str] = "a webhook"
    _http: Http

    def __init__(self, name: str, secret: str, clock: Clock) -> None:
        super().__init__(name)
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._clock = clock

    def connect(self, http: Http) -> None:
        """Take the connection that reports go over."""
        self._http = http

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Post one event; returns its id. Receivers tell by it that they have it already, so it may be repeated."""
        name = self._id(change)
        body = orjson.dumps(_event(name, change, delivery))
        moment = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/cloudevents+json; charset=UTF-8",
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{signature(self._key, name, moment, body)}",
        }
        self._http.post_to_itself(body, headers, repeatable=True)
        return name

    def preview(self, change: Change) -> Mapping[str, bytes]:
        """The event, without the headers that sign it."""
        if change.mark.body is None:
            return {}
        return {"event.json": orjson.dumps(_event(self._id(change), change, read_delivery(change.mark.body)))}

    def _id(self, change: Change) -> str:
        return str(uuid.uuid5(_IDS, f"{self.name}\n{change.mark.name}\n{change.content_hash}"))

    def close(self) -> None:
        """Give connections back."""
        self._http.close()


def signature(key: bytes, name: str, moment: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 over `id.timestamp.body`."""
    signed = b".".join((name.encode(), moment.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _event(name: str, change: Change, delivery: Delivery) -> dict[str, object]:
    """The event; a JSON report is its data, anything else goes as base64."""
    main = delivery.main
    data: dict[str, object]
    if main.media_type.startswith("application/json"):
        data = {"data": orjson.loads(main.content)}
    else:
        data = {"data_base64": base64.b64encode(main.content).decode()}
    return {
        "specversion": "1.0",
        "id": name,
        "source": "/plumbrule",
        "type": EVENT_TYPE,
        "subject": change.mark.name,
        "time": f"{delivery.day.isoformat()}T00:00:00Z",
        "datacontenttype": main.media_type,
        **data,
    }
