"""What the PMO keeps in a tracker project: documents, gates, status reports, stakeholders, decisions and actions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.leanings import Profile
from sandbox.company.people import person_id
from sandbox.company.records import Category, Change, Issue, Plan, Value
from sandbox.company.workdays import add_workdays, at_work, monday

CATEGORIES: Mapping[str, Category] = {
    "Draft": "new", "In Review": "indeterminate", "Approved": "indeterminate", "Planned": "new", "Passed": "done",
    "Rejected": "done", "Open": "new", "Closed": "done", "Raised": "new", "Implemented": "done", "Received": "new",
    "Paid": "done", "Disputed": "indeterminate", "Recorded": "done", "Published": "done", "To Do": "new",
    "Done": "done", "In Progress": "indeterminate",
}  # fmt: skip
"""Statuses of governance records and what they mean to the tracker."""

PLANNING_DOCUMENTS = (
    "Charter", "Business case", "Scope statement", "Communication plan", "Quality plan", "Resource plan",
)  # fmt: skip
CLOSING_DOCUMENTS = ("Acceptance", "Lessons report", "End report", "Supplier review")
RECOVERY_PLAN = "Recovery plan"
REPORTS = 12
"""Reports kept: one every two weeks for half a year."""

STAKEHOLDERS = (
    ("Works council", "Consulted", "No control of single persons", "High"),
    ("Head of operations", "Decides", "No stop in the peak season", "High"),
    ("Key users", "Do", "Fewer clicks than today", "Medium"),
    ("Data protection officer", "Consulted", "Personal data kept short", "Medium"),
    ("Suppliers' association", "Informed", "Early notice", "Low"),
)


@dataclass(frozen=True)
class Register:
    """What governance records of a project are made from."""

    profile: Profile
    plan: Plan
    today: date
    rng: Random

    @property
    def last_friday(self) -> date:
        """End of the last working week."""
        return monday(self.today) - timedelta(days=3)


def record(
    register: Register, key: str, kind: str, summary: str, *, created: date, status: str, custom: dict[str, Value]
) -> Issue:
    """A governance record by the manager, with the status moves that lead to `status` (see `moved`)."""
    at = at_work(max(created, created - timedelta(days=max(0, created.weekday() - 4))), register.rng)
    return Issue(
        key=key,
        type=kind,
        summary=summary,
        status=status,
        category=CATEGORIES[status],
        reporter=register.profile.manager,
        created=at,
        updated=at,
        resolved=at if CATEGORIES[status] == "done" else None,
        custom=custom,
    )


def moved(register: Register, issue: Issue, first: str, day: date) -> Issue:
    """The issue having come from status `first` to its present one on that day."""
    at = max(at_work(day, register.rng), issue.created + timedelta(hours=1))
    move = Change(at, issue.reporter, "status", first, issue.status)
    return replace(issue, history=(move,), updated=at, resolved=at if issue.category == "done" else None)


def register_issues(register: Register) -> list[Issue]:
    """Documents, gates, reports and stakeholders of the project."""
    return [*documents(register), *gates(register), *status_reports(register), *stakeholders(register)]


def documents(register: Register) -> list[Issue]:
    """Planning documents, approved before work began; closing documents once the project closes; a recovery plan."""
    profile, begin = register.profile, register.plan.start
    closing = CLOSING_DOCUMENTS if profile.phase in ("close", "closed") else ()
    made = []
    days = dict.fromkeys(PLANNING_DOCUMENTS, begin - timedelta(days=6))
    days |= dict.fromkeys(closing, register.plan.finish + timedelta(days=3))
    if profile.recovery_plan:
        days[RECOVERY_PLAN] = register.last_friday - timedelta(days=21)
    for kind, done in days.items():
        if kind in profile.missing_documents:
            continue
        draft = record(
            register, f"doc:{kind}", "Document", f"{kind} {profile.name}",
            created=add_workdays(done, -8), status="Approved",
            custom={
                "Document type": kind,
                "Approved by": person_id(profile.sponsor),
                "Approved on": done,
                "Document link": _address(profile, kind),
            },
        )  # fmt: skip
        made.append(moved(register, draft, "Draft", done))
    return made


def _address(profile: Profile, kind: str) -> str:
    return f"https://docs.meridian.example/{profile.jira.lower()}/{kind.lower().replace(' ', '-')}"


def gates(register: Register) -> list[Issue]:
    """Four gates; the first approves the project, the others follow its milestones."""
    profile, plan = register.profile, register.plan
    milestones = {t.name: t for t in plan.tasks if t.kind == "milestone"}
    approved = plan.start - timedelta(days=5) + timedelta(weeks=profile.approved_after_weeks)
    made = [_gate(register, 1, "Project approved", plan.start - timedelta(days=5), approved)]
    for number, name in enumerate(("Design approved", "Increment 2 accepted", "Project accepted"), start=2):
        milestone = milestones[name]
        passed = milestone.percent == 100 and not (name == "Project accepted" and profile.missing_documents)
        decided = min(add_workdays(milestone.finish, 3), register.last_friday) if passed else None
        made.append(_gate(register, number, name, milestone.baseline_finish, decided))
    return made


def _gate(register: Register, number: int, name: str, planned: date, decided: date | None) -> Issue:
    custom: dict[str, Value] = {"Gate number": Decimal(number)}
    if decided:
        custom |= {"Decided on": decided, "Decided by": person_id(register.profile.sponsor)}
    written = add_workdays(monday(register.plan.start), -12)
    issue = record(
        register, f"gate:{number}", "Gate", f"Gate {number}: {name}",
        created=written, status="Passed" if decided else "Planned", custom=custom,
    )  # fmt: skip
    issue = replace(issue, due=planned, assignee=register.profile.manager)
    return moved(register, issue, "Planned", decided) if decided else issue


def status_reports(register: Register) -> list[Issue]:
    """One every two weeks, the latest last week, unless the manager has gone silent."""
    profile = register.profile
    latest = register.last_friday - timedelta(weeks=profile.silent_weeks)
    days = [latest - timedelta(weeks=2 * n) for n in range(REPORTS)]
    began = register.plan.start + timedelta(days=11)
    return [_report(register, day) for day in reversed(days) if day >= began]


def _report(register: Register, day: date) -> Issue:
    profile = register.profile
    lately = (register.today - day).days < 45 + profile.silent_weeks * 7
    health = profile.health if lately else {"Red": "Amber", "Amber": "Green"}.get(profile.health, profile.health)
    words = {
        "Green": "All work is as planned.",
        "Amber": "Not all is as planned; measures agreed with the sponsor.",
        "Red": "The finish is at risk; a decision is needed.",
    }
    return record(
        register, f"report:{day}", "Status Report", f"{health}: {words[health]}",
        created=day, status="Published", custom={"Reported health": health, "Reported on": day},
    )  # fmt: skip


def stakeholders(register: Register) -> list[Issue]:
    """The register of stakeholders, looked through last month."""
    reviewed = register.last_friday - timedelta(days=28)
    written = add_workdays(monday(register.plan.start), -10)
    return [
        record(
            register,
            f"stakeholder:{n}",
            "Stakeholder",
            name,
            created=written,
            status="Recorded",
            custom={
                "Stakeholder role": role,
                "Interest": interest,
                "Influence": influence,
                "Reviewed on": max(reviewed, written),
            },
        )
        for n, (name, role, interest, influence) in enumerate(STAKEHOLDERS[: register.profile.stakeholders])
    ]


def decisions_and_actions(register: Register) -> list[Issue]:
    """A decision taken, an action done, one under way; where governance sleeps, one long overdue."""
    profile = register.profile
    written = register.last_friday - timedelta(days=35)
    decided = record(
        register, "decision:1", "Decision", f"Hosting of {profile.name} stays in-house",
        created=written, status="Done", custom={},
    )  # fmt: skip
    ahead = record(
        register, "action:2", "Action", "Book rooms for the next user test", created=written, status="To Do", custom={}
    )
    ahead = replace(ahead, due=add_workdays(monday(register.today), 12), assignee=profile.manager)
    made = [moved(register, replace(decided, due=written, assignee=profile.manager), "To Do", written), ahead]
    if profile.silent_weeks:
        overdue = record(
            register, "action:3", "Action", "Answer the auditors' questions",
            created=written - timedelta(days=30), status="To Do", custom={},
        )  # fmt: skip
        made.append(replace(overdue, due=written, assignee=profile.manager))
    return made
