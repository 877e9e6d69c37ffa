"""Runs of the soak: they end as a command does, and they die where they are told to."""

import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from portfolio.errors import ExitCode
from soak.children import Nursery, Order, fresh
from soak.killing import Death, Extent, drawn, run, run_fresh, run_together
from soak.proxy import Proxy

CONFIG = """
[store]
folder = "store"
[sources.plans]
kind = "mspdi"
path = "plan.xml"
timezone = "UTC"
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def order(tmp_path: Path) -> Order:
    (tmp_path / "plumbrule.toml").write_text(CONFIG)
    return Order(("config", "check", "-c", str(tmp_path / "plumbrule.toml")), tmp_path / "said.txt")


def pull(order: Order) -> Order:
    return Order(("pull", *order.words[2:]), order.said)


def test_a_forked_run_ends_and_says_what_one_from_nothing_does(nursery: Nursery, order: Order) -> None:
    wrong = Order(("config", "check", "-c", str(order.said.parent / "none.toml")), order.said)
    with Proxy() as proxy:
        forked, alone = run(nursery, order, proxy), run_fresh(order, proxy)
        assert run(nursery, wrong, proxy).code == run_fresh(wrong, proxy).code == ExitCode.CONFIGURATION
    assert (forked.code, alone.code) == (0, 0)
    assert forked.said.startswith(alone.said) and alone.said


def test_a_run_dies_at_the_commit_that_it_is_told(nursery: Nursery, order: Order) -> None:
    with Proxy() as proxy:
        died = run(nursery, pull(order), proxy, Death("transaction", 1, "before"))
        assert died.was_killed and died.code == -signal.SIGKILL
        ended = run(nursery, pull(order), proxy, Death("transaction", 10_000, "before"))
    assert not ended.was_killed and ended.extent.transaction > 0


def test_a_run_dies_at_a_moment(nursery: Nursery, order: Order) -> None:
    with Proxy() as proxy:
        assert run(nursery, order, proxy, Death("moment", 0.0, "after")).was_killed


def test_a_full_disk_is_met_by_the_run_alone(nursery: Nursery, order: Order) -> None:
    starved = Order(pull(order).words, order.said, most_bytes=1_000)
    with Proxy() as proxy:
        assert run(nursery, starved, proxy).code == ExitCode.STORE
        assert run(nursery, order, proxy).code == 0


def test_two_runs_at_once_are_both_waited_for(nursery: Nursery, order: Order) -> None:
    orders = [Order(order.words, order.said.with_name(f"{number}.txt")) for number in (1, 2)]
    assert [one.code for one in run_together(nursery, orders)] == [0, 0]


def test_a_child_that_has_ended_can_be_killed_without_harm(order: Order) -> None:
    child = fresh(order.words, order.said)
    assert child.has_ended(60)
    child.kill()
    assert child.close() == 0
    child.kill()


def test_deaths_are_drawn_from_what_a_run_has() -> None:
    random = Random("s")
    extent = Extent(3, 20, 2.5)
    deaths = [drawn(random, extent) for _ in range(2_000)]
    at = {way: {one.at for one in deaths if one.way == way} for way in ("transaction", "request", "moment")}
    assert at["transaction"] == {1, 2, 3} and at["request"] == set(range(1, 21))
    assert min(at["moment"]) >= 0 and max(at["moment"]) < 2.5
    assert {one.edge for one in deaths} == {"before", "after"}
    assert extent.learnt("request", Extent(9, 4, 9.0)) == Extent(3, 4, 2.5)
