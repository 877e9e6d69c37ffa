"""The configuration as text: what differs from the defaults, and as comments what an admin will look for. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from plumbrule.joins import Join
from plumbrule.starting.joining import chosen_rows
from plumbrule.starting.sources import SourceDraft
from portfolio.counted import counted
from portfolio.ports import Proposal
from portfolio.toml_text import key, value

_HEAD = """\
#:schema plumbrule.schema.json
# Plumbrule's configuration, begun by `plumbrule init` on {today}. What is not said here has its default;
# `plumbrule config example` shows every setting. Lines that are commented out do nothing.
# Secrets never stand here: "env:NAME" is a variable of the environment, "file:PATH" a file beside this one,
# "keyring:SERVICE/NAME" an entry of your keyring.
"""
_TAIL = """\
[rules]
# folders = ["rules.d"]                # rules of your own: `plumbrule rules new`, docs/writing-rules.md
# off = ["HYG-01"]                     # rules that are not run; `plumbrule rules list` shows all

# Who mends what no person of a project answers for.
# [rules.owners]
# pmo_lead = "pmo@example.com"

[report]
folder = "report"
languages = [{language}]

[writeback]
enabled = false                        # `plumbrule plan` shows what would be written; nothing is, until this is true
# report_url = "https://..."           # where people open the page, for the links in Jira
"""


@dataclass(frozen=True)
class Chosen:
    """Everything that was decided."""

    name: str
    timezone: str
    language: str
    sources: Sequence[SourceDraft]
    waiting_statuses: Sequence[str] = ()
    joins: Sequence[Join] = ()
    open_joins: Sequence[Join] = field(default=())
    """Likely ones that nobody decided on: written as comments."""


def written(chosen: Chosen, today: date) -> str:
    """The whole file."""
    parts = [_HEAD.format(today=today), "\n".join(_portfolio(chosen))]
    parts += ["\n".join(_source(draft)) for draft in chosen.sources]
    if chosen.joins or chosen.open_joins:
        parts.append("\n".join(_joins(chosen)))
    parts.append(_TAIL.format(language=value(chosen.language)).rstrip("\n"))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _portfolio(chosen: Chosen) -> Iterator[str]:
    yield "[portfolio]"
    yield f"name = {value(chosen.name)}"
    yield f"timezone = {value(chosen.timezone)}"
    yield "# Statuses in which begun work waits for somebody; flow efficiency is unknown without them."
    if chosen.waiting_statuses:
        yield f"waiting_statuses = {value(list(chosen.waiting_statuses))}"
    else:
        yield '# waiting_statuses = ["In Review", "On Hold"]'


def _source(draft: SourceDraft) -> Iterator[str]:
    survey = draft.survey
    if survey is None:
        yield "# Not looked at yet: somebody must sign in first (`plumbrule auth login`)."
    else:
        yield f"# {_line(f'{survey.deployment}, as {survey.account}')}"
        yield from (f"# - {_line(line)}" for line in survey.found)
    yield f"[sources.{key(draft.name)}]"
    yield f"kind = {value(draft.kind)}"
    for name, told in draft.values.items():
        yield f"{name} = {value(told)}"
    if survey is not None and draft.kind.startswith("jira") and not draft.values.get("projects"):
        first = [str(row.get("key")) for row in chosen_rows(draft)[:2] if row.get("key")]
        yield f"# projects = {value(first)}   # left out: all {len(survey.projects)} that the account sees"
    for name, rest in draft.notes.items():
        yield f"# {name} = {rest}"
    yield from _proposals(draft)


def _proposals(draft: SourceDraft) -> Iterator[str]:
    """Tables of the source, in the order in which they were proposed."""
    tables: dict[tuple[str, ...], list[Proposal]] = {}
    for proposal in draft.survey.proposals if draft.survey else ():
        tables.setdefault(proposal.steps[:-1], []).append(proposal)
    for steps, proposals in tables.items():
        head = ".".join(key(step) for step in ("sources", draft.name, *steps))
        yield ""
        yield f"[{head}]" if any(one.sure for one in proposals) else f"# [{head}]"
        for one in proposals:
            told = list(one.value) if isinstance(one.value, tuple) else one.value
            yield f"{'' if one.sure else '# '}{key(one.steps[-1])} = {value(told)}   # {_line(one.why)}"


def _joins(chosen: Chosen) -> Iterator[str]:
    yield "# Projects of several tools that are one to the PMO. `plumbrule match suggest` finds more of them."
    for join in chosen.joins:
        yield from ("", *join.lines.splitlines())
    for join in chosen.open_joins:
        yield ""
        yield f"# Likely ({join.score:.0%}): {_line(join.left)} and {_line(join.right)}; not joined."
        yield from (f"# {line}" for line in join.lines.splitlines())


def summary(chosen: Chosen) -> str:
    """What was written, in a line."""
    projects = sum(len(chosen_rows(draft)) for draft in chosen.sources)
    sources = ", ".join(f"{draft.name} ({draft.kind})" for draft in chosen.sources)
    joined = f", {counted(len(chosen.joins), 'join')} by hand" if chosen.joins else ""
    return f"{sources}; {counted(projects, 'project')}{joined}"


def _line(text: str) -> str:
    """On one line, so that it cannot leave its comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
