"""The pretend receiving ends of reports: a Teams workflow, a Slack webhook, an address that checks signatures, SMTP."""

from sandbox.receivers.hooks import HookSite
from sandbox.receivers.smtp import MailSite

__all__ = ["HookSite", "MailSite"]
