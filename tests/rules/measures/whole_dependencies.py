"""Two projects that wait for each other, kept in two tools that disagree; time booked in both; finished estimates."""

from datetime import date, datetime

from tests.measured import Portfolio

RED, GREEN, PLAN = "jira:project:red", "jira:project:green", "plans:project:red"
DAY = date(2026, 11, 16)


def told_dependencies(told: Portfolio) -> None:
    """Rows that fill the views of dependencies, exposure and upkeep."""
    told.initiative("R", told.tracker(RED, name="Quay", health_reported="red", department="D", size_class="large",
                                      manager_id="jira:account:ada", start_date=DAY, currency="EUR"))  # fmt: skip
    told.add("initiative_project", initiative_id="R", project_id=PLAN, role="current", matched_by="key")
    told.plan(PLAN, name="Pier", manager_id="plans:account:ada", start_date=date(2026, 10, 1), budget_cost=900)
    told.initiative("G", told.tracker(GREEN))
    _circle(told)
    _money(told)
    _time(told)
    for number, project in ((1, RED), (2, PLAN)):
        told.item(f"{project.partition(':')[0]}:item:stone{number}", project, title="Stone laid", kind="milestone",
                  is_milestone=True, due_date=DAY)  # fmt: skip


def _circle(told: Portfolio) -> None:
    for item, project in (("jira:item:r", RED), ("jira:item:g", GREEN)):
        told.item(item, project, key=item[-1].upper(), title=f"Item {item[-1]}", status_category="todo",
                  start_date=DAY, due_date=date(2026, 11, 20), assignee_id="jira:account:ada")  # fmt: skip
    for first, second in (("r", "g"), ("g", "r")):
        told.add("work_item_link", f"jira:link:{first}{second}", from_id=f"jira:item:{first}",
                 to_id=f"jira:item:{second}", kind="blocks", dependency_type="FS", lag_hours=8)  # fmt: skip


def _money(told: Portfolio) -> None:
    told.add("budget_line", "jira:budget:r", project_id=RED, category="Contingency", amount=800, currency="EUR")
    told.add("risk", "jira:risk:r", project_id=RED, kind="threat", state="open", probability_ratio="0.5",
             impact_cost=1000, currency="EUR", origin="risks.csv", work_item_id="jira:item:r")  # fmt: skip


def _time(told: Portfolio) -> None:
    told.item("jira:item:done", RED, kind="story", status_category="done", estimate_hours=8, due_date=DAY)
    told.item("plans:item:done", PLAN, kind="task", status_category="done", due_date=DAY, title="Done")
    for source, item, project in (("jira", "jira:item:done", RED), ("plans", "plans:item:done", PLAN)):
        told.add("time_entry", f"{source}:time:twice", project_id=project, work_item_id=item, spent_on=DAY, hours=4,
                 account_id=f"{source}:account:ada", created_at=datetime(2026, 11, 18, 8))  # fmt: skip
