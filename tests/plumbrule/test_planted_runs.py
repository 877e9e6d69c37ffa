"""Faults that one run of the demo cannot hold: planted in a small company, and found by checks of several days.

Its projects look at no opportunity, and of one of them the tools hardly say anything. After the first day much is
waived; some waivers cover nothing. A quarter passes in which nobody checks, and little is mended; then only Jira is
read.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import pytest
from house import House, house

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.summary import Summary
from rules.load import load_rules
from sandbox.company import Company, build
from sandbox.company.records import Endeavour
from sandbox.company.truth import ELSEWHERE
from sandbox.serve import Sandbox

CLOSING, UNSAID = "INI-12", "CANT"
FIRST, LATER, AFTER = "2026-11-23", "2027-02-15", "2027-02-16"

WAIVER = """
[[waiver]]
id = "{id}"
rule = {rules}
subject = {subject}
reason = "for a time"
requested_by = "pm.lee"
approved_by = "pmo.chen"
ticket = "{id}"
starts = 2026-11-20
expires = 2027-03-26
"""


RULE = """
schema = 1
[pack]
id = "ours"
title = "Ours"
[[rule]]
id = "OWN-01"
title = "Programme without a budget of its own"
subject = "programme"
view = "programmes"
fail_when = "open_projects > 0"
severity = "low"
family = "OWN"
dimension = "cost"
message = "{name} has none."
why = "for a test"
fix = "none"
"""


@dataclass(frozen=True)
class Outcomes:
    """What each day's check said: (rule, outcome) of projects by key, and of the organisation by that word."""

    days: dict[str, dict[tuple[str, str], set[str]]]

    def who(self, day: str, rule: str, outcome: str) -> set[str]:
        return self.days[day].get((rule, outcome), set())


def company() -> Company:
    """Two projects, of which one says nothing of itself and has no plan."""
    whole = build()
    closing, unsaid = (_without_opportunities(whole.of(key)) for key in (CLOSING, UNSAID))
    unsaid = replace(unsaid, plan=None, tracker=replace(unsaid.tracker, pmo={"initiative": UNSAID}))
    keys = {issue.key for e in (closing, unsaid) for issue in e.tracker.issues}
    links = tuple(link for link in whole.links if {link.source, link.target} <= keys)
    return replace(whole, endeavours=(closing, unsaid), links=links)


def _without_opportunities(endeavour: Endeavour) -> Endeavour:
    issues = tuple(i for i in endeavour.tracker.issues if i.custom.get("Risk kind") != "Opportunity")
    return replace(endeavour, tracker=replace(endeavour.tracker, issues=issues))


def seen(made: House) -> dict[tuple[str, str], set[str]]:
    sql = (
        "SELECT rule_id, outcome, coalesce(p.key, r.subject_id) FROM rule_result r"
        " LEFT JOIN projects p USING (project_id)"
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    with duckdb.connect(str(made.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as snapshot:
        for rule, outcome, key in snapshot.sql(sql).fetchall():
            found[rule, outcome].add(key)
    return found


@dataclass(frozen=True)
class Played:
    """What the checks of those days said, and which waivers covered how much a quarter later."""

    outcomes: Outcomes
    waived: dict[str, tuple[str, int]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with house(tmp_path_factory.mktemp("planted"), Sandbox(company=company())) as made:
        _configured(made)
        days = {}
        summary = _run(made)
        days[FIRST] = seen(made)
        _waive(made, sorted({f["rule_id"] for f in summary.findings if f["severity"] != "critical"} - OTHERS)[::2])
        _mend(made)
        made.change(f"as_of = {FIRST}", f"as_of = {LATER}")
        _run(made, sources=["jira"])
        days[LATER], waived = seen(made), _waived(made)
        made.change(f"as_of = {LATER}", f"as_of = {AFTER}")
        with open_app(made.config, kept=True) as app:
            app.check(Reporter())
        days[AFTER] = seen(made)
        yield Played(Outcomes(days), waived)


OTHERS = {rule.id for rule in load_rules().rules if rule.subject != "project"} | {"OWN-01"}
"""Rules that judge no project, so that no waiver of a project can name them."""


def _run(made: House, sources: list[str] | None = None) -> Summary:
    with open_app(made.config, kept=True) as app:
        return app.run(Reporter(), sources=sources)


def _configured(made: House) -> None:
    """Waivers and a rule of ours lie in files."""
    text = made.config.read_text(encoding="utf-8")
    text = re.sub(r'\[initiatives."INI-11"\]\nprojects = .*\n|\[\[people\]\]\nsame = .*\n', "", text)
    made.config.write_text(text, encoding="utf-8")
    made.change("enabled = true", "enabled = false")
    made.change("[report]", '[rules]\nwaivers = ["waivers.toml"]\nfolders = ["rules.d"]\n\n[report]')
    idle = [
        *(
            WAIVER.format(id=f"W-0{number}", rules=json.dumps(["HYG-01"]), subject=f'{{ project = "{key}" }}')
            for number, key in enumerate((CLOSING, UNSAID))
        ),
        WAIVER.format(id="W-2", rules=json.dumps(["RES-05"]), subject="{ organisation = true }"),
        WAIVER.format(id="W-3", rules=json.dumps(["OWN-01"]), subject='{ programme = "Workplace" }'),
    ]
    (made.folder / "waivers.toml").write_text("".join(idle), encoding="utf-8")
    (made.folder / "rules.d").mkdir()
    (made.folder / "rules.d" / "ours.toml").write_text(RULE, encoding="utf-8")


def _waive(made: House, rules: list[str]) -> None:
    """Half of the rules that are broken are waived, for both projects."""
    file = made.folder / "waivers.toml"
    more = [
        WAIVER.format(id=f"W-{number}", rules=json.dumps(rules), subject=f'{{ project = "{key}" }}')
        for number, key in enumerate((CLOSING, UNSAID), start=4)
    ]
    file.write_text(file.read_text(encoding="utf-8") + "".join(more), encoding="utf-8")


def _mend(made: House) -> None:
    """The invoices that were left open are paid at last."""
    jira = made.sandbox.jira
    jira.wait(minutes=30)
    for issue in [i for i in jira.issues.values() if i.type == "Invoice" and i.status == "Received"]:
        jira.edit_issue(issue.id, status="Paid")


def _waived(made: House) -> dict[str, tuple[str, int]]:
    with duckdb.connect(str(made.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as snapshot:
        rows = snapshot.sql("SELECT waiver_id, subject_kind, covered_findings FROM waivers").fetchall()
    return {waiver: (kind, covered) for waiver, kind, covered in rows}


WHOLE = {"organisation"}
PLANTED = {
    "HYG-08": (LATER, {CLOSING}),
    "PMO-01": (LATER, WHOLE),
    "PMO-02": (LATER, WHOLE),
    "PMO-03": (LATER, WHOLE),
    "PMO-05": (AFTER, WHOLE),
    "REC-02": (LATER, {CLOSING, UNSAID}),
    "REC-09": (LATER, {CLOSING, UNSAID}),
    "REC-29": (LATER, WHOLE),
    "RSK-07": (FIRST, WHOLE),
}
"""Rule -> the day on which it must fail, and for whom."""


def test_every_rule_that_the_demo_cannot_break_is_broken_here() -> None:
    assert set(PLANTED) | {"BUD-10", "PMO-06"} == set(ELSEWHERE), "their tests are named beside ELSEWHERE"


@pytest.mark.parametrize("rule", PLANTED)
def test_it_is_found_on_its_day(played: Played, rule: str) -> None:
    day, who = PLANTED[rule]
    assert played.outcomes.who(day, rule, "fail") == who


@pytest.mark.parametrize("rule", sorted(set(PLANTED) - {"RSK-07"}))
def test_it_was_not_found_on_the_day_before(played: Played, rule: str) -> None:
    days = list(played.outcomes.days)
    before = days[days.index(PLANTED[rule][0]) - 1]
    assert not played.outcomes.who(before, rule, "fail")


def test_a_waiver_of_a_programme_covers_what_a_rule_of_ours_finds_of_it(played: Played) -> None:
    assert played.waived["W-3"] == ("programme", 1)
    assert played.outcomes.who(LATER, "REC-28", "pass") == WHOLE
