"""The organisation around the projects: its units, its people's time and qualification, and what tables refer to."""

from portfolio.model.column import (
    Table,
    boolean,
    day,
    deletable,
    from_source,
    hours,
    integer,
    key_text,
    of_file,
    origin,
    text,
)

UNIT_KINDS = ("organisation", "department", "programme")
PMO_LEVELS = ("supportive", "controlling", "directive")
"""How much the PMO may decide in a unit; the three kinds of PMO that PMI's body of knowledge tells apart."""

ORGANISATION_TABLES: tuple[Table, ...] = (
    Table(
        "org_unit",
        "The organisation, a department or a programme. Each lies in one other; policies go down this tree.",
        (
            *from_source(),
            key_text("key", "its key, or its name where it has no key"),
            text("name", "its name", "its key is its name"),
            text("kind", "what it is", values=UNIT_KINDS),
            text("parent_key", "key of the unit that it lies in", "top of the tree"),
            text("owner_id", "account that answers for it", "nobody named"),
            text("pmo_level", "how much the PMO decides there", "as in the unit above", values=PMO_LEVELS),
            *of_file(),
            *deletable(),
        ),
    ),
    Table(
        "approved_resource",
        "A person who, or a supplier which, may be used: everywhere, or on one project.",
        (
            *from_source(),
            text("project_id", "the project", "everywhere"),
            text("account_id", "the person", "a supplier"),
            text("supplier", "name of the supplier, as invoices state it", "a person"),
            text("role", "role in which the person works; rates of roles apply by it", "not stated"),
            day("from_date", "from", "since ever"),
            day("to_date", "until, included", "until further notice"),
            text("approved_by", "who approved it", "nobody named"),
            *of_file(),
            *deletable(),
        ),
    ),
    Table(
        "training_record",
        "A course or certificate of a person.",
        (
            *from_source(),
            text("account_id", "the person", "never null"),
            key_text("course", "course or certificate"),
            day("completed_on", "passed on", "not passed"),
            day("expires_on", "last day of its validity", "does not expire"),
            boolean("mandatory", "the PMO asks for it"),
            *of_file(),
            *deletable(),
        ),
    ),
    Table(
        "attestation",
        "What somebody confirmed of a project, because no tool can tell it.",
        (
            *from_source(),
            text("project_id", "the project", "never null"),
            key_text("topic", "what is confirmed, in the words that rules ask for"),
            day("attested_on", "confirmed on", "never null"),
            text("attested_by", "who confirmed it", "nobody named"),
            text("role", "in which role that person did so", "not stated"),
            day("valid_until", "last day of its validity", "as long as the rule lets it"),
            text("url", "where the proof lies", "no address"),
            text("note", "what else was said", "nothing stated"),
            *of_file(),
            *deletable(),
        ),
    ),
    Table(
        "capacity_week",
        "Hours for projects that a person has in a calendar week: leave, part time and other duties taken out.",
        (
            *from_source(),
            text("account_id", "the person", "never null"),
            day("week_start", "Monday of the week", "never null"),
            hours("available_hours", "hours for projects", "never null"),
            *of_file(),
            *deletable(),
        ),
    ),
    Table(
        "reference",
        "A project or a person as a table of people's own names it. What it means is found by `reference_match`; it is "
        "no project and no person of its own.",
        (
            *from_source(),
            key_text("refers_as", "what rows hold in `project_id` or `account_id` in its place"),
            text("kind", "what is named", values=("project", "person")),
            key_text("reference", "the words in the table"),
            key_text("place", "file, sheet, row and column of its first use"),
            integer("uses", "rows of that table that use it"),
            origin(),
            *deletable(),
        ),
    ),
)
