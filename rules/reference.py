"""docs/rules.md: every built-in rule and the language that rules are written in, derived from the packs themselves."""

from collections.abc import Iterable

from rules.compile import CODES, function_entries
from rules.explain import checks
from rules.kinds import KINDS
from rules.policy.faults import CODES as POLICY_CODES
from rules.reading import built_in_documents, rules_of
from rules.ruleset import Parameter, Rule

FAMILIES = {
    "PRO": "Process",
    "ART": "Artefacts",
    "QUA": "Quality",
    "SCH": "Schedule",
    "BUD": "Budget and earned value",
    "SCO": "Scope",
    "RES": "Resources",
    "TIM": "Time entries",
    "DEP": "Dependencies",
    "RSK": "Risks",
    "REC": "Records and learning",
    "CLO": "Closure",
    "HYG": "Data hygiene",
    "FLO": "Flow",
    "PMO": "The PMO's own scorecard",
}
"""Families in the order of a project's life."""

_HEAD = """# Rules

Derived from the rule packs; do not edit. Every rule gives one of five outcomes for each project, or for each
department, programme or person, or the organisation, where it says that it judges these: pass (with the softer
verdict warn), fail, unknown, not applicable, error. Unknown is never green and never zero: it says which columns were
missing, and whether a source could have filled them.
"""


def reference() -> str:
    """The page, as Markdown."""
    rules = rules_of(built_in_documents())
    parts = [_HEAD, _overview(rules)]
    for family, title in FAMILIES.items():
        members = [r for r in rules if r.family == family]
        if members:
            parts.append(f"## {title} ({family})\n")
            parts += [_rule(r) for r in members]
    return "\n".join([*parts, _language()])


def _overview(rules: Iterable[Rule]) -> str:
    lines = ["| Rule | Title | 标题 | Severity | Dimension |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| [{r.id}](#{r.id.lower()}) | {r.title.en} | {r.title.said_in('zh-Hans')} | {r.severity} | {r.dimension} |"
        for r in rules
    ]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> str:
    key = ", key rule of its dimension" if rule.key else ""
    lines = [
        f"### {rule.id}",
        f"\n**{rule.title.en}** · {rule.title.said_in('zh-Hans')}\n",
        f"{rule.severity}, {rule.dimension}{key}; owner: {rule.owner_role.replace('_', ' ')}.\n",
        "```",
        *checks(rule),
        "```\n",
    ]
    if rule.parameters:
        lines += ["| Parameter | Default | Least | Most | Stricter |", "| --- | --- | --- | --- | --- |"]
        lines += [_parameter(p) for p in rule.parameters]
        lines.append("")
        lines += [f"- `{p.name}`: {p.doc.en}" for p in rule.parameters if p.doc]
    lines += [f"- Why: {rule.why.en}", f"- Fix: {rule.fix.en}"]
    if rule.frameworks:
        lines.append(f"- See: {', '.join(rule.frameworks)}.")
    return "\n".join(lines) + "\n"


def _parameter(p: Parameter) -> str:
    least = "" if p.minimum is None else p.minimum
    most = "" if p.maximum is None else p.maximum
    return f"| `{p.name}` | {p.default} | {least} | {most} | {p.stricter or ''} |"


def _language() -> str:
    lines = [
        "## The language\n",
        "A condition is one SQL expression, true or false, over the columns of one documented view: comparisons,",
        "`AND`, `OR`, `NOT`, `IN`, `BETWEEN`, `LIKE`, `IS NULL`, `IS DISTINCT FROM`, `+ - * /`, dates as",
        "`DATE '2026-01-31'`, parameters as `$name`, `$as_of` for the run's day. Division by zero gives null. A null",
        "that decides makes the answer unknown. Texts are compared character by character; in `LIKE`, `%` stands for",
        "any text and `_` for one character, and nothing escapes them. There are no subqueries, windows, casts,",
        "comments, remainders, intervals or clocks.\n",
        "The same condition answers alike on DuckDB, Spark and PostgreSQL, but for what the last column tells.\n",
        "| Function | Takes | Gives | Meaning | Differs |",
        "| --- | --- | --- | --- | --- |",
        *(f"| `{f.usage}` | {'; '.join(f.takes)} | {f.gives} | {f.doc} | {f.elsewhere} |" for f in function_entries()),
        "\n## Kinds\n",
        "| Kind | Asks | Keys of its own |",
        "| --- | --- | --- |",
        *(f"| `{k.name}` | {k.asks} | {', '.join(f'`{key}`' for key in sorted(k.takes))} |" for k in KINDS.values()),
        "\nA trend is one of `falls for N`, `rises for N`, `below X for N`, `above X for N`, `change > X over N` and",
        "`change < X over N`, over periods of `period`: week, month or run. See",
        "[writing-rules.md](writing-rules.md).",
        "\n## Messages\n",
        "`message`, `warn_message` for a warning that needs other words, and, for rules about items, `summary` are",
        "templates in `en` and `zh-Hans`. They may use columns,",
        "parameters, `value`, `limit`, `count`, `denominator`, `excluded` and `ratio`.\n",
        "| Placeholder | What it shows |",
        "| --- | --- |",
        "| `{name}` | the value; fixed values of the model in the reader's language, a null in words |",
        "| `{ratio:.1%}`, `{cpi:.2f}` | a share, a number of so many places |",
        "| `{ac:money}` | an amount in whole units, with its currency where one is known |",
        "| `{count:item is\\|items are}` | only the word that goes with the number: for one, for all others |",
        "\n## Mistakes\n",
        "| Code | Meaning |",
        "| --- | --- |",
        *(f"| {code} | {meaning} |" for code, meaning in {**CODES, **POLICY_CODES}.items()),
        "",
    ]
    return "\n".join(lines)
