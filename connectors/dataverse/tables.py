"""Which tables and columns of Dataverse are read, and which columns of the portfolio each of them fills.

Names: records of an environment with Planner Premium (captured 2025-12 to 2026-01), Microsoft's Power BI template for
Project (2022) and its documents on Project Operations (2025-2026).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors import proposed
from connectors.dataverse.settings import DataverseFields

GOVERNANCE = (
    "initiative_key", "programme", "department", "phase", "method", "goal", "size_class", "health_reported",
    "sponsor_name", *proposed.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table. `columns`: column -> what it fills, as `table.column`, several separated by blanks.

    `needed`: without it there is nothing to read; the others may be absent or closed, each with its `absence`.
    """

    name: str
    entity_set: str
    key: str
    columns: Mapping[str, str]
    needed: bool = False
    absence: str = ""


PROJECTS = Table(
    "msdyn_project",
    "msdyn_projects",
    "msdyn_projectid",
    {
        "msdyn_projectid": "project.native_id project.kind project.url",
        "msdyn_subject": "project.name",
        "statecode": "project.archived",
        "msdyn_scheduledstart": "project.start_date",
        "msdyn_tzascheduledstart": "",
        "msdyn_finish": "project.finish_date",
        "msdyn_tzafinish": "",
        "msdyn_progress": "project.complete_ratio",
        "msdyn_effort": "project.planned_hours",
        "msdyn_effortcompleted": "project.actual_hours",
        "msdyn_effortremaining": "project.remaining_hours",
        "msdyn_hoursperday": "",
        "_msdyn_projectmanager_value": "project.manager_id",
        "_msdyn_program_value": "project.programme",
        "_transactioncurrencyid_value": "",
        "createdon": "project.created_at",
        "modifiedon": "project.updated_at",
    },
    needed=True,
)
TASKS = Table(
    "msdyn_projecttask",
    "msdyn_projecttasks",
    "msdyn_projecttaskid",
    {
        "msdyn_projecttaskid": "work_item.native_id",
        "msdyn_subject": "work_item.title",
        "_msdyn_project_value": "work_item.project_id",
        "_msdyn_parenttask_value": "work_item.parent_id",
        "msdyn_displaysequence": "work_item.sequence",
        "msdyn_outlinelevel": "work_item.outline_level",
        "msdyn_wbsid": "work_item.wbs work_item.key",
        "msdyn_start": "work_item.start_date work_item.start_at",
        "msdyn_finish": "work_item.due_date work_item.finish_at",
        "msdyn_scheduledstart": "",
        "msdyn_scheduledend": "",
        "msdyn_tzascheduledstart": "",
        "msdyn_tzascheduledend": "",
        "msdyn_actualstart": "work_item.actual_start_date",
        "msdyn_actualend": "work_item.actual_finish_date",
        "msdyn_duration": "work_item.duration_hours",
        "msdyn_progress": "work_item.complete_ratio work_item.status_category",
        "msdyn_effort": "work_item.estimate_hours",
        "msdyn_effortcompleted": "work_item.spent_hours",
        "msdyn_effortremaining": "work_item.remaining_hours",
        "msdyn_priority": "work_item.priority",
        "msdyn_summary": "work_item.is_summary work_item.kind work_item.type",
        "msdyn_ismilestone": "work_item.is_milestone",
        "msdyn_iscritical": "work_item.is_critical",
        "msdyn_ismanual": "work_item.is_manual",
        "_msdyn_projectbucket_value": "work_item.custom_fields",
        "_msdyn_projectsprint_value": "work_item.custom_fields",
        "statecode": "work_item.is_active",
        "createdon": "work_item.created_at",
        "modifiedon": "work_item.updated_at",
    },
    needed=True,
)
DEPENDENCIES = Table(
    "msdyn_projecttaskdependency",
    "msdyn_projecttaskdependencies",
    "msdyn_projecttaskdependencyid",
    {
        "msdyn_projecttaskdependencyid": "",
        "_msdyn_project_value": "work_item_link.project_id",
        "_msdyn_predecessortask_value": "work_item_link.from_id work_item_link.kind work_item_link.type",
        "_msdyn_successortask_value": "work_item_link.to_id",
        "msdyn_projecttaskdependencylinktype": "work_item_link.dependency_type",
        "msdyn_projecttaskdependencylinklag": "work_item_link.lag_hours",
        "msdyn_projecttaskdependencylinklaginseconds": "work_item_link.lag_hours",
        "statecode": "",
        "modifiedon": "",
    },
    absence="the environment has no table of dependencies",
)
ASSIGNMENTS = Table(
    "msdyn_resourceassignment",
    "msdyn_resourceassignments",
    "msdyn_resourceassignmentid",
    {
        "msdyn_resourceassignmentid": "",
        "_msdyn_projectid_value": "assignment.project_id",
        "_msdyn_taskid_value": "assignment.work_item_id",
        "_msdyn_bookableresourceid_value": "assignment.account_id work_item.assignee_id",
        "_msdyn_projectteamid_value": "",
        "msdyn_start": "assignment.start_date",
        "msdyn_finish": "assignment.finish_date",
        "msdyn_effort": "assignment.planned_hours",
        "msdyn_effortcompleted": "assignment.actual_hours",
        "msdyn_effortremaining": "assignment.remaining_hours",
        "msdyn_plannedwork": "timephased.project_id timephased.work_item_id timephased.assignment_id "
        "timephased.account_id timephased.kind timephased.starts_on timephased.ends_on timephased.hours",
        "statecode": "",
        "modifiedon": "",
    },
    absence="the environment has no table of assignments",
)
RESOURCES = Table(
    "bookableresource",
    "bookableresources",
    "bookableresourceid",
    {
        "bookableresourceid": "account.native_id",
        "name": "account.name",
        "msdyn_primaryemail": "account.email",
        "resourcetype": "account.kind",
        "statecode": "account.active",
        "_userid_value": "",
    },
    absence="the environment has no table of bookable resources",
)
TEAMS = Table(
    "msdyn_projectteam",
    "msdyn_projectteams",
    "msdyn_projectteamid",
    {"msdyn_projectteamid": "account.native_id", "msdyn_name": "account.name", "_msdyn_bookableresourceid_value": ""},
    absence="the environment has no table of project teams",
)
BUCKETS = Table(
    "msdyn_projectbucket",
    "msdyn_projectbuckets",
    "msdyn_projectbucketid",
    {"msdyn_projectbucketid": "", "msdyn_name": "work_item.custom_fields", "_msdyn_project_value": ""},
    absence="the environment has no table of buckets",
)
BASELINES = Table(
    "msdyn_projectbaselinedata",
    "msdyn_projectbaselinedatas",
    "msdyn_projectbaselinedataid",
    {
        "msdyn_projectbaselinedataid": "",
        "_msdyn_projectid_value": "baseline.project_id baseline.owner_id baseline.owner_kind baseline.number",
        "createdon": "baseline.taken_at",
        "versionnumber": "",
        "statecode": "",
    },
    absence="this environment keeps no baselines",
)
BASELINE_TASKS = Table(
    "msdyn_projectbaselinetaskdata",
    "msdyn_msdyn_projectbaselinedata_msdyn_projectbaselinetaskdata",
    "msdyn_projectbaselinetaskdataid",
    {
        "msdyn_projecttaskid": "baseline.owner_id",
        "msdyn_taskstartdate": "baseline.start_date",
        "msdyn_taskfinishdate": "baseline.finish_date",
        "msdyn_taskeffort": "baseline.work_hours",
        "msdyn_taskduration": "baseline.duration_hours",
    },
)
"""Read with the baseline that they belong to; `entity_set` is the name of that relation."""
PROGRAMS = Table(
    "msdyn_program",
    "msdyn_programs",
    "msdyn_programid",
    {"msdyn_programid": "", "msdyn_name": "project.programme"},
    absence="the environment has no portfolios (msdyn_program)",
)
TIME = Table(
    "msdyn_timeentry",
    "msdyn_timeentries",
    "msdyn_timeentryid",
    {
        "msdyn_timeentryid": "",
        "_msdyn_project_value": "time_entry.project_id",
        "_msdyn_projecttask_value": "time_entry.work_item_id",
        "_msdyn_bookableresource_value": "time_entry.account_id",
        "msdyn_date": "time_entry.spent_on",
        "msdyn_duration": "time_entry.hours",
        "msdyn_entrystatus": "time_entry.state",
        "statecode": "",
        "createdon": "time_entry.created_at",
        "modifiedon": "time_entry.updated_at",
    },
    absence="Project Operations is not installed",
)
CURRENCIES = Table(
    "transactioncurrency",
    "transactioncurrencies",
    "transactioncurrencyid",
    {"transactioncurrencyid": "", "isocurrencycode": "project.currency"},
    absence="the environment shows no currencies",
)
USERS = Table(
    "systemuser",
    "systemusers",
    "systemuserid",
    {"systemuserid": "", "fullname": "", "internalemailaddress": "", "isdisabled": ""},
    absence="the environment shows no users",
)

LOOKED_AT = (
    PROJECTS, TASKS, DEPENDENCIES, ASSIGNMENTS, RESOURCES, TEAMS, BUCKETS, BASELINES, PROGRAMS, TIME, CURRENCIES, USERS,
)  # fmt: skip
FOLLOWED = (TASKS, DEPENDENCIES, ASSIGNMENTS, TIME)
"""Tables that are large, and read by their changes."""


def lookup_column(name: str) -> str:
    """How the Web API calls a lookup of that logical name."""
    return f"_{name}_value"


def mapped(fields: DataverseFields) -> dict[str, str]:
    """Logical names of the admin's own columns of the project, with what each fills."""
    named = {column: f"project.{name}" for name in GOVERNANCE if (column := getattr(fields, name))}
    return {**{column: "project.custom_fields" for column in fields.more if column}, **named}
