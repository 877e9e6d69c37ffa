"""Dimensions of the star: what facts are sliced by. Where no view has all, they come from the facts."""

from portfolio.model import Kind, Table
from portfolio.model.column import key_text, text
from reports.powerbi.shape import StarTable, alike, made, taken

RULE_TEXT = Table(
    "rule_text",
    "Rules in force, in one language.",
    (
        key_text("rule_id", "the rule"),
        text("title", "its title"),
        text("why", "why it matters"),
        text("fix", "how to mend it"),
        text("dimension", "what it is about"),
        text("severity", "its weight"),
    ),
    key=("rule_id",),
)
"""What the star is lent, since no view has it."""

STATUS_ID = alike("coalesce(status_category, 'unknown') || ':' || coalesce(status, '')")
"""The key of a status, from columns of `work_items`: tools that write a status in two ways mean one."""


def _unit(kind: str) -> str:
    """Departments or programmes that projects state, with what the tree of units tells of them."""
    return f"""(
    SELECT min(p.{kind}_id) AS {kind}_id, max(u.unit_name) AS unit_name, max(p.{kind}) AS stated,
           max(u.owner_name) AS owner_name, max(u.pmo_level) AS pmo_level, max(above.unit_name) AS parent_name
    FROM {kind}_projects p
    LEFT JOIN project_units u ON u.project_id = p.project_id AND u.stated_as = '{kind}' AND u.depth = 0
    LEFT JOIN project_units above ON above.project_id = p.project_id AND above.stated_as = '{kind}' AND above.depth = 1
    WHERE p.depth = 0 GROUP BY {alike(f"p.{kind}_id")}
  ) u LEFT JOIN {kind}s d USING ({kind}_id)"""  # noqa: S608 - our own names


def _unit_table(kind: str, name: str, feed: str | None) -> StarTable:
    own = f"coalesce(d.name, u.unit_name, u.stated, u.{kind}_id)"
    return StarTable(
        name,
        kind,
        f"{name}s that projects state; names, owners and what lies above come from a table of units where one is read.",
        _unit(kind),
        (
            made(f"{kind}_id", Kind.TEXT, "Key of the unit, else the words of the tools", f"u.{kind}_id", hidden=True),
            made(kind, Kind.TEXT, "Its name", own, *((feed,) if feed else ())),
            made("parent_unit", Kind.TEXT, "Unit right above it", "u.parent_name"),
            made("owner", Kind.TEXT, "Who answers for it", "coalesce(d.owner_name, u.owner_name)"),
            made("pmo_level", Kind.TEXT, "How much the PMO decides there", "u.pmo_level"),
        ),
        (f"{kind}_id",),
    )


PROJECT = StarTable(
    "Project",
    "project",
    "What the PMO calls a project (an initiative): one or more projects of the tools, matched together.",
    """projects p
  LEFT JOIN (SELECT project_id, min(department_id) AS id FROM department_projects WHERE depth = 0 GROUP BY 1) d
    USING (project_id)
  LEFT JOIN (SELECT project_id, min(programme_id) AS id FROM programme_projects WHERE depth = 0 GROUP BY 1) g
    USING (project_id)""",
    (
        *taken(
            "projects", "p", "project_id", "key", "name", "url", "phase", "method", "goal", "size_class", "currency",
            "manager_name", "sponsor_name", "approved_on", "start_date", "finish_date", "actual_finish_date",
            "status_date", "baseline_start_date", "baseline_finish_date", "has_plan", "has_tracker", "has_baseline",
            "is_closed", "reported_health", "reported_on",
            feed={
                "project_id": "Projects.ProjectId", "name": "Projects.ProjectName",
                "url": "Projects.ProjectWorkspaceInternalUrl", "currency": "Projects.ProjectCurrency",
                "manager_name": ("Projects.ProjectOwnerName", "Projects.ProjectManagerName"),
                "start_date": "Projects.ProjectStartDate", "finish_date": "Projects.ProjectFinishDate",
                "actual_finish_date": "Projects.ProjectActualFinishDate", "status_date": "Projects.ProjectStatusDate",
                "baseline_start_date": "ProjectBaselines.ProjectBaselineStartDate",
                "baseline_finish_date": "ProjectBaselines.ProjectBaselineFinishDate",
            },
        ),
        made("department_id", Kind.TEXT, "Its department", "d.id", hidden=True),
        made("programme_id", Kind.TEXT, "Its programme", "g.id", hidden=True),
    ),
    ("project_id",),
)  # fmt: skip

PERSON = StarTable(
    "Person",
    "person",
    "People whom work items, time, assignments or projects name.",
    f"""(
    SELECT min(person_id) AS person_id, max(name) AS name FROM (
      SELECT assignee_id AS person_id, assignee_name AS name FROM work_items
      UNION ALL SELECT person_id, person_name FROM time_entries
      UNION ALL SELECT person_id, person_name FROM allocations
      UNION ALL SELECT manager_id, manager_name FROM projects
      UNION ALL SELECT person_id, name FROM people
    ) AS named WHERE person_id IS NOT NULL GROUP BY {alike("person_id")}
  ) n LEFT JOIN people w USING (person_id)""",  # noqa: S608 - our own words
    (
        made("person_id", Kind.TEXT, "The person", "n.person_id", "Resources.ResourceId", hidden=True),
        made("person", Kind.TEXT, "Name", "coalesce(n.name, n.person_id)", "Resources.ResourceName"),
        *taken(
            "people", "w", "is_active", "planned_90_hours", "available_90_hours", "load_90_ratio", "peak_load_ratio",
            "peak_week",
            feed={"is_active": "Resources.ResourceIsActive"},
        ),
        made(
            "home_department", Kind.TEXT, "Key of the person's department, by a table of staff", "w.department_id",
            "Resources.ResourceDepartments",
        ),
    ),
    ("person_id",),
)  # fmt: skip

_SEEN = """
      SELECT as_of AS day FROM context
      UNION ALL SELECT unnest([start_date, finish_date, baseline_start_date, baseline_finish_date]) FROM projects
      UNION ALL SELECT unnest([created_on, due_date, resolved_on, baseline_finish_date]) FROM work_items
      UNION ALL SELECT spent_on FROM time_entries UNION ALL SELECT unnest([start_date, finish_date]) FROM allocations
      UNION ALL SELECT period_start FROM budget_lines UNION ALL SELECT spent_on FROM costs
      UNION ALL SELECT due_date FROM risks
      UNION ALL SELECT opened_on FROM finding UNION ALL SELECT taken_on FROM project_snapshot"""
AROUND_YEARS = 15
"""Years before and after the day of the check that the calendar covers: one wrong date must not make it huge."""
DATE = StarTable(
    "Date",
    "date",
    f"Every day of every year that the data touches, at most {AROUND_YEARS} years around the day of the check.",
    f"""(
    SELECT CAST(unnest(generate_series(
      date_trunc('year', greatest(min(s.day), min(c.as_of) - INTERVAL {AROUND_YEARS} YEAR)),
      date_trunc('year', least(max(s.day), max(c.as_of) + INTERVAL {AROUND_YEARS} YEAR)) + INTERVAL 1 YEAR
        - INTERVAL 1 DAY,
      INTERVAL 1 DAY)) AS DATE) AS day
    FROM ({_SEEN}
    ) s CROSS JOIN context c
  ) d CROSS JOIN context c""",  # noqa: S608 - our own words
    (
        made("date", Kind.DATE, "The day", "d.day", "TimeSet.TimeByDay"),
        made("year", Kind.INTEGER, "Year", "year(d.day)", shown="0"),
        made("quarter", Kind.TEXT, "Quarter", "strftime(d.day, '%Y') || ' Q' || quarter(d.day)", "TimeSet.TimeQuarter"),
        made("month", Kind.TEXT, "Month of a year", "strftime(d.day, '%Y-%m')"),
        made("month_name", Kind.TEXT, "Name of the month", "strftime(d.day, '%b')", sort_by="month_number"),
        made("month_number", Kind.INTEGER, "Month, 1 to 12", "month(d.day)", "TimeSet.TimeMonthOfTheYear", hidden=True),
        made("week", Kind.TEXT, "Week by ISO 8601", "strftime(d.day, '%G-W%V')", "TimeSet.TimeWeekOfTheYear"),
        made("weekday", Kind.TEXT, "Day of the week", "strftime(d.day, '%a')", sort_by="weekday_number"),
        made("weekday_number", Kind.INTEGER, "1 is Monday", "isodow(d.day)", "TimeSet.TimeDayOfTheWeek", hidden=True),
        made("is_past", Kind.BOOLEAN, "On or before the day of the check", "d.day <= c.as_of"),
    ),
    ("date",),
    is_dates=True,
)

RULE = StarTable(
    "Rule",
    "rule",
    "Rules in force, and such as findings were made by before.",
    "(SELECT rule_id FROM rule_text UNION SELECT rule_id FROM finding) r LEFT JOIN rule_text t USING (rule_id)",
    (
        made("rule_id", Kind.TEXT, "The rule", "r.rule_id"),
        made("rule", Kind.TEXT, "Its title", "coalesce(t.title, r.rule_id)"),
        made("family", Kind.TEXT, "What it is about", "t.dimension"),
        made("rule_severity", Kind.TEXT, "Its weight as the pack sets it", "t.severity"),
        made("why", Kind.TEXT, "Why it matters", "t.why"),
        made("fix", Kind.TEXT, "How to mend it", "t.fix"),
    ),
    ("rule_id",),
)

SOURCE = StarTable(
    "Source",
    "source",
    "Sources as configured, and how old their data is.",
    f"""(
    SELECT min(source) AS source, max(tool) AS tool, max(complete_at) AS complete_at, max(data_at) AS data_at,
           max(age_hours) AS age_hours, max(outcome) AS outcome
    FROM (
      SELECT source, tool, complete_at, data_at, age_hours, outcome FROM project_sources
      UNION ALL SELECT source, NULL, complete_at, data_at, age_hours, outcome FROM sync_runs
      UNION ALL SELECT source, NULL, NULL, NULL, NULL, NULL FROM work_items
    ) AS named WHERE source IS NOT NULL GROUP BY {alike("source")}
  ) s""",  # noqa: S608 - our own words
    (
        made("source", Kind.TEXT, "The source", "s.source"),
        *taken("project_sources", "s", "tool", "complete_at", "data_at", "age_hours", "outcome"),
    ),
    ("source",),
)

STATUS = StarTable(
    "Status",
    "status",
    "Statuses of work items as the tools name them, and what each means.",
    f"""(
    SELECT {STATUS_ID} AS status_id, coalesce(status_category, 'unknown') AS status_category, min(status) AS status
    FROM work_items GROUP BY 1, 2
  ) s""",  # noqa: S608 - our own words
    (
        made("status_id", Kind.TEXT, "Meaning and name", "s.status_id", hidden=True),
        made("status", Kind.TEXT, "The tool's own status", "coalesce(s.status, s.status_category)"),
        made("status_category", Kind.TEXT, "What the status means", "s.status_category", sort_by="status_order"),
        made(
            "status_order", Kind.INTEGER, "Order of the meanings",
            "list_position(['todo', 'in_progress', 'done', 'unknown'], s.status_category)", hidden=True,
        ),
    ),
    ("status_id",),
)  # fmt: skip

DIMENSIONS = (
    PROJECT,
    _unit_table("department", "Department", "Projects.ProjectDepartments"),
    _unit_table("programme", "Programme", None),
    PERSON,
    DATE,
    RULE,
    SOURCE,
    STATUS,
)
