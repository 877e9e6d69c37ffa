"""The addresses of Graph that mail and drives need, at `/v1.0`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.graph.drive_calls import DriveCalls
from sandbox.graph.errors import unsigned
from sandbox.graph.mail_calls import MailCalls
from sandbox.graph.site import Caller, GraphSite
from sandbox.graph.uploads import Uploads
from sandbox.messages import Request, Response, Route

BASE = "/v1.0"
Handler = Callable[[Request, Caller], Response]


@dataclass(frozen=True)
class _Path(Route):
    """A route in which `{path}` may hold slashes."""

    def expression(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self.pattern)
        texts = (_part(part) if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
        return re.compile("".join(texts))


def _part(name: str) -> str:
    return f"(?P<{name}>.+?)" if name == "path" else f"(?P<{name}>[^/]+?)"


def routes(site: GraphSite, uploads: Uploads | None = None) -> list[Route]:
    """Everything that is served; who has no token that is known is refused."""
    uploads = uploads or Uploads()
    mail, drive = MailCalls(site, uploads), DriveCalls(site, uploads)

    def signed(handler: Handler) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            caller = site.caller((request.headers.get("Authorization") or "").removeprefix("Bearer "))
            if caller is None:
                raise unsigned()
            return handler(request, caller)

        return handle

    box, item = "/users/{mailbox}", "/drives/{drive}/root:/{path}"
    table: list[tuple[str, str, Handler]] = [
        ("POST", f"{box}/sendMail", mail.send_mail),
        ("GET", f"{box}/messages", mail.messages),
        ("POST", f"{box}/messages", mail.create),
        ("PATCH", f"{box}/messages/{{message}}", mail.update),
        ("DELETE", f"{box}/messages/{{message}}", mail.delete),
        ("POST", f"{box}/messages/{{message}}/send", mail.send),
        ("POST", f"{box}/messages/{{message}}/attachments", mail.attach),
        ("POST", f"{box}/messages/{{message}}/attachments/createUploadSession", mail.attach_in_pieces),
        ("GET", f"{box}/drive", drive.of_user),
        ("GET", "/sites/{host}:/{path}", drive.site_by_path),
        ("GET", "/sites/{site}/drive", drive.first),
        ("GET", "/sites/{site}/drives", drive.of_site),
        ("GET", "/drives/{drive}", drive.shown),
        ("POST", "/drives/{drive}/root/children", drive.make_folder),
        ("GET", "/drives/{drive}/root/children", drive.children),
        ("DELETE", "/drives/{drive}/items/{item}", drive.delete),
        ("PUT", f"{item}:/content", drive.put),
        ("POST", f"{item}:/createUploadSession", drive.put_in_pieces),
        ("POST", f"{item}:/children", drive.make_folder),
        ("GET", f"{item}:/children", drive.children),
        ("GET", item, drive.item),
    ]
    served = [_Path(method, f"{BASE}{pattern}", signed(handler)) for method, pattern, handler in table]  # type: ignore[arg-type]
    return [*served, *uploads.routes()]
