"""Why Jira refused us: which of an expired token, the wrong address, a missing scope, a captcha or a permission.

Sources: Atlassian, "Basic auth for REST APIs" (X-Seraph-LoginReason, X-Authentication-Denied-Reason); "Manage API
tokens for your Atlassian account" (lifetimes; tokens with scopes work only through the gateway); the scopes of each
operation in the OpenAPI document; the words for a missing scope as people report them (raycast/extensions 11212).
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

import orjson
import requests

from portfolio.errors import ConfigurationError, PlumbruleError, SignInError

READ_SCOPES = ("read:jira-work", "read:jira-user")
"""What reading needs of a token with scopes, or of OAuth."""
WRITE_SCOPES = ("write:jira-work", "manage:jira-project")
"""What writing flags needs besides: on issues, and as a property of projects."""
_NO_MATCH = "scope does not match"

CLOUD_REMEDY = "Check the account and its token: tokens of Jira Cloud expire after a year at the latest."
DATA_CENTER_REMEDY = "Check the token, or user and password; a personal access token may have expired or been revoked."


def permission_remedy(where: str) -> str:
    """Which permission is missing for a call ("PUT /rest/..."), in Jira's own words."""
    method, _, path = where.partition(" ")
    if "/properties/" in path and "/project/" in path:
        needed = "Administer projects in that project"
    elif "/remotelink" in path:
        needed = "Link issues in that project"
    elif "/comment" in path:
        needed = "Add comments in that project"
    elif "/bulk/" in path:
        needed = "the global permission Make bulk changes, and Edit issues in those projects"
    elif method == "POST" and path.endswith("/issue"):
        needed = "Create issues in that project"
    elif method in ("PUT", "DELETE"):
        needed = "Edit issues in that project"
    else:
        needed = "Browse projects"
    return f"Give the account {needed}; a token with scopes also needs {scope_of(method, path)}."


def scope_of(method: str, path: str) -> str:
    """The classic scope that an endpoint needs; for the boards of Jira Software, which have none, the granular ones."""
    if "/rest/agile/" in path:
        return "read:board-scope:jira-software and read:sprint:jira-software"
    if re.search(r"/(myself|user|users|configuration)(/|$)", path):
        return "read:jira-user"
    if method in ("PUT", "DELETE") and re.search(r"/project/[^/]+/properties/", path):
        return "manage:jira-project"
    reads = method == "GET" or path.endswith(("/search/jql", "/bulkfetch", "/worklog/list", "/approximate-count"))
    return "read:jira-work" if reads else "write:jira-work"


def classify(response: requests.Response) -> PlumbruleError | None:
    """What Jira's own headers and words say of a refusal; None where they say nothing, or nothing was refused.

    Jira may answer a refused sign-in with 200 and what a stranger may see, and say so in a header only (JRA-41559; Data
    Center does so for a token that expired): taken for data, that would be an empty site. So would a 404.
    """
    reason = response.headers.get("X-Seraph-LoginReason", "")
    denied = response.headers.get("X-Authentication-Denied-Reason", "")
    if "AUTHENTICATION_DENIED" in reason or "CAPTCHA" in denied:
        return SignInError(
            "Jira wants a captcha to be solved before this account may sign in again",
            code="sign_in.captcha",
            remedy="Sign in to Jira in a browser as that account and solve it, correct the token or password here, "
            "then run again.",
        )
    if "AUTHENTICATED_FAILED" in reason and response.status_code < 300:
        return _as_to_a_stranger(reason, CLOUD_REMEDY)
    answered = response.status_code < 300 or response.status_code in (403, 404)
    if answered and response.headers.get("X-AUSERNAME") == "anonymous":
        return _as_to_a_stranger("X-AUSERNAME: anonymous", DATA_CENTER_REMEDY)
    if response.status_code == 404 and urlsplit(response.url).path.endswith("/rest/api/3/serverInfo"):
        return ConfigurationError(
            "there is no Jira Cloud at this address (404 on serverInfo)",
            code="jira.not_cloud",
            remedy='Check `url`; for Jira Data Center write kind = "jira_data_center".',
        )
    if response.status_code in (401, 403) and _NO_MATCH in message(response.content):
        return _lacks_scope(response)
    return None


def _as_to_a_stranger(told: str, remedy: str) -> SignInError:
    what = f"Jira refused the sign-in ({told}) and answered as to a stranger"
    return SignInError(what, code="sign_in.refused", remedy=remedy)


def _lacks_scope(response: requests.Response) -> SignInError:
    path = urlsplit(response.url).path
    scope = scope_of(str(response.request.method), path)
    return SignInError(
        f"the token lacks the scope {scope} ({response.status_code} on {response.request.method} {path})",
        code="sign_in.scope",
        remedy=f"Make a token with the scopes {', '.join(READ_SCOPES)}, for writing flags also "
        f"{', '.join(WRITE_SCOPES)}; scopes cannot be added to one that exists.",
    )


def lacks_scope(response: requests.Response) -> bool:
    """Whether an answer was refused for a missing scope, which no new token of the same grant would have."""
    return _NO_MATCH in message(response.content)


def message(body: bytes) -> str:
    """Jira's own words in an error answer: `errorMessages` and `errors`; the gateway's `message`."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(said, dict):
        return ""
    fields = said.get("errors") or {}
    named = [f"{name}: {text}" for name, text in fields.items()] if isinstance(fields, dict) else []
    texts = [*(said.get("errorMessages") or []), *named, *([said["message"]] if said.get("message") else [])]
    return "; ".join(str(text) for text in texts)


@dataclass
class Diagnosis:
    """Looks once into a refused sign-in. `works_elsewhere` tries the same secret at the other address that it may be
    made for, and says what to write instead; None where there is no other address, or it is refused there as well."""

    expires_on: date | None
    today: Callable[[], date]
    works_elsewhere: Callable[[], str | None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: tuple[str, str, str] | None = None

    def __call__(self, refusal: SignInError) -> SignInError:
        """The refusal, with its cause if it can be found. Refusals that name their cause stay as they are."""
        if refusal.code != "sign_in.refused":
            return refusal
        with self._lock:
            self._found = self._found or self._look(refusal)
        code, why, remedy = self._found
        return SignInError(f"{refusal.what}{why}", code=code, remedy=remedy)

    def _look(self, refusal: SignInError) -> tuple[str, str, str]:
        expires = self.expires_on
        if expires is not None and self.today() > expires:
            why = f"; the token expired on {expires.isoformat()}"
            remedy = "Make a new token, put it in the old one's place and correct `token_expires_on`."
            return "sign_in.expired", why, remedy
        elsewhere = self.works_elsewhere()
        if elsewhere is not None:
            return "sign_in.wrong_address", "; the token is good, but for another address", elsewhere
        return refusal.code, "", refusal.remedy
