"""Which class serves which receiver of reports, and in which form each shows one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver
from connectors.folder.settings import FolderReceiver
from connectors.graph.settings import GraphMailReceiver, SharepointReceiver
from connectors.mail.settings import MailReceiver
from connectors.slack.settings import SlackReceiver
from connectors.teams.settings import TeamsReceiver
from connectors.webhook.settings import WebhookReceiver
from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, suggest
from portfolio.ports import Publisher
from reports.formats import FormatName


@dataclass(frozen=True)
class Shown:
    """How a kind of receiver shows a report: as a page that is kept up to date or as a message that is sent once, in
    which form (None: only the files), and whether files go along. `can_be_found`: whether a message arrived can be
    found out, so that one whose fate is unknown is tried again."""

    channel: Literal["page", "message"]
    form: FormatName | None
    takes_files: bool
    can_be_found: bool = False


SHOWN: dict[str, Shown] = {
    "folder": Shown("page", None, takes_files=True),
    "confluence_cloud": Shown("page", "confluence_storage", takes_files=True),
    "confluence_data_center": Shown("page", "confluence_storage", takes_files=True),
    "teams": Shown("message", "adaptive_card", takes_files=False),
    "slack": Shown("message", "slack_blocks", takes_files=False),
    "mail": Shown("message", "mail", takes_files=True),
    "graph_mail": Shown("message", "mail", takes_files=True, can_be_found=True),
    "sharepoint": Shown("page", None, takes_files=True),
    "webhook": Shown("message", "json", takes_files=False),
}
"""By kind."""


def receiver(settings: Settings, name: str) -> Publisher | None:  # noqa: PLR0911 - one for each kind
    """What brings reports to that receiver; None where there is none of that name."""
    match found := settings.receivers.get(name):
        case FolderReceiver():
            from connectors import folder

            return folder.receiver(name, found)
        case ConfluenceCloudReceiver() | ConfluenceDataCenterReceiver():
            from connectors import confluence

            return confluence.receiver(name, found)
        case TeamsReceiver():
            from connectors import teams

            return teams.receiver(name, found)
        case SlackReceiver():
            from connectors import slack

            return slack.receiver(name, found)
        case MailReceiver():
            from connectors import mail

            return mail.receiver(name, found)
        case GraphMailReceiver() | SharepointReceiver():
            from connectors import graph

            return graph.receiver(name, found, settings.store.folder)
        case WebhookReceiver():
            from connectors import webhook

            return webhook.receiver(name, found)
    return None


def findable(settings: Settings) -> frozenset[str]:
    """Receivers that can tell whether a message arrived."""
    return frozenset(name for name, found in settings.receivers.items() if SHOWN[found.kind].can_be_found)


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Names that stand for two things or for none, and reports of one name."""
    for name in settings.receivers:
        if name in settings.sources:
            what = f"`{name}` is a source, too: what is written there and what is sent could not be told apart"
            yield document.problem(("receivers", name), "config.receiver_name", what, help="choose another name")
    seen: set[str] = set()
    for number, report in enumerate(settings.reports):
        if report.name in seen:
            what = f"there are two reports `{report.name}`"
            yield document.problem(("reports", number, "name"), "config.report_name", what, help="choose another name")
        seen.add(report.name)
        for place, name in enumerate(report.send):
            if name not in settings.receivers:
                hint = suggest(name, settings.receivers) or f"receivers: {', '.join(settings.receivers) or 'none'}"
                steps = ("reports", number, "send", place)
                yield document.problem(steps, "config.unknown_receiver", f"there is no receiver `{name}`", help=hint)
