"""Views of how well the records are kept: time that is missing or booked twice, sources that contradict each other,
and how estimates turned out."""

from portfolio.model.column import Table, boolean, day, hours, index, integer, key_text, text
from portfolio.model.views.columns import PROJECT_ID
from portfolio.model.work import WORK_ITEM_KINDS

WHAT_SOURCES_STATE = ("name", "manager", "start", "finish", "milestone", "budget")

UPKEEP_VIEWS: tuple[Table, ...] = (
    Table(
        "booked_weeks",
        "What active people of a project booked in each of the last four whole weeks, beside the hours that they had.",
        (
            PROJECT_ID,
            key_text("person_id", "the person"),
            text("person_name", "name"),
            day("week_start", "Monday", "never null"),
            hours("project_hours", "booked on this project", "never null"),
            hours("booked_hours", "booked over all projects", "never null"),
            hours("capacity_hours", "hours that the person had", "neither a table nor a plan tells"),
            index("booked_ratio", "booked over all / capacity"),
        ),
        key=("project_id", "person_id", "week_start"),
    ),
    Table(
        "source_differences",
        "What two sources of a project both state, side by side, whether they agree or not.",
        (
            PROJECT_ID,
            text("what", "what is stated", values=WHAT_SOURCES_STATE),
            text("detail", "title of the milestone", "not of a milestone"),
            key_text("left_source", "the one source"),
            key_text("right_source", "the other source"),
            text("left_value", "what the one states"),
            text("right_value", "what the other states"),
            boolean("same_words", "they are the same but for case, spaces and dashes", "no words"),
            integer("days_apart", "days between the two", "no days"),
            index("ratio_apart", "difference / the larger of the two", "no amounts, or of different currencies"),
        ),
        key=("project_id", "what", "detail", "left_source", "right_source"),
    ),
    Table(
        "double_bookings",
        "Days on which a person booked time on a project in two sources.",
        (
            PROJECT_ID,
            key_text("person_id", "who worked"),
            text("person_name", "name"),
            day("spent_on", "the day", "never null"),
            key_text("left_source", "the one source"),
            hours("left_hours", "booked there", "never null"),
            text("left_item", "on which item", "on the project"),
            key_text("right_source", "the other source"),
            hours("right_hours", "booked there", "never null"),
            text("right_item", "on which item", "on the project"),
            boolean("same_hours", "both have the same hours", "never"),
        ),
        key=("project_id", "person_id", "spent_on", "left_source", "right_source"),
    ),
    Table(
        "estimate_accuracy",
        "How estimates of finished work turned out, by kind of work, department and size of project. Of the whole "
        "portfolio: only rules about the organisation can be written on it.",
        (
            text(
                "origin",
                "tracker: original estimate against booked time; plan: baseline work against actual work",
                values=("tracker", "plan"),
            ),
            text("kind", "kind of the items", values=WORK_ITEM_KINDS),
            text("department", "department of the projects", "not stated"),
            text("size_class", "size of the projects", "not stated", values=("small", "medium", "large")),
            integer("items", "finished items with an estimate and time spent"),
            integer("projects", "projects that they are of"),
            index("median_ratio", "median of actual / estimate"),
            index("p80_ratio", "80th percentile of actual / estimate"),
            hours("estimated_hours", "sum of the estimates"),
            hours("spent_hours", "sum of the time spent"),
        ),
        key=("origin", "kind", "department", "size_class"),
    ),
)
