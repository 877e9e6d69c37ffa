"""Which days of which people an approver has looked at: Tempo's timesheet approvals, by team and period.

Source: Tempo, REST API v4, "Timesheet approvals" and "Periods".
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from connectors.http import Http
from connectors.tempo.client import results
from connectors.tempo.entries import Unreadable, day
from connectors.tempo.months import Span
from portfolio.errors import RemoteRefusal
from portfolio.ports import Row

_STATES = {"OPEN": "open", "IN_REVIEW": "submitted", "APPROVED": "approved", "REJECTED": "rejected"}
log = structlog.get_logger("plumbrule.connectors.tempo")


class Approvals:
    """States of timesheets. A person who is in several teams has one timesheet."""

    def __init__(self, http: Http, teams: Sequence[int]) -> None:
        self._http = http
        self._teams = teams
        self._stated: dict[str, list[tuple[Span, str]]] = {}

    def look(self, span: Span) -> None:
        """Read the timesheets of all teams for the periods that touch the span."""
        if not self._teams:
            return
        for period in self._periods(span):
            for team in self._teams:
                path = f"4/timesheet-approvals/team/{team}"
                for sheet in results(self._http.get_json(path, period.dates), path):
                    self._note(sheet, period)

    @property
    def people(self) -> int:
        """People whose timesheets were told."""
        return len(self._stated)

    def states(self, rows: Iterable[Row], account_prefix: str) -> list[Row]:
        """The rows, each with the state of its person's timesheet on its day; unknown where none was told."""
        return [{**row, "state": self._state(row, account_prefix)} for row in rows]

    def _state(self, row: Mapping[str, Any], account_prefix: str) -> str | None:
        person = str(row["account_id"]).removeprefix(account_prefix)
        stated = self._stated.get(person, ())
        return next((state for span, state in stated if span.first <= row["spent_on"] <= span.last), None)

    def _periods(self, span: Span) -> list[Span]:
        answer = self._http.get_json("4/periods", span.dates)
        listed = answer.get("periods") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise RemoteRefusal(
                "Tempo's answer to 4/periods holds no list of periods",
                code="remote.shape",
                remedy="Check the configured address.",
            )
        return [Span(day(p.get("from"), "from"), day(p.get("to"), "to")) for p in listed if isinstance(p, dict)]

    def _note(self, sheet: Any, asked: Span) -> None:
        try:
            person, state = sheet["user"]["accountId"], _STATES[sheet["status"]["key"]]
            period = sheet.get("period") or {}
            span = Span(
                day(period.get("from", asked.first.isoformat()), "from"),
                day(period.get("to", asked.last.isoformat()), "to"),
            )
        except (KeyError, TypeError, AttributeError, Unreadable) as why:
            log.warning("tempo.approval_not_read", why=str(why))
            return
        self._stated.setdefault(person, []).append((span, state))
