"""A portfolio of any size, made by SQL in a store of ours: trackers with plans, time, changes and records of a PMO.

Everything follows from row numbers, so that it is the same at every start. A tenth or so of it leans in some way, as
in an organisation that needs a PMO.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

AS_OF = "2026-06-30"


@dataclass(frozen=True)
class Size:
    """How much there is. A fifth of the items are tasks of plans, the others issues of trackers."""

    items: int
    projects: int

    @property
    def tasks(self) -> int:
        """Tasks of plans."""
        return self.items // 5

    @property
    def issues(self) -> int:
        """Issues of trackers."""
        return self.items - self.tasks

    @property
    def entries(self) -> int:
        """Time entries."""
        return self.items * 5

    @property
    def changes(self) -> int:
        """Changes of fields."""
        return self.items * 3

    @property
    def people(self) -> int:
        """Logins of people, twenty a project: each books about eight hours a day."""
        return self.projects * 20


def fill(path: Path, size: Size) -> None:
    """Write everything into the store file `path`, which has the tables already and nothing in them."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("BEGIN")
        for table, sql in _tables(size):
            connection.execute(f"INSERT INTO {table} BY NAME {sql}")
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def _tables(size: Size) -> Iterator[tuple[str, str]]:
    yield from _projects(size)
    yield from _work(size)
    yield from _governance(size)
    now = f"TIMESTAMP '{AS_OF} 04:00:00'"
    yield (
        "source_state",
        f"""SELECT source, kind, {now} AS complete_at, {now} AS attempted_at, 'complete' AS outcome
        FROM (VALUES ('jira', 'jira_cloud'), ('plans', 'mspdi')) AS s(source, kind)""",
    )


def _projects(size: Size) -> Iterator[tuple[str, str]]:
    yield (
        "account",
        f"""SELECT 'jira:account:' || i AS id, 'jira' AS source, 'u' || i AS native_id, 'Person ' || i AS name,
        'person' || i || '@bench.example' AS email, 'human' AS kind, i % 50 <> 0 AS active,
        80::DECIMAL(18,4) AS rate_per_hour, 'EUR' AS currency, 1::DECIMAL(9,6) AS max_units_ratio
        FROM range({size.people}) r(i)""",
    )
    common = f"""'BEN-' || i AS initiative_key, 'Department ' || i % 12 AS department,
        'Programme ' || i % 40 AS programme,
        ['initiate', 'plan', 'execute', 'execute', 'execute', 'execute', 'close'][i % 7 + 1] AS phase,
        CASE WHEN i % 19 <> 0 THEN 'scrum' END AS method, CASE WHEN i % 4 <> 0 THEN 'Grow' END AS goal,
        ['small', 'medium', 'large'][i % 3 + 1] AS size_class, 'EUR' AS currency,
        'jira:account:' || i AS manager_id, CASE WHEN i % 17 <> 0 THEN 'Sponsor ' || i % 30 END AS sponsor_name
        FROM range({size.projects}) r(i)"""
    yield (
        "project",
        f"""SELECT 'jira:project:' || i AS id, 'jira' AS source, i::VARCHAR AS native_id, 'B' || i AS key,
        'Project ' || i AS name, 'tracker' AS kind, {common}""",
    )
    yield (
        "project",
        f"""SELECT 'plans:project:' || i AS id, 'plans' AS source, i::VARCHAR AS native_id, NULL AS key,
        'Project ' || i AS name, 'plan' AS kind, DATE '2025-10-01' AS start_date,
        DATE '2026-12-15' + (i % 90)::INTEGER AS finish_date, DATE '{AS_OF}' AS status_date,
        0.5::DECIMAL(9,6) AS complete_ratio, 4000::DECIMAL(18,4) AS planned_hours,
        (300000 + i % 7 * 20000)::DECIMAL(18,4) AS planned_cost, (150000 + i % 11 * 9000)::DECIMAL(18,4) AS actual_cost,
        310000::DECIMAL(18,4) AS budget_cost, 8::DECIMAL(18,4) AS hours_per_day, {common}""",
    )
    yield (
        "baseline",
        f"""SELECT 'plans:baseline:p' || i AS id, 'plans' AS source, 'project' AS owner_kind,
        'plans:project:' || i AS owner_id, 'plans:project:' || i AS project_id, 0 AS number,
        TIMESTAMP '2025-10-05 12:00:00' AS taken_at, DATE '2025-10-01' AS start_date,
        DATE '2026-12-15' AS finish_date, 3900::DECIMAL(18,4) AS work_hours, 300000::DECIMAL(18,4) AS cost
        FROM range({size.projects}) r(i) WHERE i % 23 <> 0""",
    )


def _work(size: Size) -> Iterator[tuple[str, str]]:
    projects, people = size.projects, size.people
    per_plan = max(size.tasks // projects, 1)
    state = "CASE WHEN i % 10 < 5 THEN 'done' WHEN i % 10 < 7 THEN 'in_progress' ELSE 'todo' END"
    yield (
        "work_item",
        f"""SELECT 'jira:issue:' || i AS id, 'jira' AS source, i::VARCHAR AS native_id,
        'B' || i % {projects} || '-' || i AS key, 'jira:project:' || i % {projects} AS project_id,
        CASE WHEN i % 11 <> 0 THEN 'jira:issue:' || (i % {projects}) END AS parent_id,
        'Work that must be done ' || i AS title,
        ['Story', 'Task', 'Bug', 'Epic'][i % 4 + 1] AS type, ['story', 'task', 'bug', 'epic'][i % 4 + 1] AS kind,
        {state} AS status, {state} AS status_category, 'Medium' AS priority,
        CASE WHEN i % 10 <> 9 THEN 'jira:account:' || i % {people} END AS assignee_id,
        []::VARCHAR[] AS labels,
        DATE '2026-07-02' + (i % 200 - CASE WHEN i % 23 = 0 THEN 200 ELSE 0 END)::INTEGER AS due_date,
        TIMESTAMP '2025-10-01 09:00:00' + INTERVAL (i % 250) DAY AS created_at,
        TIMESTAMP '2026-06-20 09:00:00' + INTERVAL (i % 9 - CASE WHEN i % 29 = 0 THEN 60 ELSE 0 END) DAY AS updated_at,
        TIMESTAMP '2026-06-21 09:00:00' - INTERVAL (CASE WHEN i % 31 = 0 THEN 60 ELSE i % 9 END) DAY
            AS status_changed_at,
        CASE WHEN i % 10 < 5
            THEN TIMESTAMP '2026-06-25 09:00:00' - INTERVAL (CASE WHEN i % 31 = 0 THEN 60 ELSE 0 END) DAY
            END AS resolved_at,
        CASE WHEN i % 13 <> 0 THEN (30 + i % 40 - CASE WHEN i % 37 = 0 THEN 29 ELSE 0 END)::DECIMAL(18,4) END
            AS estimate_hours,
        (i % 30)::DECIMAL(18,4) AS remaining_hours, (i % 50)::DECIMAL(18,4) AS spent_hours,
        CASE WHEN i % 3 = 0 THEN (i % 8)::DECIMAL(18,4) END AS points, FALSE AS is_summary, FALSE AS is_milestone,
        i % 97 = 0 AS is_blocked FROM range({size.issues}) r(i)""",
    )
    ends = "DATE '2025-12-01' + (j * 400 // " + str(per_plan) + ")::INTEGER"
    yield (
        "work_item",
        f"""SELECT 'plans:task:' || i AS id, 'plans' AS source, i::VARCHAR AS native_id, '1.' || j AS key,
        'plans:project:' || p AS project_id, CASE WHEN j > 0 THEN 'plans:task:' || p END AS parent_id, j AS sequence,
        CASE WHEN j = 0 THEN 1 ELSE 2 END AS outline_level, '1.' || j AS wbs, 'Task ' || i AS title,
        CASE WHEN j = 0 THEN 'summary' WHEN j % 20 = 1 THEN 'milestone' ELSE 'task' END AS kind,
        CASE WHEN j * 2 < {per_plan} THEN 'done' WHEN i % 3 = 0 THEN 'in_progress' ELSE 'todo' END AS status_category,
        {ends} - 20 AS start_date, {ends} + (i % 9)::INTEGER AS due_date,
        CASE WHEN j * 2 < {per_plan} THEN {ends} + (i % 15)::INTEGER END AS actual_finish_date,
        CASE i % 40 WHEN 0 THEN 'must_finish_on' ELSE 'as_soon_as_possible' END AS constraint_type,
        (16 + i % 60)::DECIMAL(18,4) AS estimate_hours, (16 + i % 80)::DECIMAL(18,4) * 4 AS duration_hours,
        CASE WHEN j * 2 < {per_plan} THEN 1.0 ELSE 0.1 END::DECIMAL(9,6) AS complete_ratio,
        (1000 + i % 500)::DECIMAL(18,4) AS planned_cost,
        (CASE WHEN j * 2 < {per_plan} THEN 1100 ELSE 100 END)::DECIMAL(18,4) AS actual_cost,
        (i % 500 - 10)::DECIMAL(18,4) AS total_slack_hours, j = 0 AS is_summary, j % 20 = 1 AS is_milestone,
        i % 6 = 0 AS is_critical, TRUE AS is_active
        FROM (SELECT i, i % {projects} AS p, i // {projects} AS j FROM range({size.tasks}) r(i))""",
    )
    yield (
        "baseline",
        f"""SELECT 'plans:baseline:t' || i AS id, 'plans' AS source, 'work_item' AS owner_kind,
        'plans:task:' || i AS owner_id, 'plans:project:' || p AS project_id, 0 AS number,
        TIMESTAMP '2025-10-05 12:00:00' AS taken_at, {ends} - 20 AS start_date, {ends} AS finish_date,
        (16 + i % 50)::DECIMAL(18,4) AS work_hours, (1000 + i % 400)::DECIMAL(18,4) AS cost
        FROM (SELECT i, i % {projects} AS p, i // {projects} AS j FROM range({size.tasks}) r(i)) WHERE p % 23 <> 0""",
    )
    yield (
        "work_item_link",
        f"""SELECT 'plans:link:' || i AS id, 'plans' AS source, 'plans:project:' || i % {projects} AS project_id,
        'plans:task:' || i AS from_id, 'plans:task:' || (i + {projects}) AS to_id, 'depends' AS kind,
        CASE i % 12 WHEN 0 THEN 'SS' ELSE 'FS' END AS dependency_type, (i % 30 - 2)::DECIMAL(18,4) AS lag_hours
        FROM range({size.tasks - projects}) r(i)""",
    )
    yield (
        "assignment",
        f"""SELECT 'plans:assignment:' || i AS id, 'plans' AS source, 'plans:project:' || i % {projects} AS project_id,
        'plans:task:' || i AS work_item_id, 'jira:account:' || i % {people} AS account_id,
        1::DECIMAL(9,6) AS units_ratio,
        {ends} - 20 AS start_date, {ends} AS finish_date, (16 + i % 60)::DECIMAL(18,4) AS planned_hours,
        0::DECIMAL(18,4) AS actual_hours, (16 + i % 60)::DECIMAL(18,4) AS remaining_hours
        FROM (SELECT i, i // {projects} AS j FROM range({size.tasks}) r(i)) WHERE j > 0""",
    )
    yield (
        "time_entry",
        f"""SELECT 'jira:worklog:' || i AS id, 'jira' AS source,
        'jira:project:' || (i % {size.issues}) % {projects} AS project_id,
        'jira:issue:' || i % {size.issues} AS work_item_id, 'jira:account:' || i % {people} AS account_id,
        DATE '2025-10-01' + (i // {people} % 270)::INTEGER AS spent_on, ((i % 16 + 1) / 2.0)::DECIMAL(18,4) AS hours,
        TIMESTAMP '2025-10-01 17:00:00' + INTERVAL (i // {people} % 270) DAY AS created_at
        FROM range({size.entries}) r(i)""",
    )
    yield (
        "field_change",
        f"""SELECT 'jira:change:' || i AS id, 'jira' AS source, 'jira:issue:' || i % {size.issues} AS work_item_id,
        'jira:project:' || (i % {size.issues}) % {projects} AS project_id,
        ['status', 'duedate', 'timeoriginalestimate'][i % 3 + 1] AS field,
        ['status', 'schedule', 'estimate'][i % 3 + 1] AS field_class, 'a' AS from_value, 'b' AS to_value,
        TIMESTAMP '2025-11-01 09:00:00' + INTERVAL (i % 240) DAY AS changed_at,
        'jira:account:' || i % {people} AS account_id FROM range({size.changes}) r(i)""",
    )


def _governance(size: Size) -> Iterator[tuple[str, str]]:
    n = size.projects
    head = "'jira' AS source, 'jira:project:' || i % " + str(n) + " AS project_id"
    yield (
        "risk",
        f"""SELECT 'jira:risk:' || i AS id, {head}, 'Risk ' || i AS title, 'threat' AS kind, 'open' AS state,
        CASE WHEN i % 5 <> 0 THEN 'jira:account:' || i % {size.people} END AS owner_id,
        (i % 10 / 10.0)::DECIMAL(9,6) AS probability_ratio, (i % 90 * 1000)::DECIMAL(18,4) AS impact_cost,
        'EUR' AS currency, CASE WHEN i % 4 <> 0 THEN 'mitigate' END AS response,
        DATE '2026-05-01' + (i % 150)::INTEGER AS due_date, DATE '2026-04-01' + (i % 90)::INTEGER AS reviewed_on
        FROM range({n * 8}) r(i)""",
    )
    yield (
        "status_report",
        f"""SELECT 'jira:report:' || i AS id, {head}, DATE '2026-01-01' + (i // {n} * 14)::INTEGER AS reported_on,
        ['green', 'amber', 'red'][i % 3 + 1] AS health FROM range({n * 12}) r(i)""",
    )
    yield (
        "gate",
        f"""SELECT 'jira:gate:' || i AS id, {head}, 'Gate ' || i // {n} AS name, i // {n} AS sequence,
        CASE WHEN i // {n} < 2 THEN 'passed' ELSE 'planned' END AS state,
        DATE '2025-09-01' + (i // {n} * 120)::INTEGER AS planned_on,
        CASE WHEN i // {n} < 2 THEN DATE '2025-09-03' + (i // {n} * 120)::INTEGER END AS decided_on,
        'Sponsor' AS decided_by FROM range({n * 4}) r(i)""",
    )
    yield (
        "change_request",
        f"""SELECT 'jira:cr:' || i AS id, {head}, 'Change ' || i AS title,
        ['raised', 'approved', 'rejected'][i % 3 + 1] AS state, DATE '2026-05-01' + (i % 50)::INTEGER AS raised_on,
        CASE WHEN i % 3 <> 0 THEN DATE '2026-06-20' END AS decided_on, 40::DECIMAL(18,4) AS effort_hours
        FROM range({n * 6}) r(i)""",
    )
    yield (
        "artefact",
        f"""SELECT 'jira:artefact:' || i AS id, {head}, 'Document ' || i AS title,
        ['charter', 'business_case', 'communication_plan', 'quality_plan', 'resource_plan'][i // {n} + 1] AS kind,
        CASE WHEN i % 6 = 0 THEN 'draft' ELSE 'approved' END AS state, DATE '2025-10-10' AS approved_on
        FROM range({n * 5}) r(i)""",
    )
    yield (
        "stakeholder",
        f"""SELECT 'jira:stakeholder:' || i AS id, {head}, 'Stakeholder ' || i AS name, 'user' AS role,
        'result' AS interest, 'high' AS influence, DATE '2026-05-01' AS reviewed_on FROM range({n * 4}) r(i)""",
    )
    yield (
        "invoice",
        f"""SELECT 'jira:invoice:' || i AS id, {head}, 'INV-' || i AS number, 'Supplier ' || i % 40 AS supplier,
        900::DECIMAL(18,4) AS amount, 'EUR' AS currency, DATE '2026-05-01' AS issued_on, DATE '2026-06-01' AS due_on,
        ['received', 'approved', 'paid'][i % 3 + 1] AS state, TRUE AS has_budget_line FROM range({n * 5}) r(i)""",
    )
    yield (
        "budget_line",
        f"""SELECT 'jira:budget:' || i AS id, {head}, 'labour' AS category, 100000::DECIMAL(18,4) AS amount,
        'EUR' AS currency, DATE '2026-01-01' AS period_start FROM range({n * 3}) r(i)""",
    )
    yield (
        "cost",
        f"""SELECT 'jira:cost:' || i AS id, {head}, 'licence' AS category, 'Supplier ' || i % 40 AS supplier,
        1200::DECIMAL(18,4) AS amount, 'EUR' AS currency, DATE '2026-03-01' + (i % 100)::INTEGER AS spent_on
        FROM range({n * 10}) r(i)""",
    )


def as_of() -> datetime:
    """The moment that the portfolio is looked at."""
    return datetime.fromisoformat(f"{AS_OF}T05:00:00").replace(tzinfo=UTC)
