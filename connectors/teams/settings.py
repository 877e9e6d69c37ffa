"""What an admin says about a Teams channel."""

from typing import Literal

from connectors.webhook.settings import HookAddress


class TeamsReceiver(HookAddress):
    """A channel or chat, by the address of a workflow "when a Teams webhook request is received".

    The workflow belongs to a person: name a second owner, or reports end when that person leaves. Private channels
    cannot be posted to by the flow bot.
    """

    kind: Literal["teams"] = "teams"
