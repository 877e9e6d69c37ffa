"""The company as a whole: the same every time, of the size told, without loose references."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

from sandbox.company import (
    CONFIGURED_MATCHES,
    SIMILAR_PAIR,
    Company,
    build,
    planted_daily,
    planted_forecast,
    planted_waivers,
)
from sandbox.company.planted_mandate import FEW_RISKS

PRINT = (
    "import hashlib; from sandbox.company import build; print(hashlib.sha256(repr(build(seed=7)).encode()).hexdigest())"
)


LAST = Counter(planted_forecast.COME_LAST) + Counter(planted_daily.COME_LAST) + Counter(planted_waivers.COME_LAST)
"""How many issues of a project come after all others, whenever they were created."""


def test_the_same_seed_gives_the_same_bytes_in_another_process(company: Company) -> None:
    here = hashlib.sha256(repr(company).encode()).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    there = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True, env=environment)
    assert there.stdout.strip() == here


def test_another_seed_gives_another_company_of_the_same_cast(company: Company) -> None:
    other = build(seed=8)
    assert other != company
    assert [e.tracker.name for e in other.endeavours] == [e.tracker.name for e in company.endeavours]


def test_another_day_moves_the_whole_history_along(company: Company) -> None:
    later = build(seed=7, today=company.today + timedelta(weeks=3))
    now, then = company.of("INI-01").plan, later.of("INI-01").plan
    assert now and then
    assert then.start - now.start == timedelta(weeks=3)
    assert then.tasks[0].percent == now.tasks[0].percent


def test_the_company_is_of_the_size_told(company: Company) -> None:
    issues = [i for e in company.endeavours for i in e.tracker.issues]
    plans = [e.plan for e in company.endeavours if e.plan]
    assert 38 <= len(company.people) <= 48
    assert sum(not p.active for p in company.people) == 2
    assert len(company.endeavours) == 19
    assert len(plans) == 16
    assert 1200 <= len(issues) <= 1700
    assert 5500 <= sum(len(i.worklogs) for i in issues) <= 7500
    assert all(30 <= len(p.tasks) <= 70 for p in plans)
    assert all(40 <= len(e.tracker.issues) <= 170 for e in company.endeavours)


def test_budgets_reach_from_less_than_a_hundred_thousand_to_one_and_a_half_million(company: Company) -> None:
    budgets = sorted(e.plan.budget for e in company.endeavours if e.plan and e.plan.budget)
    assert 50_000 <= budgets[0] < 100_000
    assert 1_000_000 < budgets[-1] <= 1_500_000


def test_history_reaches_back_a_year_and_never_beyond_this_morning(company: Company) -> None:
    moments = [i.created for e in company.endeavours for i in e.tracker.issues]
    moments += [i.updated for e in company.endeavours for i in e.tracker.issues]
    assert min(moments).date() < date(2025, 11, 1)
    assert max(moments).date() < company.today


def test_every_reference_resolves(company: Company) -> None:
    people = {p.id for p in company.people}
    keys = {i.key for e in company.endeavours for i in e.tracker.issues}
    for endeavour in company.endeavours:
        created = {i.key: i.created for i in endeavour.tracker.issues}
        assert len(created) == len(endeavour.tracker.issues)
        for issue in endeavour.tracker.issues:
            assert {issue.reporter, issue.assignee or issue.reporter} <= people
            assert {w.author for w in issue.worklogs} <= people
            assert issue.parent is None or created[issue.parent] <= issue.created
            assert issue.version in {None, *(v.name for v in endeavour.tracker.versions)}
    assert all({link.source, link.target} <= keys for link in company.links)


def test_keys_count_up_in_the_order_of_creation(company: Company) -> None:
    """But for what came last (requests, which were moved in from elsewhere, and planted issues), and for keys of what
    was deleted, which are not given again."""
    for endeavour in company.endeavours:
        issues = endeavour.tracker.issues
        numbers = [int(i.key.removeprefix(f"{endeavour.tracker.key}-")) for i in issues]
        assert numbers == sorted(set(numbers))
        assert endeavour.key == FEW_RISKS or numbers == list(range(1, len(issues) + 1))
        own = [i.created for i in issues if i.type != "Proposal"]
        own = own[: len(own) - LAST[endeavour.key]]
        assert own == sorted(own)


def test_thirteen_are_joined_by_key_two_by_configuration_and_one_pair_is_only_similar(company: Company) -> None:
    by_key = [
        e.key for e in company.endeavours if e.plan and e.plan.key and e.tracker.pmo.get("initiative") == e.plan.key
    ]
    assert len(by_key) == 13
    assert len(CONFIGURED_MATCHES) == 2
    for key, jira, plan_name in CONFIGURED_MATCHES:
        endeavour = company.of(key)
        assert (endeavour.tracker.key, endeavour.plan and endeavour.plan.name) == (jira, plan_name)
        assert endeavour.plan and endeavour.plan.key is None
    similar = company.of("ENRG")
    assert similar.plan
    assert (similar.tracker.name, similar.plan.name) == SIMILAR_PAIR
    assert similar.plan.key is None and "initiative" not in similar.tracker.pmo


def test_mail_addresses_are_unique_and_lie_in_a_domain_for_examples(company: Company) -> None:
    addresses = Counter(p.email for p in company.people)
    assert set(addresses.values()) == {1}
    assert all(a.endswith("@meridian.example") and a.isascii() for a in addresses)
    assert sum(p.email_hidden for p in company.people) >= 4


def test_people_work_in_more_than_one_project(company: Company) -> None:
    places = Counter(
        person for e in company.endeavours if e.plan for person in {a.person for a in e.plan.assignments if a.person}
    )
    assert sum(count > 1 for count in places.values()) > 10
