"""A mail server on loopback that speaks as much SMTP (RFC 5321) as a client needs, and refuses on request."""

from __future__ import annotations

import base64
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailSite:
    """What came in. `unknown` recipients are refused; `after_data` is answered in place of the acceptance.

    `hang_up` closes the line when the text has come, before anything is answered: nobody knows whether it was taken.
    `login` is the account that must sign in (AUTH PLAIN), or None.
    """

    unknown: set[str] = field(default_factory=set)
    after_data: str = "250 2.0.0 Ok: queued"
    hang_up: bool = False
    login: tuple[str, str] | None = None
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def __enter__(self) -> MailSite:
        site = self

        class Talk(_Talk):
            mail_site = site

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    """One line."""

    mail_site: MailSite

    def handle(self) -> None:
        self.signed = self.mail_site.login is None
        self.to: list[str] = []
        self._say("220 sandbox ESMTP")
        while line := self.rfile.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words[:4].upper()
            if verb == "QUIT":
                self._say("221 2.0.0 Bye")
                return
            if not self._answer(verb, words):
                return

    def _answer(self, verb: str, words: str) -> bool:
        if verb == "EHLO":
            self._say("250-sandbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN")
        elif verb == "AUTH":
            self._sign_in(words)
        elif verb == "MAIL":
            self._say("250 2.1.0 Ok" if self.signed else "530 5.7.0 Authentication required")
        elif verb == "RCPT":
            self._recipient(words)
        elif verb == "DATA":
            if not self.to:
                self._say("554 5.5.1 no valid recipients")
                return True
            self._say("354 End data with <CR><LF>.<CR><LF>")
            return self._take()
        elif verb in ("RSET", "NOOP"):
            self.to = []
            self._say("250 2.0.0 Ok")
        else:
            self._say(f"502 5.5.2 {verb} not recognised")
        return True

    def _sign_in(self, words: str) -> None:
        given = base64.b64decode(words.rpartition(" ")[2]).decode().split("\0")[1:]
        self.signed = tuple(given) == self.mail_site.login
        self._say("235 2.7.0 Ok" if self.signed else "535 5.7.8 authentication failed")

    def _recipient(self, words: str) -> None:
        address = words.partition("<")[2].partition(">")[0]
        if address in self.mail_site.unknown:
            self._say(f"550 5.1.1 <{address}>: user unknown")
            return
        self.to.append(address)
        self._say("250 2.1.5 Ok")

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.mail_site.hang_up:
            return False
        if self.mail_site.after_data.startswith("250"):
            content = b"".join(lines)
            mail = message_from_bytes(content, policy=policy.default)
            self.mail_site.sizes.append(len(content))
            self.mail_site.mails.append((self.to, mail))
        self._say(self.mail_site.after_data)
        return True

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
