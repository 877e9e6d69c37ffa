"""What an MSPDI file says of the project as a whole, and how ids are built from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.msproject.values import Fields

_MINUTES_OF_A_WEEK = Decimal(7 * 24 * 60)


class MissingField(ValueError):
    """A field without which the record cannot be told from others."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing")


@dataclass(frozen=True)
class Header:
    """What the file says about the project, and how to build ids from it."""

    source: str
    native_id: str
    file_stem: str
    zone: ZoneInfo
    texts: Mapping[str, str]

    @property
    def fields(self) -> Fields:
        """The project's own fields as values."""
        return Fields(self.texts, self.zone)

    @property
    def project_id(self) -> str:
        """Id of the project's row."""
        return plan.row_id(self.source, "project", self.native_id)

    def native(self, fields: Fields) -> str:
        """GUID of a record, else its UID within this project. Raises MissingField."""
        uid = fields.whole("UID")
        if uid is None:
            raise MissingField("UID")
        return fields.guid("GUID") or f"{self.native_id}:{uid}"

    def working_share(self) -> Decimal:
        """Working part of the calendar week; turns elapsed time into working time."""
        minutes = self.fields.number("MinutesPerWeek") or Decimal(2400)
        return minutes / _MINUTES_OF_A_WEEK


def project_row(
    header: Header, summary: Mapping[str, Any] | None, calendar_id: str | None, own: Mapping[str, str]
) -> dict[str, Any]:
    """The `project` row; its amounts are those of the summary task, unknown where the file has none.

    `own` are columns that the admin mapped to fields of people's own.
    """
    fields = header.fields
    per_day, per_week = fields.number("MinutesPerDay"), fields.number("MinutesPerWeek")
    per_month = fields.number("DaysPerMonth")
    top = summary or {}
    return {
        "id": header.project_id,
        "source": header.source,
        "native_id": header.native_id,
        "key": header.file_stem,
        "name": fields.text("Title") or _file_name(fields.text("Name")) or header.file_stem,
        "kind": "plan",
        "category": fields.text("Category"),
        "start_date": fields.day("StartDate"),
        "finish_date": fields.day("FinishDate"),
        "actual_start_date": top.get("actual_start_date"),
        "actual_finish_date": top.get("actual_finish_date"),
        "status_date": fields.day("StatusDate"),
        "complete_ratio": top.get("complete_ratio"),
        "planned_hours": top.get("estimate_hours"),
        "actual_hours": top.get("spent_hours"),
        "remaining_hours": top.get("remaining_hours"),
        "planned_cost": top.get("planned_cost"),
        "actual_cost": top.get("actual_cost"),
        "remaining_cost": top.get("remaining_cost"),
        "currency": fields.text("CurrencyCode"),
        "calendar_id": calendar_id,
        "hours_per_day": None if per_day is None else plan.hours(per_day / 60),
        "hours_per_week": None if per_week is None else plan.hours(per_week / 60),
        "days_per_month": None if per_month is None else plan.hours(per_month),
        "time_zone": header.zone.key,
        **own,
        "created_at": fields.instant("CreationDate"),
        "updated_at": fields.instant("LastSaved"),
        "custom_fields": top.get("custom_fields"),
    }


def _file_name(name: str | None) -> str | None:
    """`Name` is that of the file as Project last saved it; MPXJ writes the same one into every file."""
    stem = re.sub(r"\.(xml|mpp|mpt)$", "", name or "", flags=re.IGNORECASE)
    return None if name == "project.xml" else stem or None
