"""Views over all projects at once: who can do what, how much of it is wanted, and what causes risks in many places."""

from portfolio.model.column import Table, boolean, day, hours, index, integer, key_text, money, text

PERSON_SKILLS = Table(
    "person_skills",
    "Skills of people, as tables state them.",
    (
        key_text("person_id", "the person"),
        key_text("skill", "the skill, in small letters"),
        text("person_name", "name"),
        boolean("is_active", "may still be given work"),
        text("level", "how well", "not stated"),
    ),
    key=("person_id", "skill"),
)

_BALANCE = (
    hours("demand_hours", "wanted by tables of demand, weighed by probability, and unstaffed in plans"),
    hours("planned_hours", "planned with its active holders, whatever for"),
    hours("available_hours", "hours for projects of its active holders", "one's are not known"),
    hours("free_hours", "available - planned, of holders who have hours left", "one's hours are not known"),
    hours("gap_hours", "demand - free; negative is more than enough", "one's hours are not known"),
)

SKILLS = Table(
    "skills",
    "Each skill that somebody has or some project wants: the next 90 days.",
    (
        key_text("skill", "the skill, in small letters"),
        integer("holders", "active people who have it"),
        text("only_holder", "name of the one person who has it", "several have it, or nobody"),
        *_BALANCE,
        index("load_ratio", "planned / available of its active holders"),
    ),
    key=("skill",),
)

SKILL_MONTHS = Table(
    "skill_months",
    "Each skill in this month and the five that follow.",
    (
        key_text("skill", "the skill, in small letters"),
        day("month_start", "first day of the month", "never null"),
        integer("months_ahead", "0 for the month of the run's day"),
        *_BALANCE,
    ),
    key=("skill", "month_start"),
)

RISK_CAUSES = Table(
    "risk_causes",
    "Causes that open threats of projects under way are tagged with.",
    (
        key_text("cause", "the tag, in small letters"),
        integer("projects", "projects with an open threat of that cause"),
        integer("threats", "open threats of that cause"),
        text("currency", "the one currency of their impacts", "they have several, or none states one"),
        money("exposure_cost", "sum of probability x impact", "one is not known, or several currencies"),
    ),
    key=("cause",),
)

REPEATED_FINDINGS = Table(
    "repeated_findings",
    "How many projects of a department a rule found fault with in the last 365 days.",
    (
        key_text("department_id", "the department"),
        key_text("rule_id", "the rule"),
        integer("projects", "projects with a finding of that rule that was opened in these days"),
        integer("findings", "such findings"),
        day("latest_on", "day on which the latest was opened", "never null"),
    ),
    key=("department_id", "rule_id"),
)

CAPACITY_VIEWS = (PERSON_SKILLS, SKILLS, SKILL_MONTHS, RISK_CAUSES)
