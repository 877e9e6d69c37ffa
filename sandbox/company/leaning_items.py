"""Work items that exist only because a project leans: growth of scope, neglect, loose ends, unruly titles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.backlog import Item
from sandbox.company.history import latest
from sandbox.company.leanings import Profile
from sandbox.company.records import Change, Issue
from sandbox.company.workdays import add_workdays, at_work, monday

WORK_KINDS = ("Story", "Task", "Sub-task")
BOUNDARY_TITLE = ("The report's title repeats the name of the plant until nobody reads it any more, " * 4)[:255]
"""255 characters: the longest summary that the tracker accepts."""

UNRULY_TITLES: tuple[str, ...] = (
    "<script>document.title='owned'</script> shown as text in the ticket form",
    "Printer <b>offline</b> & \"lost\" after 'update' -- DROP TABLE printers;",
    "🚨 Nightly backup 💾 fails on 🐧 hosts — 3rd time 🙈",
    "תקלה בגיבוי הלילי בשרת הראשי",
    "خطأ في الطباعة عند تشغيل التقرير الشهري",
    "月次バックアップの検証を自動化する",
    "| Pipes | and `ticks` and *stars* | =SUM(A1:A9) | {macro}",
    BOUNDARY_TITLE,
)
"""Titles that a renderer must show as the plain text that they are."""


def leaning_items(profile: Profile, rows: Sequence[Item], today: date, rng: Random) -> list[Item]:
    """What is to be added to the project's items."""
    model = [r for r in rows if r.issue.type in ("Story", "Task") and r.issue.assignee]
    added: list[Item] = []
    for share in (profile.unapproved_growth, profile.approved_growth):
        added += _growth(profile, model, round(share * len(model)), today, rng)
    if profile.neglected_flow:
        added += _neglected(profile, model, today, rng)
    if profile.open_at_closure:
        added += _loose_ends(profile, model)
    return added


def approved_hours(profile: Profile, added: Sequence[Item]) -> Decimal:
    """Hours of the growth that a change request covers."""
    wanted = profile.approved_growth > 0
    return sum((i.issue.estimate_hours or Decimal(0) for i in added if "extra" in i.issue.key), Decimal(0)) * wanted


def _growth(profile: Profile, model: Sequence[Item], count: int, today: date, rng: Random) -> list[Item]:
    """Stories that came later, evenly spread from two months after the start until last week; most still wait."""
    first = monday(today) - timedelta(weeks=profile.began - 8)
    span = (today - first).days - 5
    added = []
    for number in range(count):
        like = model[rng.randrange(len(model))]
        day = first + timedelta(days=span * number // max(1, count - 1))
        created = at_work(day - timedelta(days=max(0, day.weekday() - 4)), rng)
        topic = profile.topics[number % len(profile.topics)]
        issue = replace(
            _waiting(like.issue, f"extra:{number}", created),
            type="Story",
            summary=f"Wish {number + 1}: more options for {topic}",
            due=add_workdays(monday(today), 20 + 3 * number),
            reporter=profile.manager,
            labels=("customer-wish",),
            custom={"Story Points": Decimal(5)},
        )
        added.append(Item(issue))
    return added


def _neglected(profile: Profile, model: Sequence[Item], today: date, rng: Random) -> list[Item]:
    """In progress: two without owner, two untouched for weeks, two blocked for a month; and six without estimate."""
    written = min(r.issue.created for r in model)
    made = []
    for number, what in enumerate(("unowned", "unowned", "stale", "stale", "blocked", "blocked", *["unsized"] * 6)):
        like = model[number % len(model)].issue
        created = written + timedelta(hours=number)
        issue = _waiting(like, f"{what}:{number}", created)
        issue = replace(
            issue,
            type="Task",
            reporter=profile.manager,
            summary=f"{NEGLECT[what]} {profile.topics[number % len(profile.topics)]}",
            due=add_workdays(monday(today), 10 + number),
        )
        if what == "unsized":
            issue = replace(issue, estimate_hours=None, remaining_hours=None)
        else:
            issue = _begun(issue, what, today, rng)
        made.append(Item(issue))
    return made


NEGLECT = {
    "unowned": "Find a supplier for",
    "stale": "Tidy the data of",
    "blocked": "Get the site permit for",
    "unsized": "Look into variants of",
}


def _begun(issue: Issue, what: str, today: date, rng: Random) -> Issue:
    """In progress since some weeks; blocked ones were flagged a month ago and put to Blocked."""
    since = add_workdays(monday(today), -7 if what == "unowned" else -35)
    who = issue.assignee or issue.reporter
    moves = [Change(at_work(since, rng), who, "status", "To Do", "In Progress")]
    status = "In Progress"
    if what == "blocked":
        at = at_work(add_workdays(monday(today), -22), rng)
        moves.append(Change(at, who, "status", "In Progress", "Blocked"))
        moves.append(Change(at, who, "Flagged", None, "Impediment"))
        status = "Blocked"
    return replace(
        issue,
        status=status,
        category="indeterminate",
        assignee=None if what == "unowned" else issue.assignee,
        flagged=what == "blocked",
        history=tuple(moves),
        updated=latest(issue.created, moves),
    )


def _loose_ends(profile: Profile, model: Sequence[Item]) -> list[Item]:
    """Four tasks that nobody did although the project is being closed."""
    jobs = ("Switch off the old", "Archive the papers of", "Return the licences of", "Write the manual of")
    return [
        Item(
            replace(
                _waiting(model[n].issue, f"loose:{n}", model[n].issue.created + timedelta(hours=1)),
                type="Task",
                summary=f"{job} {profile.topics[n]}",
                reporter=profile.manager,
                due=model[-1].issue.due,
            )
        )
        for n, job in enumerate(jobs)
    ]


def _waiting(like: Issue, key: str, created: datetime) -> Issue:
    """A fresh issue under the same epic, by the same person, with the same estimate, not begun."""
    return replace(
        like, key=key, created=created, updated=created, status="To Do", category="new", resolved=None, history=(),
        worklogs=(), custom={}, version=None,
    )  # fmt: skip


def retitled(rows: Sequence[Item]) -> list[Item]:
    """The first items, under the unruly titles."""
    titles = dict(enumerate(UNRULY_TITLES))
    work = [n for n, row in enumerate(rows) if row.issue.type in WORK_KINDS]
    named = {n: titles[order] for order, n in enumerate(work) if order in titles}
    return [replace(r, issue=replace(r.issue, summary=named[n])) if n in named else r for n, r in enumerate(rows)]
