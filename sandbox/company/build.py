"""Builds the company: same seed and same day, same records, to the last byte."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random

from sandbox.company.leanings import LATE_SUPPLIER, PROFILES, PUNCTUAL_SUPPLIER, UNOWNED_SUPPLIER, Profile
from sandbox.company.people import UNKNOWN_BY_MAIL, assignable, staff
from sandbox.company.plans import make_plan
from sandbox.company.planted_capacity import managed, shared_out
from sandbox.company.planted_closed import closed_endeavours
from sandbox.company.planted_daily import with_daily_faults
from sandbox.company.planted_dependencies import with_dependencies
from sandbox.company.planted_mandate import with_mandates
from sandbox.company.planted_network import with_network_faults
from sandbox.company.planted_plans import with_task_faults
from sandbox.company.planted_upkeep import with_upkeep
from sandbox.company.planted_waivers import with_waivers
from sandbox.company.records import Company, Endeavour, Issue, IssueLink, Person, Tracker
from sandbox.company.staffing import Load
from sandbox.company.trackers import draft, everybody_books, finish

TODAY = date(2026, 11, 23)


def build(seed: int = 7, today: date = TODAY) -> Company:
    """The company as it stands in the morning of `today`.

    Plans and trackers draw from generators of their own, so that a change in one leaves the others alone.
    """
    everybody = staff()
    people = {p.id: p for p in everybody}
    teams = _teams(everybody, Random(f"{seed}:teams"))
    load = Load()
    drafts = []
    for profile in map(managed, PROFILES):
        plan = make_plan(
            profile, teams[profile.key], people=people, load=load, today=today, rng=Random(f"{seed}:{profile.key}:plan")
        )
        drafts.append(draft(profile, plan, today, Random(f"{seed}:{profile.key}:tracker")))
    logs = everybody_books(drafts, Random(f"{seed}:bookings"))
    endeavours, links = [], []
    for made in drafts:
        tracker, _, own = finish(made, logs, today)
        endeavours.append(Endeavour(made.profile.key, tracker, made.plan if made.profile.has_plan else None))
        links += own
    links += _across({e.tracker.key: e.tracker for e in endeavours})
    ended, own = closed_endeavours(people, today, seed)
    endeavours, links = [*endeavours, *ended], [*links, *own]
    whole = Company("Meridian Works", "EUR", today, everybody, shared_out(endeavours, people, today), tuple(links))
    for planted in (
        with_dependencies,
        with_upkeep,
        with_network_faults,
        with_task_faults,
        with_mandates,
        with_daily_faults,
        with_waivers,
    ):
        whole = planted(whole)
    return whole


def _across(trackers: Mapping[str, Tracker]) -> list[IssueLink]:
    """Blocks between projects: one that comes too late, one in time, one that nobody owns."""
    late, early = (_waiting(trackers[key]) for key in LATE_SUPPLIER)
    links = [IssueLink("Blocks", late[-1].key, early[0].key)]
    supplier, consumer = (trackers[key] for key in PUNCTUAL_SUPPLIER)
    links.append(IssueLink("Blocks", _running(supplier)[0].key, _waiting(consumer)[-1].key))
    unowned = next(i for i in _open_work(trackers[UNOWNED_SUPPLIER[0]]) if i.assignee is None)
    links.append(IssueLink("Blocks", unowned.key, _waiting(trackers[UNOWNED_SUPPLIER[1]])[-1].key))
    return links


def _open_work(tracker: Tracker) -> list[Issue]:
    work = [i for i in tracker.issues if i.type in ("Story", "Task") and i.category != "done" and i.due]
    return sorted(work, key=lambda i: (str(i.due), i.key))


def _waiting(tracker: Tracker) -> list[Issue]:
    return [i for i in _open_work(tracker) if i.status == "To Do" and i.assignee and "Start date" in i.custom]


def _running(tracker: Tracker) -> list[Issue]:
    return [i for i in _open_work(tracker) if i.status == "In Progress" and i.assignee]


def _teams(everybody: Sequence[Person], rng: Random) -> dict[str, list[str]]:
    """A team per project, dealt like cards, so that nobody is in many."""
    pool = assignable(everybody)
    deck: list[str] = []
    teams = {}
    for profile in PROFILES:
        team: list[str] = []
        while len(team) < _team_size(profile):
            if not deck:
                deck = rng.sample(pool, len(pool))
            card = deck.pop()
            if card not in team:
                team.append(card)
        teams[profile.key] = [*team, *UNKNOWN_BY_MAIL.get(profile.key, ())]
    return teams


def _team_size(profile: Profile) -> int:
    return {"large": 7, "medium": 5, "small": 3}[profile.size]


def part(company: Company, keys: Iterable[str]) -> Company:
    """Only the projects with these keys, and the links among what is left: a company for many short runs."""
    wanted = frozenset(keys)
    kept = tuple(endeavour for endeavour in company.endeavours if endeavour.key in wanted)
    left = {issue.key for endeavour in kept for issue in endeavour.tracker.issues}
    return replace(company, endeavours=kept, links=tuple(x for x in company.links if {x.source, x.target} <= left))
