"""Time zones and moments as an admin names them."""

from datetime import datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator


def _known(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"`{name}` is not an IANA time zone such as Europe/Berlin or Asia/Shanghai")
    return name


ZoneName = Annotated[str, AfterValidator(_known)]
"""The IANA name of a time zone."""


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("give the moment with its zone, for instance 2026-11-23T06:00:00Z")
    return moment


Moment = Annotated[datetime, AfterValidator(_with_zone)]
"""A moment with its zone, without which it could be any of two dozen."""
