"""Time zones as an admin names them."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator


def _known(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"`{name}` is not an IANA time zone such as Europe/Berlin or Asia/Shanghai")
    return name


ZoneName = Annotated[str, AfterValidator(_known)]
"""The IANA name of a time zone."""
