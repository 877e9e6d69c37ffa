"""What records of Microsoft's services have in common, however each writes its values. BadValue names what is wrong."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan


class BadValue(ValueError):
    """A value that is not what its column promises."""

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(f"{column} is {str(value)[:60]!r}, expected {expected}")


@dataclass(frozen=True)
class RecordValues(ABC):
    """One record, read by column. A missing column, null and the vendor's stand-ins for none are None.

    Each service says how it writes a `moment`.
    """

    record: Mapping[str, Any]
    zone: ZoneInfo

    def text(self, column: str) -> str | None:
        """A text; blank is None."""
        value = self.record.get(column)
        return str(value).strip() or None if value is not None else None

    def guid(self, column: str) -> str | None:
        """A GUID in lower case, without braces; the zero GUID is None."""
        return plan.guid(self.text(column))

    def key(self, column: str) -> str:
        """A GUID without which the record cannot be told from others, or placed. Raises BadValue."""
        found = self.guid(column)
        if found is None:
            raise BadValue(column, self.record.get(column), "a GUID")
        return found

    def number(self, column: str) -> Decimal | None:
        """A number, as JSON number or as text (Edm.Decimal of OData 3). Raises BadValue."""
        value = self.record.get(column)
        if value is None or value == "":
            return None
        try:
            found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise BadValue(column, value, "a number")
        if plan.too_large(found):
            raise BadValue(column, value, "a number of at most fifteen digits")
        return found

    def whole(self, column: str) -> int | None:
        """A whole number; `2.0` is one. Raises BadValue."""
        found = self.number(column)
        if found is not None and found != found.to_integral_value():
            raise BadValue(column, found, "a whole number")
        return None if found is None else int(found)

    def hours(self, column: str) -> Decimal | None:
        """Work, effort, durations and slack that are told in hours. Raises BadValue."""
        found = self.number(column)
        return None if found is None else plan.hours(found)

    def ratio(self, column: str) -> Decimal | None:
        """A number that is a fraction already: 1 is full time, or all done. Raises BadValue."""
        found = self.number(column)
        return None if found is None else plan.ratio(found)

    def flag(self, column: str) -> bool | None:
        """A boolean. Raises BadValue."""
        value = self.record.get(column)
        if value is None or isinstance(value, bool):
            return value
        raise BadValue(column, value, "true or false")

    @abstractmethod
    def moment(self, column: str) -> datetime | None:
        """A time in the source's zone. Raises BadValue."""

    def instant(self, column: str) -> datetime | None:
        """The time in UTC. Raises BadValue."""
        return plan.to_utc(self.moment(column))
