"""Which reports should stand with, or be sent to, which receivers: marks like any other, so that one plan holds all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from portfolio.delivery import Delivery, body_of
from portfolio.ports import Mark


@dataclass(frozen=True)
class Sending:
    """One report to one receiver. A `page` is kept up to date there; a `message` is sent once for its day."""

    report: str
    receiver: str
    channel: Literal["page", "message"]
    delivery: Delivery


def delivery_marks(sendings: Iterable[Sending]) -> tuple[Mark, ...]:
    """A mark each, in a fixed order."""
    return tuple(_mark(sending) for sending in sorted(sendings, key=lambda s: (s.receiver, s.report)))


def _mark(sending: Sending) -> Mark:
    delivery = sending.delivery
    name = sending.report if sending.channel == "page" else f"{sending.report}/{delivery.day.isoformat()}"
    title = f"{sending.report}, {delivery.day.isoformat()}"
    return Mark(sending.channel, sending.receiver, "receiver", "", name, body_of(delivery), title, order="~report")
