"""Views of whom rules judge beside projects: programmes, departments, people, the organisation, and what feeds them."""

from portfolio.model.column import Table, boolean, day, hours, index, instant, integer, key_text, money, text
from portfolio.model.subjects import SUBJECT_NAMES
from portfolio.model.views.projects import PROJECTS

_IN_UNIT = (
    integer("depth", "0: it lies in this very unit; 1: in one right below it, and so on", "never null"),
    *PROJECTS.columns,
)
_OTHERS = tuple(name for name in SUBJECT_NAMES if name != "project")

DEPARTMENT_PROJECTS = Table(
    "department_projects",
    "Projects of each department, those of the departments below it included; columns as in `projects`.",
    (key_text("department_id", "the department"), *_IN_UNIT),
    key=("department_id", "project_id"),
)

PROGRAMME_PROJECTS = Table(
    "programme_projects",
    "Projects of each programme; columns as in `projects`.",
    (key_text("programme_id", "the programme"), *_IN_UNIT),
    key=("programme_id", "project_id"),
)

_SUMMED = (
    integer("projects", "projects in it and below"),
    integer("open_projects", "of them not closed"),
    text("currency", "the one currency of those that are not closed", "they have several, or none states one"),
    money("budget_cost", "approved budgets of projects not closed", "one has none, or several currencies"),
    money(
        "forecast_cost",
        "what projects not closed will cost: EAC, else cost of the plan, else approved budget",
        "one has none of these, or several currencies",
    ),
    money("known_forecast_cost", "the same of those of which it is known", "of none, or several currencies"),
    integer("unpriced_projects", "projects not closed of which no cost is known"),
)

DEPARTMENTS = Table(
    "departments",
    "One row per department that projects lie in, and per department above those: subjects of rules.",
    (
        key_text("department_id", "key of the unit, else the words of the tools, in small letters"),
        key_text("name", "its name"),
        text("parent_id", "the department that it lies in", "in none"),
        text("owner_name", "who answers for it", "nobody named"),
        *_SUMMED,
        money("envelope_cost", "budget of the department as tables state it for the run's day", "no table states one"),
        index("forecast_over_envelope_ratio", "forecast / envelope - 1"),
        integer("members", "people in it and below, by a table of staff", "no table says who is in it"),
        hours("planned_90_hours", "work planned with them in the next 90 days", "no table says who is in it"),
        hours("available_90_hours", "their hours for projects in these days", "one's are not known"),
        index("load_90_ratio", "planned / available"),
    ),
    key=("department_id",),
)

PROGRAMMES = Table(
    "programmes",
    "One row per programme that projects lie in: subjects of rules.",
    (
        key_text("programme_id", "key of the unit, else the words of the tools, in small letters"),
        key_text("name", "its name"),
        text("parent_id", "the department that it lies in", "in none"),
        text("owner_name", "who answers for it", "nobody named"),
        *_SUMMED,
        day("forecast_finish_date", "latest scheduled finish of its projects that are not closed", "none has one"),
    ),
    key=("programme_id",),
)

PEOPLE = Table(
    "people",
    "One row per person who manages a project, is planned with, has booked time, or is in a table of staff or skills.",
    (
        key_text("person_id", "the person"),
        text("name", "name"),
        boolean("is_active", "may still be given work"),
        text("department_id", "the person's department", "no table says which"),
        integer("skills", "skills that tables state", "no table of skills"),
        hours("planned_90_hours", "work planned with the person in the next 90 days, over all projects"),
        hours("available_90_hours", "hours for projects in these days", "neither plans nor tables tell"),
        index("load_90_ratio", "planned / available"),
        index("peak_load_ratio", "load of the fullest of these weeks", "no planned week"),
        day("peak_week", "its Monday", "no planned week"),
        integer("projects_at_once", "most projects that plan with the person in one of these weeks"),
        integer("managed_projects", "projects under way that the person manages"),
        index("managed_weight", "the same by size: small a half, large two, all others one", "never empty"),
    ),
    key=("person_id",),
)

ORGANISATION = Table(
    "organisation",
    "One row: the whole. It is there as soon as there is a project.",
    (
        key_text("organisation_id", "always `organisation`; rows of every view belong to it"),
        key_text("name", "its name by the org tree, else `organisation`"),
        text("owner_name", "who answers for it", "nobody named, or several organisations"),
        integer("projects", "all projects"),
        integer("open_projects", "of them not closed"),
        integer("people", "people in view `people` who may still be given work"),
        integer("open_threats", "threats that are open, over all projects not closed"),
        integer("open_opportunities", "opportunities that are open, over all projects not closed"),
        integer("reviewed_opportunities", "opportunities of any state that were looked at in the last 90 days"),
    ),
    key=("organisation_id",),
)

SUBJECT_SOURCES = Table(
    "subject_sources",
    "Which sources feed a subject that is no project: of a unit those of its projects, of a person and the "
    "organisation all.",
    (
        text("subject_kind", "what is fed", values=_OTHERS),
        key_text("subject_id", "the subject"),
        key_text("source", "the source"),
        instant("complete_at", "last complete pull, the oldest where parts differ", "a part was never complete"),
        integer("age_hours", "hours since what it shows, the most where parts differ", "a part was never complete"),
        text(
            "outcome", "how the last pull ended, the worst where parts differ", values=("complete", "partial", "failed")
        ),
    ),
    key=("subject_kind", "subject_id", "source"),
)

SUBJECT_SNAPSHOTS = Table(
    "subject_snapshots",
    "What each check kept of programmes, departments, people and the organisation: the history behind their trends.",
    (
        text("subject_kind", "what was measured", values=_OTHERS),
        key_text("subject_id", "the subject"),
        day("taken_on", "the day of the check", "never null"),
        key_text("measure", "what was measured, as `view.column`"),
        index("value", "its value that day", "not computable that day"),
    ),
    key=("subject_kind", "subject_id", "taken_on", "measure"),
)

SUBJECT_VIEWS = (
    DEPARTMENT_PROJECTS,
    DEPARTMENTS,
    PROGRAMME_PROJECTS,
    PROGRAMMES,
    PEOPLE,
    ORGANISATION,
    SUBJECT_SOURCES,
    SUBJECT_SNAPSHOTS,
)
