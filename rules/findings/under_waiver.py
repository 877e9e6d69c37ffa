"""What waivers do to findings: marked, counted in days, told as events; never hidden, and never another state. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.findings.life import FindingUpdate, add_event

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Waived:
    """The waiver that covers a finding, and the last day on which it does."""

    waiver_id: str
    until: date


def under_waivers(
    previous: Sequence[Row], update: FindingUpdate, covered: Mapping[str, Waived], as_of: date
) -> FindingUpdate:
    """The update with `waived_by`, `waived_until` and `waived_days`, and events `waived` and `waiver_ended`.

    `previous` are the findings before the update, `covered` what waivers cover by finding id. A day is under waiver
    from the check that found it so, up to the waiver's last day.
    """
    before = {row["id"]: row for row in previous}
    events: list[dict[str, Any]] = []
    findings = [_overlaid(row, before.get(row["id"]), covered.get(row["id"]), as_of, events) for row in update.findings]
    if events:
        events = sorted([*update.events, *events], key=lambda e: (e["finding_id"], e["step"]))
    return FindingUpdate(findings, events or update.events)


def _overlaid(
    row: dict[str, Any], old: Row | None, cover: Waived | None, as_of: date, events: list[dict[str, Any]]
) -> dict[str, Any]:
    """The row with its waiver; what happened is added to `events`. The row itself where no waiver has to do with it."""
    held = old.get("waived_by") if old is not None and old["state"] == "open" else None
    now = cover if row["state"] == "open" else None
    if not (held or now or row["waived_by"] or row["waived_until"]):
        return row
    row = dict(row)
    if old is not None and held:
        row["waived_days"] = (row["waived_days"] or 0) + _days_since(old, as_of)
        row["checked_on"] = max(as_of, old["checked_on"])  # these days are counted, also of rules left out so far
    row["waived_by"] = now.waiver_id if now else None
    row["waived_until"] = now.until if now else None
    if held and (now is None or now.waiver_id != held):
        how = held if row["state"] == "open" else f"{held}; the finding is {row['state'].partition('_')[0]}"
        events.append(add_event(row, "waiver_ended", as_of, how))
    if now and now.waiver_id != held:
        events.append(add_event(row, "waived", as_of, f"{now.waiver_id} until {now.until}"))
    return row


def _days_since(old: Row, as_of: date) -> int:
    """Days under waiver since the check before, of a finding that was waived then."""
    until: date = old["waived_until"] + timedelta(days=1)
    checked: date = old["checked_on"]
    return max(0, (min(as_of, until) - checked).days)


def age_days(finding: Row, today: date) -> int | None:
    """Days that it is open, without those under waiver; None while it is no finding yet."""
    opened: date | None = finding["opened_on"]
    if opened is None:
        return None
    waived: int = finding["waived_days"] or 0
    if finding["state"] == "open" and finding["waived_by"] and finding["checked_on"]:
        waived += _days_since(finding, today)
    end: date = today if finding["state"] == "open" else finding["resolved_on"]
    return max(0, (end - opened).days - waived)
