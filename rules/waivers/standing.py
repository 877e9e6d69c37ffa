"""Where a waiver stands on a day: in force or not, until when, and why not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.limits import WaiverLimits
from rules.ruleset import RuleSet
from rules.waivers.scope import Reach, Ticket
from rules.waivers.waiver import Waiver

RENEWAL_GAP_DAYS = 30
"""A waiver that starts within so many days of the end of another for the same rules and subject renews it."""


@dataclass(frozen=True)
class Standing:
    """A waiver on a day. `ends_on` is the last day on which it counts, None where it never does.

    `rules` are ids of the rules that it names and that are in force, if only for some projects; `homes` the projects
    that answer for it, none where it is for others than projects.
    """

    waiver: Waiver
    state: str
    ends_on: date | None
    allowed_days: int | None
    reach: Reach
    rules: frozenset[str]
    homes: tuple[str, ...]
    renewals: int = 0
    renewed: bool = False

    @property
    def in_force(self) -> bool:
        """It counts on that day."""
        return self.state == "in_force"

    @property
    def subjects(self) -> list[tuple[str, str | None]]:
        """Kind and id of each project or other subject that answers for it; the id is None where there is no other
        subject of that name, which the organisation then answers for."""
        named = self.waiver.subject
        if named is not None and named.is_other:
            return sorted(self.reach.others) or [(named.kind, None)]
        return [("project", home) for home in self.homes]

    @property
    def matches(self) -> int:
        """Pairs of a rule in force and a subject that exists."""
        return len(self.rules) * self.reach.size


def standing(
    waiver: Waiver,
    reach: Reach,
    rules: RuleSet,
    limits: WaiverLimits,
    as_of: date,
    *,
    ticket: Ticket | None,
    ticket_over: bool,
) -> Standing:
    """Where the waiver stands. `ticket_over` says that the ticket is a tool's waiver that was ended or rejected."""
    concerned = waiver.of(rules)
    allowed = limits.least(rule.severity for rule in concerned)
    granted = waiver.recorded == "approved" and not waiver.problem and waiver.approved_by
    if granted and limits.refused(granted, (rule.severity for rule in concerned)):
        waiver = replace(waiver, problem="may_not_approve")
    state, ends = _state(waiver, allowed, as_of, ticket, ticket_over)
    is_other = waiver.subject is not None and waiver.subject.is_other
    known = sorted(reach.homes) or [home for home in (waiver.home, ticket.project_id if ticket else None) if home][:1]
    in_force = rules.ids_anywhere(as_of) & {rule.id for rule in concerned}
    return Standing(waiver, state, ends, allowed, reach, in_force, () if is_other else tuple(known))


def _state(
    waiver: Waiver, allowed: int | None, as_of: date, ticket: Ticket | None, ticket_over: bool
) -> tuple[str, date | None]:
    if waiver.recorded in ("requested", "rejected"):
        return waiver.recorded, None
    starts, expires = waiver.starts, waiver.expires
    if waiver.recorded == "ended" or ticket_over:
        return "ended", None
    if waiver.problem or waiver.self_approved is not False or starts is None or expires is None or allowed is None:
        return "invalid", None
    last = min(_ends(starts, allowed, waiver, ticket), expires)
    return ("ended", None) if last < starts else (_by_day(starts, last, expires, as_of), last)


def _by_day(starts: date, last: date, expires: date, as_of: date) -> str:
    if as_of < starts:
        return "scheduled"
    if as_of <= last:
        return "in_force"
    return "expired" if last == expires else "ended"


def _ends(starts: date, allowed: int, waiver: Waiver, ticket: Ticket | None) -> date:
    """The last day by what may end it early: the limit, being revoked, its ticket being closed."""
    ends = [shifted(starts, allowed - 1)]
    if waiver.revoked_on:
        ends.append(shifted(waiver.revoked_on, -1))
    if ticket and ticket.is_done:
        ends.append(shifted(ticket.done_on or starts, -1))
    return min(ends)


def shifted(day: date, days: int) -> date:
    """So many days later, or earlier; at the ends of the calendar the last day that it has."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def with_renewals(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """The same, each with how many it follows, and whether one follows it."""
    before = {s.waiver.id: _predecessor(s.waiver, standings) for s in standings}
    followed = {name for name in before.values() if name}
    return tuple(
        Standing(**{**vars(s), "renewals": _chain(s.waiver.id, before), "renewed": s.waiver.id in followed})
        for s in standings
    )


def _predecessor(waiver: Waiver, standings: Sequence[Standing]) -> str | None:
    """The waiver that this one renews: as stated, else the latest for the same rules and subject just before it."""
    if waiver.renews or waiver.starts is None:
        return waiver.renews
    since = shifted(waiver.starts, -RENEWAL_GAP_DAYS)
    found = [
        (s.waiver.starts, s.waiver.id)
        for s in standings
        if s.waiver.id != waiver.id and s.waiver.starts and s.waiver.starts < waiver.starts and s.ends_on
        and s.ends_on >= since and _alike(s.waiver, waiver)
    ]  # fmt: skip
    return max(found)[1] if found else None


def _alike(one: Waiver, other: Waiver) -> bool:
    alike = set(one.rules) == set(other.rules) and set(one.packs) == set(other.packs)
    return alike and _called(one) == _called(other)


def _called(waiver: Waiver) -> tuple[str, str]:
    """What tells its subject apart. A project and an item go by their text alone, as tools write them."""
    subject = waiver.subject
    return ("", "") if subject is None else (subject.kind if subject.is_other else "", subject.text.casefold())


def _chain(name: str, before: Mapping[str, str | None]) -> int:
    seen = {name}
    found = before.get(name)
    while found and found not in seen:
        seen.add(found)
        found = before.get(found)
    return len(seen) - 1
