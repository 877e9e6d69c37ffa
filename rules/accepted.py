"""The waiver over a finding, as explanations tell it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Accepted:
    """What an explanation says of the waiver over a finding."""

    waiver_id: str
    until: date
    reason: str | None
    requested_by: str | None
    approved_by: str | None
