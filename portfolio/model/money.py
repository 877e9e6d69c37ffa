"""Budgets, costs and invoices."""

from portfolio.model.column import Table, boolean, day, deletable, from_source, hours, key_text, money, text

MONEY_TABLES: tuple[Table, ...] = (
    Table(
        "budget_line",
        "Money approved for a project.",
        (
            *from_source(),
            key_text("project_id", "the project of the tool"),
            text("category", "what for", "the whole project"),
            money("amount", "approved amount", "never null"),
            text("currency", "ISO 4217 code"),
            day("period_start", "first day of the period", "not time-phased"),
            text("approved_by", "who approved it", "nobody named"),
            day("approved_on", "when", "not known"),
            *deletable(),
        ),
    ),
    Table(
        "cost",
        "Money spent that is not somebody's hours.",
        (
            *from_source(),
            key_text("project_id", "the project of the tool"),
            text("work_item_id", "the item", "on the project"),
            text("category", "what for"),
            money("amount", "amount", "never null"),
            text("currency", "ISO 4217 code"),
            day("spent_on", "day of the cost"),
            *deletable(),
        ),
    ),
    Table(
        "billing_account",
        "What booked time is charged to, with the hours that may be charged in a month.",
        (
            *from_source(),
            key_text("key", "key that entries name"),
            key_text("name", "name"),
            text("state", "whether time may be charged to it", values=("open", "closed", "archived")),
            text("category", "the tool's own category", "none"),
            text("customer", "who pays", "none named"),
            hours("monthly_budget_hours", "hours that may be charged in a calendar month", "no budget set"),
            *deletable(),
        ),
    ),
    Table(
        "invoice",
        "A supplier's bill.",
        (
            *from_source(),
            key_text("project_id", "the project of the tool"),
            text("work_item_id", "the item that holds the record", "held elsewhere"),
            text("number", "supplier's number"),
            text("supplier", "who bills"),
            money("amount", "amount"),
            text("currency", "ISO 4217 code"),
            day("issued_on", "date of the bill"),
            day("due_on", "to be paid by"),
            text("state", "how far it is", values=("received", "approved", "paid", "disputed")),
            boolean("has_budget_line", "a budget line covers it"),
            *deletable(),
        ),
    ),
)
