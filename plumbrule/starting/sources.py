"""What is asked of each kind of source: just enough to sign in. The rest is found by looking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.address import base_url
from plumbrule.config_file import secret_behind
from plumbrule.references import keep_in_keyring
from plumbrule.speech import says
from plumbrule.starting.asking import Asker, given_or_asked, missing, one_of
from portfolio.errors import ConfigurationError
from portfolio.ports import Survey
from portfolio.secret_references import is_reference

_ENTRA = ("device_code", "auth_code", "client_secret")
_PWA_WAYS = ("basic", "ntlm", "kerberos", "device_code", "auth_code", "bearer", "cookie")
_DATAVERSE_WAYS = ("client_secret", "device_code", "bearer")
_LATER = ("device_code", "auth_code")
"""Ways in which a person signs in, once the configuration is there: `plumbrule auth login`."""


@dataclass(frozen=True)
class Given:
    """What the options of `plumbrule init` say; None where they say nothing."""

    jira: str | None = None
    jira_email: str | None = None
    jira_user: str | None = None
    jira_secret: str | None = None
    projects: tuple[str, ...] = ()
    pwa: str | None = None
    pwa_auth: str | None = None
    pwa_user: str | None = None
    pwa_secret: str | None = None
    dataverse: str | None = None
    dataverse_auth: str | None = None
    dataverse_secret: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    files: str | None = None
    name: str | None = None
    timezone: str | None = None
    currency: str | None = None
    language: str | None = None
    join_above: float | None = None
    ca_bundle: str | None = None
    allow_http: bool = False

    @property
    def trust(self) -> dict[str, Any]:
        """How a site's address is trusted, as its settings say it."""
        bundle: dict[str, Any] = {"ca_bundle": self.ca_bundle} if self.ca_bundle else {}
        return bundle | ({"allow_http": True} if self.allow_http else {})

    @property
    def names_a_source(self) -> bool:
        """Whether some source is given."""
        return bool(self.jira or self.pwa or self.dataverse or self.files)


@dataclass(frozen=True)
class SourceDraft:
    """A source in the making: its settings as they will stand in the file, and what was seen of it."""

    name: str
    kind: str
    values: Mapping[str, Any]
    notes: Mapping[str, str] = field(default_factory=dict)
    """Lines that are written commented out: setting -> the rest of the line."""
    survey: Survey | None = None

    @property
    def signs_in_later(self) -> bool:
        """Whether a person must sign in before it can be looked at."""
        auth = self.values.get("auth")
        return isinstance(auth, Mapping) and auth.get("type") in _LATER


@dataclass(frozen=True)
class Sources:
    """Asks for them. Files of secrets are found from `folder`."""

    who: Asker
    given: Given
    folder: Path

    def jira(self, url: str, kind: str) -> SourceDraft:
        """Jira Cloud by e-mail and API token; Data Center by personal access token, or user and password."""
        given, who = self.given, self.who
        if kind == "jira_cloud":
            question = "E-mail of the account that owns the API token"
            email = given_or_asked(who, given.jira_email, "--jira-email", question, check=_email)
            where = "make one under https://id.atlassian.com/manage-profile/security/api-tokens"
            token = self._secret(given.jira_secret, "--jira-secret", f"API token ({where})", "env:JIRA_TOKEN")
            later = {"token_expires_on": says("2027-01-31   # its last day: you are told a month before")}
            return SourceDraft("jira", kind, {"url": url, "email": email, "token": token, **given.trust}, later)
        if given.jira_user is not None:
            password = self._secret(given.jira_secret, "--jira-secret", "Password", "env:JIRA_PASSWORD")
            values = {"url": url, "auth": "basic", "user": given.jira_user, "password": password, **given.trust}
            return SourceDraft("jira", kind, values)
        told = "Personal access token (make one in Jira under your profile, Personal Access Tokens)"
        token = self._secret(given.jira_secret, "--jira-secret", told, "env:JIRA_TOKEN")
        later = {"token_expires_on": says("2027-01-31   # its last day: you are told a month before")}
        return SourceDraft("jira", kind, {"url": url, "token": token, **given.trust}, later)

    def pwa(self, url: str) -> SourceDraft:
        """Project Web App, by whichever way the site takes."""
        given, who = self.given, self.who
        question = f"How do you sign in to Project Web App ({', '.join(_PWA_WAYS)})"
        way = given_or_asked(who, given.pwa_auth, "--pwa-auth", question, default="basic", check=one_of(_PWA_WAYS))
        auth: dict[str, str] = {"type": way}
        if way in ("basic", "ntlm"):
            auth["user"] = given_or_asked(who, given.pwa_user, "--pwa-user", r"Account, such as CORP\pmo", check=_some)
            auth["password"] = self._secret(given.pwa_secret, "--pwa-secret", "Its password", "env:PWA_PASSWORD")
        elif way in ("bearer", "cookie"):
            key = "token" if way == "bearer" else "cookie"
            auth[key] = self._secret(given.pwa_secret, "--pwa-secret", f"The {key}", f"env:PWA_{key.upper()}")
        elif way in _ENTRA:
            auth |= self._app()
        return SourceDraft("plans", "pwa", {"url": url, "auth": auth, **given.trust})

    def dataverse(self, url: str, name: str) -> SourceDraft:
        """Planner Premium, by an app or a person."""
        given, who = self.given, self.who
        question = f"How do you sign in to Dataverse ({', '.join(_DATAVERSE_WAYS)})"
        ways = one_of(_DATAVERSE_WAYS)
        way = given_or_asked(
            who, given.dataverse_auth, "--dataverse-auth", question, default="client_secret", check=ways
        )
        auth: dict[str, str] = {"type": way}
        if way in _ENTRA:
            auth |= self._app()
        if way != "device_code":
            key = "token" if way == "bearer" else "client_secret"
            default = "env:DATAVERSE_TOKEN" if way == "bearer" else "env:DATAVERSE_SECRET"
            auth[key] = self._secret(given.dataverse_secret, "--dataverse-secret", f"The {key}", default)
        return SourceDraft(name, "dataverse", {"url": url, "auth": auth, **given.trust})

    def files(self, pattern: str) -> SourceDraft:
        """Plans that lie as files, by the end of their names. Raises ConfigurationError for what is no plan."""
        end = pattern.casefold().rpartition(".")[2]
        kinds = {"xml": "mspdi", "mpp": "mpp", "mpt": "mpp", "zip": "odata_dump"}
        if end not in kinds:
            raise ConfigurationError(
                f"--files {pattern}: it does not say which files of plans are meant",
                code="init.files",
                remedy="end it in .xml (plans saved as XML), .mpp, or .zip (a dump of Project Online); tables of "
                "budgets and people need columns named, see docs/tables.md",
            )
        found = sorted(self.folder.glob(pattern)) if not Path(pattern).is_absolute() else None
        if found == [] or (found is None and "*" not in pattern and not Path(pattern).exists()):
            raise ConfigurationError(
                f"--files {pattern}: there is no such file",
                code="init.files",
                remedy=f"write the path as it is seen from {self.folder.resolve()}, such as plans/*.xml",
            )
        return SourceDraft("files", kinds[end], {"path": pattern})

    def _app(self) -> dict[str, str]:
        """The app registration, for the ways of Entra."""
        tenant = given_or_asked(
            self.who, self.given.tenant, "--tenant", "Tenant: its id, or such as contoso.onmicrosoft.com", check=_some
        )
        client = given_or_asked(
            self.who,
            self.given.client_id,
            "--client-id",
            "Application (client) id of the app registration",
            check=_some,
        )
        return {"tenant": tenant, "client_id": client}

    def _secret(self, given: str | None, option: str, what: str, default: str) -> str:
        """Where a secret is kept: a reference that leads to one now. Raises ConfigurationError where it does not."""
        question = f"{what}: where is it kept (env:NAME, file:PATH or keyring:SERVICE/NAME)"
        while True:
            reference = given_or_asked(self.who, given, option, question, default=default, check=as_reference)
            try:
                secret_behind(reference, self.folder)
            except ConfigurationError as error:
                if not self.who.is_guided or given is not None:
                    problem = error.problems[0]
                    raise ConfigurationError(
                        f"{option} {reference}: {problem.what}",
                        code=problem.code,
                        remedy=f"{problem.help}; or say by {option} where it is kept",
                    ) from None
                self.who.tell(f"  {error.problems[0].what}.")
                if self._typed(reference, what):
                    return reference
                continue
            return reference

    def _typed(self, reference: str, what: str) -> bool:
        """Offers to put a secret that is typed now into its file, which nobody else may read, or into the keyring."""
        scheme, _, path = reference.partition(":")
        if scheme == "keyring":
            return self._typed_into_keyring(reference, what)
        file = self.folder / Path(path).expanduser()
        if scheme != "file" or file.exists():
            self.who.tell(
                says(
                    "  Set it in this shell and call init again, or name a file that is to hold it: file:{file}",
                    file=_FILE,
                )
            )
            return False
        if not self.who.yes(
            says("  Type it now, to be kept in {file} (readable by you alone)?", file=file), default=True
        ):
            return False
        secret = self._hidden(reference, what)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secret, encoding="utf-8")
        return True

    def _typed_into_keyring(self, reference: str, what: str) -> bool:
        if not self.who.yes(says("  Type it now, to be kept as {reference}?", reference=reference), default=True):
            return False
        try:
            keep_in_keyring(reference, self._hidden(reference, what))
        except ConfigurationError as trouble:
            self.who.tell(says("  {what}: {remedy}.", what=trouble.what, remedy=trouble.remedy))
            return False
        return True

    def _hidden(self, reference: str, what: str) -> str:
        secret = self.who.hidden(f"  {what.partition(' (')[0]}")
        if not secret:
            raise missing(reference, what)
        return secret


_FILE = "secrets/token"


def as_reference(answer: str) -> str:
    """A reference to a secret; the bare name of a variable counts as one. Raises ValueError, without the answer: it may
    be the secret itself."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", answer):
        return f"env:{answer}"
    if not is_reference(answer):
        raise ValueError(
            "a secret is never written down here: say env:NAME, file:PATH for a file that holds it, or "
            "keyring:SERVICE/NAME"
        )
    return answer


_PAGES = re.compile(
    r"/(browse|secure|projects|issues|plugins|jira/(software|core|for-you|your-work|dashboards|projects|people))(/|$).*"
    r"|/(default|projects|mytasks)\.aspx.*|[?#].*",
    re.IGNORECASE,
)
"""What stands behind a site's address while one of its pages is open in a browser."""


def as_address(answer: str) -> str:
    """A web address as it was copied from a browser, without its page; https where nothing is said."""
    whole = answer if "://" in answer else f"https://{answer}"
    return base_url(_PAGES.sub("", whole).rstrip("/"))


def _email(answer: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", answer):
        raise ValueError("an e-mail address, such as pmo-bot@example.com")
    return answer


def _some(answer: str) -> str:
    if not answer:
        raise ValueError("something must stand here")
    return answer
