"""On which days which report is made, and what stands as it is on all others."""

from datetime import date
from typing import get_args

from plumbrule.report_settings import AudienceReport, Weekday
from plumbrule.settings import Settings

_DAYS: tuple[Weekday, ...] = get_args(Weekday)


def is_due(report: AudienceReport, today: date) -> bool:
    """Whether it is sent or renewed on that day."""
    return not report.days or _DAYS[today.weekday()] in report.days


def held_pages(settings: Settings, today: date) -> frozenset[tuple[str, str]]:
    """(receiver, report) of pages that stand as they are today, since their report is not due."""
    return frozenset((name, r.name) for r in settings.reports if not is_due(r, today) for name in r.send)
