"""Puts a tracker project together: work items, registers, bookings, links, final keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from random import Random

from sandbox.company.backlog import BUILDING, Item, items_of
from sandbox.company.booking import Job, book
from sandbox.company.governance import Register, decisions_and_actions, register_issues
from sandbox.company.leaning_items import approved_hours, leaning_items, retitled
from sandbox.company.leanings import Profile
from sandbox.company.oddities import odd_worklogs
from sandbox.company.people import LEFT
from sandbox.company.planted_forecast import estimated_anew, planted_issues
from sandbox.company.planted_governance import governed, stated
from sandbox.company.records import Issue, IssueLink, Plan, Tracker, Version, Worklog
from sandbox.company.registers import changes, invoices, lessons, risks
from sandbox.company.sprints import in_sprints, sprints_of
from sandbox.company.waivers import waivers


@dataclass(frozen=True)
class Draft:
    """A tracker project before bookings, under provisional keys."""

    profile: Profile
    plan: Plan
    items: tuple[Item, ...]
    records: tuple[Issue, ...]
    links: tuple[IssueLink, ...]

    def jobs(self) -> list[Job]:
        """Who is to book how much on what; those who have left book no more."""
        return [
            Job(f"{self.profile.jira}|{i.issue.key}", i.issue.assignee, i.hours, i.start, i.end)
            for i in self.items
            if i.hours > 0 and i.issue.assignee and i.issue.assignee != LEFT and i.start and i.end
        ]


def draft(profile: Profile, plan: Plan, today: date, rng: Random) -> Draft:
    """Everything that the project's people wrote into the tracker."""
    items = items_of(profile, plan, today, rng)
    added = leaning_items(profile, items, today, rng)
    if not profile.has_plan:
        items = retitled(items)
    register = Register(profile, plan, today, rng)
    learned, links = lessons(register)
    records = [
        *register_issues(register),
        *risks(register),
        *changes(register, approved_hours(profile, added)),
        *invoices(register),
        *learned,
        *decisions_and_actions(register),
        *waivers(register),
    ]
    work = [*items, *added]
    return Draft(profile, plan, tuple(work), tuple(records), (*links, *_blocks(work)))


def _blocks(items: Sequence[Item]) -> list[IssueLink]:
    """Some open stories wait for one that is in progress."""
    running = [i.issue for i in items if i.issue.type == "Story" and i.issue.status == "In Progress" and i.hours]
    waiting = [i.issue for i in items if i.issue.type == "Story" and i.issue.status == "To Do"]
    later = [(r, w) for r, w in zip(running, waiting, strict=False) if r.due and w.due and r.due < w.due]
    return [IssueLink("Blocks", r.key, w.key) for r, w in later[:2]]


def everybody_books(drafts: Sequence[Draft], rng: Random) -> dict[str, list[Worklog]]:
    """Worklogs of all projects by `project|provisional key`: a person's day is one, however many projects share it."""
    return book([job for d in drafts for job in d.jobs()], rng)


def finish(
    made: Draft, logs: Mapping[str, Sequence[Worklog]], today: date
) -> tuple[Tracker, dict[str, str], list[IssueLink]]:
    """The project under final keys, in order of creation; the keys given; and its links."""
    profile = made.profile
    own = [replace(i.issue, worklogs=tuple(logs.get(f"{profile.jira}|{i.issue.key}", ()))) for i in made.items]
    if profile.odd_bookings:
        own = odd_worklogs(own, chain.from_iterable(logs.values()), today)
    own = [_settled(issue) for issue in own]
    sprints = sprints_of(profile, own, today)
    own = [in_sprints(issue, sprints, profile.manager) for issue in own]
    issues = sorted([*own, *made.records], key=lambda i: (i.created, i.key))
    keys = {issue.key: f"{profile.jira}-{number}" for number, issue in enumerate(issues, start=1)}
    named = [replace(i, key=keys[i.key], parent=keys[i.parent] if i.parent else None) for i in issues]
    named = estimated_anew(profile, named, today)
    named += planted_issues(profile, named, sprints, today)
    links = [IssueLink(k.type, keys[k.source], keys[k.target]) for k in made.links]
    tracker = Tracker(
        key=profile.jira,
        name=profile.name,
        lead=profile.manager,
        category=profile.programme,
        pmo=stated(profile, made.plan, _property(profile)),
        versions=_versions(made.plan),
        issues=governed(profile, named, today, Random(f"{profile.key}:governance")),
        sprints=sprints,
    )
    return tracker, keys, links


def _settled(issue: Issue) -> Issue:
    """What booked time makes of the estimate left and of the last update."""
    spent = sum((w.hours for w in issue.worklogs), Decimal(0))
    remaining = None
    if issue.estimate_hours is not None:
        remaining = Decimal(0) if issue.category == "done" else max(Decimal(0), issue.estimate_hours - spent)
    updated = max([issue.updated, *(w.created for w in issue.worklogs)])
    return replace(issue, remaining_hours=remaining, updated=updated)


def _versions(plan: Plan) -> tuple[Version, ...]:
    phases = [t for t in plan.tasks if t.level == 1 and t.name in BUILDING]
    return tuple(
        Version(f"Increment {n}", p.start, p.finish + timedelta(days=1), p.percent == 100)
        for n, p in enumerate(phases, start=1)
    )


def _property(profile: Profile) -> dict[str, str]:
    """The entity property `pmo`; fields left blank by the PMO are absent."""
    stated = {
        "initiative": profile.key if profile.key_in_tracker else "",
        "programme": profile.programme,
        "department": profile.department,
        "phase": profile.phase,
        "method": profile.method,
        "goal": profile.goal,
        "size": profile.size,
        "currency": "EUR",
        "manager": profile.manager,
        "sponsor": profile.sponsor,
    }
    return {name: value for name, value in stated.items() if value and name not in profile.blank}
