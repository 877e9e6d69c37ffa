"""What an admin says about a Slack channel."""

from typing import Literal

from connectors.webhook.settings import HookAddress


class SlackReceiver(HookAddress):
    """A channel, by the address of an incoming webhook of a Slack app."""

    kind: Literal["slack"] = "slack"
