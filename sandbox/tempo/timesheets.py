"""Timesheets of a pretend Tempo: periods, what they ask for, what was booked, and who approved it."""

from dataclasses import replace
from datetime import date, datetime

from sandbox.jira.site import JiraSite
from sandbox.tempo import capacity
from sandbox.tempo.capacity import ApprovalPeriod, DaySchedule
from sandbox.tempo.filling import Filling
from sandbox.tempo.records import Approval, ApprovalStatus, Period

_FROM: dict[ApprovalStatus, tuple[ApprovalStatus, ...]] = {
    "IN_REVIEW": ("OPEN", "REJECTED"),
    "APPROVED": ("IN_REVIEW",),
    "REJECTED": ("IN_REVIEW",),
    "OPEN": ("IN_REVIEW", "APPROVED", "REJECTED"),
}
"""From which states a timesheet can come into one."""


class RefusedByTempo(ValueError):
    """Tempo does not let people do this; the message says why."""


class Timesheets(Filling):
    """`approval_period` and `week_start` (1 is Monday, 7 is Sunday) cut the time into timesheets."""

    def __init__(self, jira: JiraSite, *, approval_period: ApprovalPeriod = "WEEK", week_start: int = 1) -> None:
        super().__init__(jira)
        self.approval_period: ApprovalPeriod = approval_period
        self.week_start = week_start

    @property
    def now(self) -> datetime:
        """The present moment, in UTC: that of the Jira site."""
        return self.jira.now

    def submit(self, account_id: str, day: date, *, reviewer: str | None = None, comment: str = "") -> None:
        """Submit the timesheet that holds a day for review."""
        with self.lock:
            period = self.period(day)
            self._turn(account_id, day, "IN_REVIEW", account_id, comment)
            self.approvals[account_id, period.start] = replace(
                self.approval(account_id, period),
                reviewer=reviewer,
                required_at_submit=capacity.required_seconds(self.schedule(account_id, period)),
                spent_at_submit=self.spent_seconds(account_id, period),
            )

    def approve(self, account_id: str, day: date, *, by: str, comment: str = "") -> None:
        """Approve a timesheet under review; its days are locked from now on."""
        self._turn(account_id, day, "APPROVED", by, comment)

    def reject(self, account_id: str, day: date, *, by: str, comment: str = "") -> None:
        """Send a timesheet under review back."""
        self._turn(account_id, day, "REJECTED", by, comment)

    def reopen(self, account_id: str, day: date, *, by: str, comment: str = "") -> None:
        """Open a timesheet again."""
        self._turn(account_id, day, "OPEN", by, comment)

    def period(self, day: date) -> Period:
        """Give the period that holds a day."""
        return capacity.period_of(day, self.approval_period, self.week_start)

    def approval(self, account_id: str, period: Period) -> Approval:
        """Give where somebody's timesheet of a period stands; one that nobody touched is open."""
        return self.approvals.get((account_id, period.start), Approval("OPEN"))

    def schedule(self, account_id: str, period: Period) -> list[DaySchedule]:
        """Give what each day of a period asks of somebody."""
        workload = capacity.scheme_of(self.workloads, account_id)
        return capacity.schedule(period, workload, capacity.scheme_of(self.holidays, account_id))

    def spent_seconds(self, account_id: str, period: Period) -> int:
        """Add up what somebody booked on the days of a period."""
        own = (one for one in self.worklogs.values() if one.author == account_id)
        return sum(one.seconds for one in own if period.start <= one.day <= period.end)

    def need_open(self, account_id: str, day: date) -> None:
        """Refuse when the timesheet that holds a day is locked."""
        period = self.period(day)
        status = self.approval(account_id, period).status
        if status in ("IN_REVIEW", "APPROVED"):
            raise RefusedByTempo(f"The timesheet of {period.start} to {period.end} is {status}.")

    def _turn(self, account_id: str, day: date, to: ApprovalStatus, actor: str, comment: str) -> None:
        self.need_person(account_id)
        with self.lock:
            period = self.period(day)
            before = self.approval(account_id, period)
            if before.status not in _FROM[to]:
                raise RefusedByTempo(f"A timesheet that is {before.status} cannot become {to}.")
            turned = replace(before, status=to, actor=actor, comment=comment, updated=self.now)
            self.approvals[account_id, period.start] = turned
