"""A channel of Slack, through an incoming webhook."""

from connectors.pacing import Clock
from connectors.slack.settings import SlackReceiver
from connectors.slack.writing import SlackChannel
from connectors.webhook.writing import hook_http


def receiver(name: str, settings: SlackReceiver, clock: Clock | None = None) -> SlackChannel:
    """What posts to that channel. Raises ConfigurationError for an address that cannot be used."""
    made = SlackChannel(name)
    made.connect(hook_http(settings, "Slack", made.traffic, clock))
    return made
