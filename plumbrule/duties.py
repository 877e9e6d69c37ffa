"""docs/duties.md: what a PMO and a project manager have to do, and what Plumbrule does for each of it.

The duties stand in duties.toml beside this file. Here they become a page, with titles of rules from the packs; that
the ids exist, and that a run yields something for each, is a test.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from rules.reading import built_in_documents, rules_of
from rules.ruleset import Rule

_HEAD = """\
# Duties

What a PMO and a project manager have to do, and what Plumbrule does for it. Rules are explained in
[rules.md](rules.md), measures in [measures.md](measures.md); the last column names the part of the page where it shows,
by its key in the page's JSON. The demo (`make demo`) yields at least one verdict and one value for each line.

| Who | Duty | What Plumbrule does | Rules | Measures | On the page |
| --- | --- | --- | --- | --- | --- |
"""


class Duty(BaseModel):
    """One duty, in our own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str
    what: str
    does: str
    rules: tuple[str, ...] = Field(min_length=1)
    measures: tuple[str, ...] = Field(min_length=1)
    sections: tuple[str, ...] = Field(min_length=1)


@cache
def duties() -> Sequence[Duty]:
    """All duties, in the order of the page."""
    text = (resources.files(__package__) / "duties.toml").read_text(encoding="utf-8")
    return tuple(Duty.model_validate(entry) for entry in tomllib.loads(text)["duty"])


def duties_page() -> str:
    """The page as Markdown."""
    rules = {rule.id: rule for rule in rules_of(built_in_documents())}
    return _HEAD + "".join(_row(duty, rules) for duty in duties())


def _row(duty: Duty, rules: Mapping[str, Rule]) -> str:
    named = "<br>".join(f"{rule_id} {rules[rule_id].title.said_in('en')}" for rule_id in duty.rules)
    measures, sections = (" ".join(f"`{name}`" for name in names) for names in (duty.measures, duty.sections))
    return f"| {duty.who} | {duty.what} | {duty.does} | {named} | {measures} | {sections} |\n"
