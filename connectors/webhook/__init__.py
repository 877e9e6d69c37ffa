"""An address of your own that receives reports as signed events."""

from connectors.pacing import Clock
from connectors.webhook.settings import WebhookReceiver
from connectors.webhook.writing import Webhook, hook_http


def receiver(name: str, settings: WebhookReceiver, clock: Clock | None = None) -> Webhook:
    """What posts to that address. Raises ConfigurationError for one that cannot be used."""
    secret = settings.secret.get_secret_value()
    made = Webhook(name, secret, clock or Clock())
    made.connect(hook_http(settings, "the webhook", made.traffic, clock))
    return made
