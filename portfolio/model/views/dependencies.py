"""View of what projects need of each other."""

from portfolio.model.column import Table, boolean, day, days, integer, key_text, text
from portfolio.model.views.columns import PROJECT_ID
from portfolio.model.work import STATUS_CATEGORIES

RED_BY = ("reported", "cost_index", "schedule_index", "finish_forecast", "cost_forecast")
"""What makes a supplier red, in the order in which it is told."""

DEPENDENCIES = Table(
    "dependencies",
    "What one project needs of another, one row a dependency; it belongs to the project that waits.",
    (
        key_text("link_id", "the link"),
        PROJECT_ID,
        key_text("supplier_project_id", "initiative that delivers"),
        text("supplier_project_key", "its key"),
        text("supplier_project_name", "its name"),
        text("consumer_project_key", "key of the initiative that waits"),
        key_text("supplier_item_id", "item that is delivered"),
        text("supplier_item_key", "its key, or WBS code"),
        text("supplier_title", "its title"),
        text("supplier_status_category", "its state", values=STATUS_CATEGORIES),
        text("supplier_assignee_name", "who delivers it", "nobody"),
        day("supplier_finish_date", "when it is due"),
        key_text("consumer_item_id", "item that waits"),
        text("consumer_item_key", "its key, or WBS code"),
        text("consumer_title", "its title"),
        text("consumer_status_category", "its state", values=STATUS_CATEGORIES),
        day("consumer_start_date", "when it needs the delivery"),
        text("kind", "what it means", values=("depends", "blocks")),
        text("dependency_type", "which ends are tied", "not a plan's dependency", values=("FS", "SS", "FF", "SF")),
        days("lag_days", "working days between the ends; negative is a lead"),
        boolean("is_open", "neither side is done"),
        integer("slack_days", "calendar days from delivery to need; negative collides", "a date is missing, or not FS"),
        text("item_circle", "items that wait for each other in a circle, this dependency among them", "in none"),
        text("project_circle", "projects that wait for each other in a circle, by their open dependencies", "in none"),
        boolean("in_cycle", "it is part of a circle of items"),
        day("blocked_since", "planned start of the consumer, passed without the delivery", "it does not wait"),
        integer("blocked_days", "days since then", "it does not wait"),
        boolean("supplier_is_red", "the supplier is in trouble, as it reports or as is measured", "nothing tells"),
        text("supplier_red_by", "what says so first", "it is not red", values=RED_BY),
        integer(
            "red_steps", "dependencies from the nearest red project to here; 1: the supplier itself", "none reaches"
        ),
        text("red_way", "projects from that one to here", "none reaches"),
        integer("onward_projects", "projects that wait for the consumer, directly or through others"),
    ),
    key=("link_id",),
)
