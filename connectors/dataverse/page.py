"""The part of docs/mapping-microsoft.md on Planner Premium; `connectors.microsoft_page` puts the tables beside it."""

from collections.abc import Iterator

from connectors.dataverse.provided import coverage

OPENING = """## Planner Premium (`kind = "dataverse"`)

Planner Premium, Project for the web and Project Operations, read through the Dataverse Web API (v9.2).
[planner-premium.md](planner-premium.md) tells how to connect one.

- Hours are effort, as Dataverse keeps it. A duration is days; it becomes hours by the *project's own* hours a day
  (`msdyn_hoursperday`). Where a project states none, its durations are unknown: eight hours are not assumed.
- Progress is a fraction already. Instants are UTC; a day is that of the time-zone agnostic column where it is filled
  and within fourteen hours of the instant, else that of the instant in the source's `timezone`.
- `project.archived` is a deactivated project. A deactivated task is not active (`work_item.is_active`); a deactivated
  dependency, assignment, baseline or time entry is gone.
- `project.manager_id` is the bookable resource of that user, else the user. A member of a team whom nobody fills is an
  account of kind `generic`. Equipment and facilities are of kind `material`.
- `project.currency` is the ISO code of the project's currency, else the source's `currency`.
- `work_item.priority` is Planner's name for the number: 0 and 1 Urgent, 2 to 4 Important, 5 to 7 Medium, 8 to 10 Low.
- `work_item.custom_fields` holds the names of bucket and sprint.
- There is one baseline, number 0, of the project and of its tasks. The project's dates are the outer ones of its tasks;
  its work is unknown.
- `timephased` is read where the setting asks for it: kind `planned`, days that follow one another with equal hours are
  one row. A slice of up to a day stands on the day on which it begins.
- `time_entry.spent_on` is the day as written (kept as noon UTC); one that is midnight in `timezone` is the day there.
  Draft is `open`, returned is `rejected`; an entry that is asked back is `approved` until it is given back. Time
  without project is left out.
- Columns of the admin's own count by the label of a choice and the name behind a lookup. `words` tells words of another
  language. A word that means nothing leaves its column unknown and is told.
- *Not available*, so that rules answer *not assessable* and never zero: every cost, rates, deadlines, constraints,
  slack; time where Project Operations is not installed.
- Not read: calendars, goals, checklists, labels, roadmaps, expenses, columns made inside one plan (they are not in
  Dataverse).
"""


def filled() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each table that is read, with its columns and what they fill, as `table.column` separated by blanks."""
    for name, table in coverage().items():
        columns = [(f"`{column}`", targets) for column, targets in table.columns.items() if targets]
        if columns:
            yield name, columns
