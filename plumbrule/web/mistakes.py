"""What of `[serve]` cannot be meant, or would be dangerous: told with its place before a port is opened."""

from collections.abc import Iterator

from plumbrule.audience import condition_faults
from plumbrule.web.settings import ServeSettings
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps


def mistakes(document: LocatedToml, serve: ServeSettings) -> Iterator[Problem]:
    """Every fault, each at its place."""
    for key, code, what, remedy in _faults(serve):
        yield document.problem(("serve", key), f"serve.{code}", what, help=remedy)
    for number, entry in enumerate(serve.access):
        steps: Steps = ("serve", "access", number)
        if (entry.user is None) == (entry.group is None):
            yield document.problem(
                steps, "serve.access_of_whom", "an entry of `access` names a user or a group", help="name one of them"
            )
        if (entry.see == "scope") != bool(entry.scope.model_fields_set):
            what = "`scope` is missing" if entry.see == "scope" else f'`scope` has no effect beside see = "{entry.see}"'
            hint = 'say which projects: scope = { department = "IT" }; or see = "all"' if entry.see == "scope" else ""
            yield document.problem(steps, "serve.access_scope", what, help=hint or "take it out")
        if entry.scope.select is not None:
            yield from condition_faults(document, (*steps, "scope", "select"), entry.scope.select)


def require_safe(document: LocatedToml, serve: ServeSettings) -> None:
    """Raises ConfigurationError with all faults."""
    found = list(mistakes(document, serve))
    if found:
        raise ConfigurationError(problems=found)


def _faults(serve: ServeSettings) -> Iterator[tuple[str, str, str, str]]:
    """Key, code, what is wrong, and the remedy."""
    if serve.auth == "none":
        if not serve.is_local:
            yield (
                "address",
                "open_address",
                f"{serve.address} can be reached by others, and nobody would have to sign in",
                'listen on 127.0.0.1, or set auth = "proxy" or "oidc" (docs/serve.md)',
            )
        if serve.access:
            yield (
                "access",
                "access_unused",
                "`access` has no effect where nobody signs in",
                "set `auth`, or take it out",
            )
    elif not serve.access:
        hint = 'for instance access = [{ group = "PMO", see = "all" }]'
        yield "auth", "no_access", "people sign in, but `access` lets nobody see anything", hint
    if serve.auth == "proxy" and not serve.proxy.trusted:
        hint = 'trusted = ["127.0.0.1"] under [serve.proxy]'
        yield "auth", "no_proxy", "no proxy is trusted, so that everybody would be refused", hint
    if serve.auth == "oidc" and serve.oidc is None:
        yield (
            "auth",
            "no_provider",
            "no provider is configured",
            "add [serve.oidc] with authority, client_id, client_secret",
        )
    if serve.auth != "none" and serve.public_url is None:
        yield "auth", "no_public_url", "`public_url` is missing", 'say where people open it: "https://pmo.example.com"'
    if serve.auth == "oidc" and serve.public_url is not None and not serve.is_secure and not serve.is_local:
        yield "public_url", "not_encrypted", "people would sign in without encryption", "give an https address"
    if (serve.certificate is None) != (serve.certificate_key is None):
        yield "certificate", "half_certificate", "certificate and certificate_key go together", "give both or neither"
    for key in ("certificate", "certificate_key"):
        path = getattr(serve, key)
        if path is not None and not path.is_file():
            yield key, "no_file", f"there is no file {path}", "check its path and its rights"
