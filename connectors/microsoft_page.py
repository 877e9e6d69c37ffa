"""The page on the mapping of plans, docs/mapping-microsoft.md, written from the code that does it."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from connectors.dataverse import page as dataverse
from connectors.dataverse.settings import DataverseFields, DataverseSource, DataverseWrite
from connectors.msproject.coverage import FILLED, SPREAD
from connectors.msproject.settings import MppSource, MspdiSource, PlanFields
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.settings import PwaFields, PwaSource
from connectors.pwa.wanted import CONSTRAINT_COLUMNS, LINK_COLUMNS, WANTED

_OPENING = """# How plans of Microsoft Project become the model

<!-- Written from connectors/pwa, connectors/dataverse and connectors/msproject; a test compares. -->

These kinds of source read plans: `pwa` a Project Web App site, `dataverse` Planner Premium, `mspdi` files saved from
Microsoft Project as XML, `mpp` its own files, `odata_dump` what was saved of a Project Online. What to set up for files
is in [project-files.md](project-files.md).

```toml
[sources.plans]
kind = "pwa"
url = "https://projects.example.com/pwa"
timezone = "Europe/Berlin"
currency = "EUR"
auth = { type = "basic", user = 'CORP\\svc-plumbrule', password = "env:PWA_PASSWORD" }

[sources.plans.fields]
phase = "Projektphase"        # your custom field, as people see it, as its column, or by its internal name
goal = ""                     # switched off: its column stays unknown
more = ["Risk class"]         # kept in project.custom_fields
task_more = ["Cost centre"]   # kept in work_item.custom_fields

[sources.files]
kind = "mspdi"
path = "plans/**/*.xml"
timezone = "Europe/Berlin"

[sources.files.fields]
phase = "Projektphase"        # your custom field, by the name that people see
```

## What all do alike

- A task is `done` at 100 per cent, `in_progress` above 0 or with an actual start, else `todo`; without per cent
  complete it is `unknown`, or `done` with an actual finish. A plan has no other status.
- `assignee_id` is the resource with the most planned work on the task; all of them are in `assignment`.
- The project summary task is an item with `outline_level` 0 and `is_summary`. Milestones that group others are
  summaries.
- Baselines 0 to 10 are kept, also where all their amounts are zero. Number 0 is the baseline.
- Times carry no zone; they are taken in the source's `timezone` (Planner Premium's are UTC). A date is the day that the
  plan shows.
- The year 1 and the zero GUID stand for nothing.
- Earned value is never taken from the tool: `project.vendor_*` is kept for comparison.
- A record that cannot be read is kept as a rejection with its place; while one of a table is rejected, nothing of
  that table counts as deleted.
- A project in phase *propose* is a request for a project. What it is worth, costs and takes is what `fields` says
  (`expected_value` and so on); without these, cost and work of its plan count, and it was requested on the day it was
  made. It is decided once its first gate is passed.
- A measurable objective stands in `objective_metric`, `objective_target` and `objective_due_on`, or among the benefits
  of a table ([tables.md](tables.md)). Documents of record, gates with who decided, and supplier reviews that no tracker
  holds are kept in tables too.
- What shows that a task's result was accepted is read from Project Server only (`task_acceptance`); elsewhere it is not
  available, and rules that ask for it answer *unknown*.
"""

_PWA = """## Project Web App (`kind = "pwa"`)

Project Server Subscription Edition, read through `/_api/ProjectData/[en-us]/` (published data only); how to connect is
in [project-server.md](project-server.md). Without that path the names follow the site's language: English and French
are known. Project Online was retired on 2026-09-30; `flavour = "online"` stays for a site that still answers, and says
so where it does not. The account needs *Access Project Server Reporting Service* (a Portfolio Viewer has it), and sees
every published project.

- Projects and resources are read whole at every run. A plan is read again when `ProjectModifiedDate` or
  `ProjectLastPublishedDate` changed, and then whole. Projects that the list does not show any more are gone.
- Timesheet lines are read by `ModifiedDate`, their days are summed over `AdjustmentIndex`, overtime included. Lines
  without project, and those of the hidden project of administrative time, belong to no plan and are left out. A line
  that is deleted on the site is not noticed; one whose hours were taken back is.
- Dependencies and constraints are in ProjectServer only. Where it does not answer, they are *not available*, never
  empty. Columns that the site lacks are *not available* too.
- A `ProjectBudgetCost` of zero means that the plan has no budget resources: no budget is known.
- `risk.probability_ratio` is a fraction up to 1 and per cent above it. `risk.owner_id` is found by the owner's name,
  where only one resource has it.
- The state of time entries is the line's (approved, rejected, pending), else the timesheet's.
- Folders in the lists of risks and issues are no entries. The state follows the number that begins a choice:
  (2) is postponed, (3) is closed; other words mean open.
- `project.vendor_*` are the site's own figures. They are left out where they mean nothing, and `vendor_ev_state` says
  why: `stale` (`ProjectEarnedValueIsStale`), `no_baseline`, or `baseline_empty` (a baseline 0 of zeros: never a budget
  that is kept). A site that does not list baselines keeps them.
- Choices of lookup tables come in words; internal names (`Entry_...`) are resolved by ProjectServer's list of fields.
- With `workflow_stages`, stages become gates: *completed* ones are `passed`, others `planned`. A stage names nobody who
  decided it, so rules that ask for a decision maker fail; the setting is off for that reason. A project without a field
  for its phase takes that of the stage under way; names are ours or those of a new site (Create, Select, Plan, Manage,
  Finished).
- With `deliverables`, entries of that list become artefacts of kind `other`.
- With `timephased`, work and cost of tasks are read by bucket (day, week, month or fiscal period, as the project
  collects them) for the months around this one; buckets of zeros are left out. Rows of assignments repeat what is in
  those of their tasks. `overtime` is what was worked (`AssignmentActualOvertimeWork`); of tasks only scheduled overtime
  is told, a part of their work. A project whose `ProjectTimephased` is *Disabled* collects nothing: its rows are
  absent, not zero, and where all projects are, the table is *not available*.
- `interim_baselines = false` reads baseline 0 only; `assignment_baselines = true` reads those of assignments too.
"""

_SERVER = """### ProjectServer collections

| Collection | Column | Fills |
| --- | --- | --- |
"""

_MSPDI = """## Files (`kind = "mspdi"`, `kind = "mpp"`)

XML in Microsoft's project schema, with or without its namespace and byte order mark. Files that declare entities are
refused. One plan a file; an unchanged file is not read again. A file that is gone takes its plan along, unless another
file holds it now; where no file is found at all, nothing is deleted.

- `native_id` is the GUID of the record, else `<GUID of the project, or name of the file>:<UID>`.
- Costs are written in hundredths, rates are not. Durations are working time. Lags and slack are tenths of minutes.
- Elapsed durations and lags count with the working share of the week (`MinutesPerWeek`), and are kept around the clock
  as well; a lag in per cent counts of the predecessor's duration.
- Absent amounts of tasks, baselines and assignments are zero: writers leave zeros out. Absent dates and rates are
  unknown.
- The project's amounts are those of the summary task (UID 0), its custom fields too; without it they are unknown.
- Blank lines, and place holders of nobody on summary tasks, are not records.
- Extended attributes and outline codes are kept in `custom_fields` of tasks, resources, assignments and the project, by
  alias, else field name. A value of a list is its text; a code of several levels has dots between them.
- `fields` maps custom fields of the project to its columns; `project.manager_id` is the resource of the manager's name,
  where only one bears it.
- Calendars become `calendar` and `calendar_day`: the working week, weeks that differ for a while, and exceptions. One
  that repeats is its days, up to a thousand.
- Baselines of resources have `owner_kind` account.
- With `timephased = true` the stretches of assignments become `timephased`: remaining, actual and overtime work, actual
  cost, baselines 0 to 10. Stretches of one day are one row; one of several days stays one, for the file does not say
  how it spreads; stretches of nothing are left out. What is planned is actual plus remaining; it is not kept twice.
- A dependency on a task of another file is rejected.
- With `kind = "mpp"` the same is read from Project's own files, by way of MSPDI; work and cost over days are then told
  day by day, cost to come included.
- Not read: rate tables beyond the standard rate, availability over time, budgets of budget resources.
"""


_DUMP = """## Dumps (`kind = "odata_dump"`)

Records of ProjectData that were saved before Project Online went. They become rows by the same code as those of a live
site, so the tables above say what becomes what; ids are the same GUIDs. How files are to be named is in
[project-files.md](project-files.md).

- Columns may be called as in ProjectData, as a French site calls them, or `...UID` as Microsoft's export of user
  content does. Of other languages a column is not known: `plumbrule doctor` lists what is not read.
- A plan of which there is a `..._published.xml` (else `..._draft.xml`) is read from it, with its dependencies and
  calendars, and not from the records of tasks, assignments and baselines beside it.
- Without a record and without a plan, a project has the name that its files bear.
- `timephased = true` reads what there is of the sets of tasks and assignments over time, with their baselines, all days
  of them.
- `project.url` is unknown: the site is gone; `artefact.location` is the path on it. Dependencies and constraints are in
  XML plans only.
- The source is as old as the newest modification or publication in it, or as `as_of` says.
- `workflow_stages`, `deliverables` and `assignment_baselines` read what they read of a live site.
- Columns of your own (`fields`) are found by their name, or by what people call them.
- Not read: the other sets, such as engagements and portfolio analyses.
"""


_SUCCESSION = """## An export and what follows it

A plan that went on elsewhere is one initiative with its successor: by `initiative_key`, by the GUID of the plan, or by
configuration; similar names are only suggested.

```toml
[initiatives."INI-07"]
projects = ["planner:Harbour wall", "jira:HAR"]
supersedes = ["online:Harbour wall"]     # or `history = true` in the source, for all its plans
```

The old plan is *history*: its tasks, planned cost and risks are in no measure, so nothing counts twice. Its baseline
stands where the new plan has none (in hours alone where the new plan keeps no cost), what was spent and booked there
counts along, its budget where there is no other
([decision 0020](decisions/0020-plans-from-files.md)).
"""


def mapping_page() -> str:
    """The whole page, as Markdown."""
    parts = [_OPENING, _PWA]
    parts.append("### `fields`: columns of your own\n\n" + _settings(PwaFields, skip=()))
    for entity_set, columns in WANTED.items():
        filled = [(f"`{column}`", _places(targets)) for column, targets in columns.items() if targets]
        parts.append(f"### {entity_set}\n\n" + _table(("Column", "Fills"), filled))
    parts.append(_SERVER + _server_rows())
    parts.append("### Settings of the source\n\n" + _settings(PwaSource, skip=("kind", "fields")))
    parts += _dataverse()
    parts.append(_MSPDI)
    parts.append("### Columns that a file fills\n\n" + _table(("Table", "Columns"), _coverage()))
    parts.append("### Settings of the source of files\n\n" + _settings(MspdiSource, skip=("kind", "fields")))
    own = [name for name in MppSource.model_fields if name not in ("java", "timeout_seconds", "memory_megabytes")]
    parts.append("### Settings of `mpp` alone\n\n" + _settings(MppSource, skip=own))
    parts.append("### `fields` of a source of files\n\n" + _settings(PlanFields, skip=()))
    parts.append(_DUMP)
    parts.append("### Settings of a dump\n\n" + _settings(OdataDumpSource, skip=("kind", "fields")))
    parts.append(_SUCCESSION)
    return "\n".join(parts)


def _server_rows() -> str:
    rows = [
        (
            "`TaskLinks`",
            "`PredecessorTaskId`, `SuccessorTaskId`, `DependencyType`, `LinkLag`",
            "work_item_link",
            LINK_COLUMNS,
        ),
        ("`Tasks`", "`ConstraintType`, `ConstraintStartEnd`", "work_item", CONSTRAINT_COLUMNS),
        (
            "`CustomFields`",
            "`Name`, `InternalName`, `LookupEntries`",
            "project",
            "custom_fields",
        ),
    ]
    lines = [
        f"| {collection} | {columns} | {', '.join(f'`{table}.{name}`' for name in names.split())} |"
        for collection, columns, table, names in rows
    ]
    return "\n".join(lines) + "\n"


def _dataverse() -> list[str]:
    parts = [dataverse.OPENING]
    for name, columns in dataverse.filled():
        parts.append(f"### {name}\n\n" + _table(("Column", "Fills"), [(c, _places(targets)) for c, targets in columns]))
    parts.append("### `fields` of Planner Premium\n\n" + _settings(DataverseFields, skip=()))
    parts.append("### `write`: columns that may be filled\n\n" + _settings(DataverseWrite, skip=()))
    skipped = ("kind", "fields", "write")
    parts.append("### Settings of a source of Planner Premium\n\n" + _settings(DataverseSource, skip=skipped))
    return parts


def _coverage() -> list[tuple[str, str]]:
    every = {**FILLED, "timephased": SPREAD}
    return [(f"`{table}`", ", ".join(f"`{name}`" for name in columns.split())) for table, columns in every.items()]


def _places(targets: str) -> str:
    return ", ".join(f"`{target}`" for target in targets.split())


def _settings(model: type[BaseModel], skip: Sequence[str]) -> str:
    rows = [
        (f"`{name}`", _default(field.get_default(call_default_factory=True)), str(field.description))
        for name, field in model.model_fields.items()
        if name not in skip
    ]
    return _table(("Setting", "Default", "What it is"), rows)


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "must be given"
    if value is None or value == []:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"
