"""A channel of Microsoft Teams, through the address of a workflow."""

from connectors.pacing import Clock
from connectors.teams.settings import TeamsReceiver
from connectors.teams.writing import TeamsChannel
from connectors.webhook.writing import hook_http


def receiver(name: str, settings: TeamsReceiver, clock: Clock | None = None) -> TeamsChannel:
    """What posts to that channel. Raises ConfigurationError for an address that cannot be used."""
    made = TeamsChannel(name)
    made.connect(hook_http(settings, "the Teams workflow", made.traffic, clock))
    return made
