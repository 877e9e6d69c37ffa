"""Ways to leave something in another tool: one list, which everything else is held against."""

from typing import get_args

from jira_wire import writer

from plumbrule.settings import WriteBackSettings
from portfolio.ports import CHANNEL_NAMES, Channel, MarkKind


def test_every_channel_has_a_name_for_people() -> None:
    assert set(CHANNEL_NAMES) == set(get_args(Channel))


def test_what_only_needs_switching_on_may_be_switched_on() -> None:
    assert WriteBackSettings(marks=list(get_args(MarkKind))).marks == list(get_args(MarkKind))
    assert set(get_args(MarkKind)) < set(get_args(Channel))


def test_jira_writes_every_channel() -> None:
    assert set(writer()._writers) == set(get_args(Channel))
