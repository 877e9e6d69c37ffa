"""Mails reports: HTML with a text beside it, and files, under the subject that the report has for it.

A mail is sent once a day and report. Its Message-ID is made from what is sent, so that a mailbox that gets it twice can
tell; where the line breaks after the text went out, nobody knows whether it was taken, and it is not sent again.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from connectors.mail.message import message, message_id
from connectors.mail.settings import MailReceiver
from connectors.receivers import Carrier, Refused, Unknown
from portfolio.delivery import Delivery, read_delivery
from portfolio.errors import RemoteError, SignInError
from portfolio.ports import Change, Channel

TIMEOUT_SECONDS = 30.0


class MailList(Carrier):
    """The `Publisher` of one list of people."""

    channel: ClassVar[Channel] = "message"
    title: ClassVar[str] = "a mail list"

    def __init__(self, name: str, settings: MailReceiver) -> None:
        super().__init__(name)
        self._settings = settings

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Send one mail to all of the list; returns its Message-ID."""
        mail = message(self._settings, self._message_id(change), delivery)
        with self._server() as server:
            try:
                refused = server.send_message(mail, self._settings.sender, self._settings.to)
            except smtplib.SMTPRecipientsRefused as error:
                raise Refused(f"nobody was accepted: {_said(next(iter(error.recipients.values())))}") from error
            except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                raise Refused(_said((error.smtp_code, error.smtp_error))) from error
            except smtplib.SMTPNotSupportedError as error:
                raise Refused(str(error)) from error
            except (smtplib.SMTPException, OSError) as error:
                raise Unknown(f"the line broke while the mail was sent; look whether it came ({error})") from error
        if refused:
            raise Unknown(f"sent, but not to {', '.join(sorted(refused))}: {_said(next(iter(refused.values())))}")
        return str(mail["Message-ID"])

    def preview(self, change: Change) -> Mapping[str, bytes]:
        """The mail, whole."""
        if change.mark.body is None:
            return {}
        mail = message(self._settings, self._message_id(change), read_delivery(change.mark.body))
        return {"mail.eml": mail.as_bytes()}

    def _message_id(self, change: Change) -> str:
        return message_id(self._settings.sender, self.name, change.mark.name, change.content_hash)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """A line to the server, encrypted and signed in. Raises RemoteError or SignInError; nothing was sent then."""
        s = self._settings
        context = ssl.create_default_context(cafile=str(s.ca_bundle) if s.ca_bundle else None)
        try:
            if s.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(s.host, s.used_port, timeout=TIMEOUT_SECONDS, context=context)
            else:
                server = smtplib.SMTP(s.host, s.used_port, timeout=TIMEOUT_SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        self.traffic.requests += 1
        try:
            self._opened(server, context)
            yield server
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _opened(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        s = self._settings
        try:
            if s.security == "starttls":
                server.starttls(context=context)
            if s.user is not None and s.password is not None:
                server.login(s.user, s.password.get_secret_value())
        except smtplib.SMTPAuthenticationError as error:
            raise SignInError(
                f"{s.host} refuses the sign-in of {s.user}: {_said((error.smtp_code, error.smtp_error))}",
                code="sign_in.refused",
                remedy=f"Check `user` and `password` of the receiver {self.name}.",
            ) from error
        except UnicodeEncodeError:
            raise SignInError(
                f"user or password for {s.host} holds a character that signing in by SMTP does not carry",
                code="sign_in.unsendable",
                remedy=f"Give the receiver {self.name} a password of ASCII characters.",
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> RemoteError:
        s = self._settings
        return RemoteError(
            f"the mail server {s.host}:{s.used_port} cannot be used: {error}",
            code="remote.unreachable",
            remedy="Check host, port and security; nothing was sent.",
        )


def _said(answer: tuple[int, bytes | str]) -> str:
    code, text = answer
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())[:200]}"
