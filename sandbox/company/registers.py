"""Risks, change requests, invoices and lessons of a tracker project."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.company.governance import Register, moved, record
from sandbox.company.records import Issue, IssueLink, Value
from sandbox.company.workdays import add_workdays, monday

RISKS = (
    ("Supplier delivers late", "Threat", "Supplier", 30, 40_000, "Second source under contract"),
    ("Test environment not ready in time", "Threat", "Technology", 20, 15_000, "Environment booked, daily check"),
    ("Key person leaves", "Threat", "Staffing", 20, 60_000, "Pairing, hand-over notes"),
    ("Second plant joins early and shares the cost", "Opportunity", "Scope", 30, 50_000, "Offer sent to the plant"),
)
NEGLECTED_RISKS = (
    ("Customs hold the sorter for weeks", 60, 120_000),
    ("Works council refuses the new shifts", 40, 80_000),
    ("Floor does not bear the new racks", 50, 45_000),
)
SUPPLIERS = ("Nordlicht Consulting", "Brightwater Systems", "Kessler Fördertechnik", "Atelier Soleil")


def risks(register: Register) -> list[Issue]:
    """A kept register: owner, response, reviewed this month. Neglected risks come on top where the profile says so."""
    begin = register.plan.start
    written = begin + timedelta(days=1)
    team = [a.person for a in register.plan.assignments if a.person]
    made = []
    for number, (title, kind, cause, likely, impact, response) in enumerate(RISKS):
        custom: dict[str, Value] = {
            "Risk kind": kind, "Cause": cause, "Probability (%)": Decimal(likely), "Impact cost": Decimal(impact),
            "Response": response, "Reviewed on": register.last_friday - timedelta(days=7 + number),
        }  # fmt: skip
        issue = record(register, f"risk:{number}", "Risk", title, created=written, status="Open", custom=custom)
        due = add_workdays(monday(register.today), 25 + 10 * number)
        made.append(replace(issue, due=due, assignee=team[number * 5 % len(team)]))
    if register.profile.neglected_risks:
        made += _neglected_risks(register)
    return made


def _neglected_risks(register: Register) -> list[Issue]:
    made = []
    for number, (title, likely, impact) in enumerate(NEGLECTED_RISKS):
        written = register.last_friday - timedelta(days=140)
        custom: dict[str, Value] = {
            "Risk kind": "Threat", "Cause": "Supplier", "Probability (%)": Decimal(likely),
            "Impact cost": Decimal(impact), "Reviewed on": written,
        }  # fmt: skip
        issue = record(register, f"neglected:{number}", "Risk", title, created=written, status="Open", custom=custom)
        made.append(replace(issue, due=register.last_friday - timedelta(days=14 * number + 21)))
    return made


def changes(register: Register, approved_hours: Decimal) -> list[Issue]:
    """One small change carried out long ago; further ones by profile: approved growth, or left undecided."""
    profile, today = register.profile, register.today
    made = []
    raised = register.plan.start + timedelta(days=9)
    if raised + timedelta(days=14) < today:
        made.append(_change(register, "Report in two languages", raised, Decimal(16), raised + timedelta(days=6)))
    if approved_hours:
        asked = monday(today) - timedelta(weeks=profile.began - 7)
        made.append(_change(register, "Wishes of the plants", asked, approved_hours, asked + timedelta(days=8)))
    if profile.undecided_change_days:
        for number, days in enumerate((profile.undecided_change_days, profile.undecided_change_days + 7)):
            asked = today - timedelta(days=days)
            title = ("Include the suppliers in Asia", "Replace the scorecard by an index")[number]
            made.append(_change(register, title, asked, Decimal(180), None))
    return made


def _change(register: Register, title: str, raised: date, effort: Decimal, decided: date | None) -> Issue:
    custom: dict[str, Value] = {"Effort change (hours)": effort, "Cost change": effort * 80}
    if decided:
        custom["Decided on"] = decided
    issue = record(
        register, f"change:{title}", "Change Request", title,
        created=raised, status="Implemented" if decided else "Raised", custom=custom,
    )  # fmt: skip
    return moved(register, issue, "Raised", decided) if decided else issue


def invoices(register: Register) -> list[Issue]:
    """Bills of suppliers: old ones paid, the latest approved and not yet due; the profile adds the awkward ones."""
    profile, friday = register.profile, register.last_friday
    made = []
    if profile.purchases:
        old = max(register.plan.start + timedelta(days=30), friday - timedelta(days=150))
        made.append(_invoice(register, 1, profile.purchases // 4, old if old < friday else friday, "Paid"))
    if profile.purchases and profile.phase == "execute":
        made.append(_invoice(register, 2, profile.purchases // 8, friday - timedelta(days=9), "Approved"))
    for number in range(profile.uncovered_invoices):
        issue = _invoice(register, 10 + number, 6_500 + 900 * number, friday - timedelta(days=11 + number), "Received")
        made.append(replace(issue, custom={k: v for k, v in issue.custom.items() if k != "Budget line"}))
    overdue = [friday - timedelta(days=50 + number) for number in range(profile.unpaid_invoices)]
    return made + [_invoice(register, 20 + n, 12_400, issued, "Received") for n, issued in enumerate(overdue)]


def _invoice(register: Register, number: int, amount: int, issued: date, status: str) -> Issue:
    supplier = SUPPLIERS[(number + len(register.profile.jira)) % len(SUPPLIERS)]
    custom: dict[str, Value] = {
        "Supplier": supplier,
        "Invoice number": f"{register.profile.jira}-2026-{number:03}",
        "Invoice amount": Decimal(amount),
        "Issued on": issued,
        "Budget line": "External services",
    }
    issue = record(
        register, f"invoice:{number}", "Invoice", f"{supplier}: {register.profile.name}",
        created=issued, status=status, custom=custom,
    )  # fmt: skip
    issue = replace(issue, due=issued + timedelta(days=30), assignee=register.profile.manager)
    settled = min(add_workdays(monday(issued), 6), register.last_friday)
    return issue if status == "Received" else moved(register, issue, "Received", settled)


def lessons(register: Register) -> tuple[list[Issue], list[IssueLink]]:
    """Lessons, each turned into an action that is linked to it; the first project to neglect risks also forgets one."""
    written = register.plan.start + timedelta(days=60)
    if written > register.last_friday:
        return [], []
    titles = [("Agree test data before the first build", "Technology"), ("Name a deputy for every role", "Staffing")]
    made, links = [], []
    for number, (title, cause) in enumerate(titles):
        made.append(
            record(
                register,
                f"lesson:{number}",
                "Lesson",
                title,
                created=written,
                status="Recorded",
                custom={"Cause": cause},
            )
        )
        if number and register.profile.neglected_risks:
            continue
        key = f"action:lesson:{number}"
        action = record(
            register, key, "Action", f"Put into practice: {title}", created=written, status="Done", custom={}
        )
        done = add_workdays(monday(written), 12)
        made.append(moved(register, replace(action, due=done, assignee=register.profile.manager), "To Do", done))
        links.append(IssueLink("Relates", f"lesson:{number}", key))
    return made, links
