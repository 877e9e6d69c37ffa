"""Views of what people keep in tables of their own: budgets in use, rates, approved resources, training, org tree."""

from portfolio.model.column import Table, boolean, day, hours, index, integer, key_text, money, text
from portfolio.model.organisation import PMO_LEVELS, UNIT_KINDS
from portfolio.model.views.columns import PROJECT_ID, same

TABLE_VIEWS: tuple[Table, ...] = (
    Table(
        "budget_use",
        "What was spent of each category of the budget; only where a table of budgets is read.",
        (
            PROJECT_ID,
            key_text("category", "category of the budget"),
            text("currency", "ISO 4217 code", "lines of different currencies"),
            money("budget_cost", "approved for it", "lines of different currencies"),
            money("spent_cost", "costs of that category", "a cost is in another currency"),
            index("spent_ratio", "spent / approved"),
        ),
        key=("project_id", "category"),
    ),
    Table(
        "person_months",
        "Hours booked by a person in a month, and their cost; only where a table of rates is read.",
        (
            PROJECT_ID,
            key_text("person_id", "who worked"),
            text("person_name", "name of that person"),
            day("month_start", "first day of the month"),
            text("currency", "currency of the project", "plans of different currencies"),
            hours("hours", "booked hours, rejected ones left out"),
            hours("rated_hours", "of them, those with a cost rate in that currency", "the currency is not known"),
            money("cost", "hours x rate", "an hour has no rate"),
        ),
        key=("project_id", "person_id", "month_start"),
    ),
    Table(
        "resource_use",
        "People who booked time and suppliers who were paid or billed; only where a table says who is approved.",
        (
            PROJECT_ID,
            text("user_kind", "who was used", values=("person", "supplier")),
            key_text("user_id", "the person, or the supplier's name in small letters"),
            text("name", "name"),
            hours("hours", "booked hours of a person", "a supplier"),
            day("first_used_on", "first day", "no day is stated"),
            day("last_used_on", "latest day", "no day is stated"),
            boolean("is_approved", "approved on every day of use", "approval is dated and the use is not"),
        ),
        key=("project_id", "user_kind", "user_id"),
    ),
    Table(
        "trainings",
        "Latest record of each course of those who manage a project or are assigned to its open work.",
        (
            key_text("training_id", "the record"),
            PROJECT_ID,
            key_text("person_id", "the person"),
            text("person_name", "name"),
            boolean("is_manager", "manages the project"),
            *same("training_record", "course", "completed_on", "expires_on", "mandatory"),
            integer("days_left", "days until it expires; negative has expired", "does not expire"),
            *same("training_record", "origin"),
        ),
        key=("training_id", "project_id"),
    ),
    Table(
        "attestations",
        "What somebody confirmed of a project; each confirmation is a row, also when it is past.",
        (
            key_text("attestation_id", "the record"),
            PROJECT_ID,
            *same("attestation", "topic", "attested_on", "attested_by", "role", "valid_until", "url", "note"),
            boolean("is_valid", "given by the run's day, and its last day is not past", "no day of confirmation"),
            integer("days_left", "days until its last day; negative has expired", "no last day is stated"),
            *same("attestation", "origin"),
        ),
        key=("attestation_id",),
    ),
    Table(
        "project_units",
        "Departments and programmes of a project, upwards to the organisation; only where an org tree is read.",
        (
            PROJECT_ID,
            text("stated_as", "what the tools state", values=("department", "programme")),
            text("stated", "the words in the tools"),
            integer("depth", "0 is the unit of that key or name, 1 the one above it, up to 5"),
            text("unit_key", "key of the unit", "the tree has no such unit, or several"),
            text("unit_name", "name of the unit", "the tree has no such unit, or several"),
            text("unit_kind", "what it is", values=UNIT_KINDS),
            text("owner_name", "who answers for it", "nobody named"),
            text("pmo_level", "how much the PMO decides there", "as in the unit above", values=PMO_LEVELS),
        ),
        key=("project_id", "stated_as", "depth"),
    ),
)
