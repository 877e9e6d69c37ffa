"""People who get reports by mail, through an SMTP server."""

from connectors.mail.settings import MailReceiver
from connectors.mail.writing import MailList


def receiver(name: str, settings: MailReceiver) -> MailList:
    """What mails those people."""
    return MailList(name, settings)
