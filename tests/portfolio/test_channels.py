"""Ways to leave something in another tool: one list, which everything else is held against."""

from typing import get_args

from jira_wire import writer

from connectors.confluence.writing import ConfluenceSpace
from connectors.folder.writing import ReportFolder
from connectors.mail.writing import MailList
from connectors.receivers.carrying import Carrier
from connectors.slack.writing import SlackChannel
from connectors.teams.writing import TeamsChannel
from connectors.webhook.writing import Webhook
from plumbrule.settings import WriteBackSettings
from portfolio.ports import CHANNEL_NAMES, Channel, MarkKind


def test_every_channel_has_a_name_for_people() -> None:
    assert set(CHANNEL_NAMES) == set(get_args(Channel))


def test_what_only_needs_switching_on_may_be_switched_on() -> None:
    assert WriteBackSettings(marks=list(get_args(MarkKind))).marks == list(get_args(MarkKind))
    assert set(get_args(MarkKind)) < set(get_args(Channel))


def test_every_channel_is_written_by_jira_or_carried_to_a_receiver() -> None:
    carriers: list[type[Carrier]] = [ConfluenceSpace, MailList, ReportFolder, SlackChannel, TeamsChannel, Webhook]
    carried = {carrier.channel for carrier in carriers}
    assert carried == {"page", "message"}
    assert set(writer()._writers) == set(get_args(Channel)) - carried
