"""Two small projects that ended more than a year ago and are closed as they should be, but for one: it
is charged to this day, and nobody reviewed it afterwards.

Their plans are gone, the trackers are left. Their people booked their time before any other project began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.booking import book
from sandbox.company.governance import CLOSING_DOCUMENTS
from sandbox.company.leanings import Profile
from sandbox.company.plans import make_plan
from sandbox.company.records import Endeavour, Issue, IssueLink, Person
from sandbox.company.staffing import Load
from sandbox.company.trackers import draft, finish

CHARGED = "BADGE"
"""A cost was charged to it long after it was closed."""
SUPPLIER = "Brightwater Systems"
"""Supplied both, and was reviewed."""
UNREVIEWED = CHARGED
"""Nobody looked back at it."""

CLOSED: tuple[Profile, ...] = (
    Profile(
        key=CHARGED, name="Badge Printers", jira="BADGE", manager="ingrid.solberg", sponsor="Magnus Thorsen",
        programme="Workplace", department="IT", goal="A badge within a minute", topics=("printers", "photo station"),
        began=96, weeks=20, lanes=1, phase="closed", method="waterfall", size="small", key_in_tracker=False,
    ),
    Profile(
        key="CANT", name="Canteen Renewal", jira="CANT", manager="grzegorz.wilk", sponsor="Petra Anders",
        programme="Workplace", department="Finance & People", goal="Queues below five minutes",
        topics=("counters", "menu screens"), began=92, weeks=20, lanes=1, phase="closed", method="waterfall",
        size="small", key_in_tracker=False,
    ),
)  # fmt: skip
_TEAMS = (("mateo.garcia", "yuki.tanaka"), ("marta.kowalczyk", "anneke.de.vries"))
REVIEW = "Post-implementation review"
_DAYS_TO_CLOSE, _DAYS_TO_REVIEW = 14, 80


def closed_endeavours(people: Mapping[str, Person], today: date, seed: int) -> tuple[list[Endeavour], list[IssueLink]]:
    """Both projects with their links. Generators of their own leave everything else as it is."""
    endeavours, links = [], []
    for profile, team in zip(CLOSED, _TEAMS, strict=True):
        own = Random(f"{seed}:{profile.key}:closed")
        plan = make_plan(profile, team, people=dict(people), load=Load(), today=today, rng=own)
        made = draft(profile, plan, today, own)
        logs = book(made.jobs(), Random(f"{seed}:{profile.key}:bookings"))
        closed_on = plan.finish + timedelta(days=_DAYS_TO_CLOSE)
        made = replace(made, records=tuple(_left(made.records, closed_on, profile.key != UNREVIEWED)))
        kept = {issue.key for issue in (*(item.issue for item in made.items), *made.records)}
        made = replace(made, links=tuple(link for link in made.links if {link.source, link.target} <= kept))
        tracker, _, own_links = finish(made, logs, today)
        pmo = {**tracker.pmo, "closed": closed_on.isoformat()}
        endeavours.append(Endeavour(profile.key, replace(tracker, pmo=pmo), None))
        links += own_links
    return endeavours, links


def _left(records: Sequence[Issue], closed_on: date, looked_back: bool) -> list[Issue]:
    """What such a project leaves behind: nothing written after its end, no risk still open, and, where somebody
    looked back, one more review."""
    kept = [
        _ended(issue, closed_on) if issue.type == "Risk" else issue
        for issue in records
        if issue.created.date() <= closed_on and issue.type != "Status Report"
    ]
    review = next(i for i in kept if i.custom.get("Document type") == CLOSING_DOCUMENTS[-1])
    kept[kept.index(review)] = replace(review, custom={**review.custom, "Supplier": SUPPLIER})
    if not looked_back:
        return kept
    later = timedelta(days=_DAYS_TO_REVIEW)
    moves = tuple(replace(move, at=move.at + later) for move in review.history)
    post = replace(
        review,
        key=f"doc:{REVIEW}",
        summary=f"{REVIEW} {review.summary.removeprefix(CLOSING_DOCUMENTS[-1]).strip()}",
        created=review.created + later,
        updated=review.updated + later,
        history=moves,
        custom={
            **review.custom,
            "Document type": REVIEW,
            "Document link": f"{review.custom['Document link']}-{_DAYS_TO_REVIEW}",
            "Approved on": closed_on + later,
        },
    )
    return [*kept, post]


def _ended(risk: Issue, closed_on: date) -> Issue:
    """A risk that is over: looked at for the last time when the project was closed."""
    custom = {**risk.custom, "Reviewed on": closed_on}
    return replace(risk, status="Closed", category="done", due=closed_on, custom=custom, resolved=risk.updated)


def charges(first_number: int, today: date) -> list[tuple[str, int, Decimal, date]]:
    """Vouchers of the supplier: project, number, amount, day. One lies long after the project's end."""
    long_ago = today - timedelta(weeks=80)
    return [
        (CHARGED, first_number, Decimal(2_400), long_ago),
        (CLOSED[1].jira, first_number + 1, Decimal(1_900), long_ago),
        (CHARGED, first_number + 2, Decimal(640), today - timedelta(days=18)),
    ]
