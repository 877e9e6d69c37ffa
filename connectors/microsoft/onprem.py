"""Windows sign-in to servers on-premises: NTLM and Kerberos, by the libraries of the extra `onprem`.

Both sign a connection, or keep a context a host, rather than a request; so requests of such a source go one by one.
"""

from typing import Any

import requests
from requests.auth import AuthBase

from connectors.microsoft.auth import KerberosAuth, NtlmAuth
from portfolio.errors import ConfigurationError, SignInError


def ntlm(auth: NtlmAuth) -> AuthBase:
    """Signs by NTLM. Raises ConfigurationError where the library is not installed."""
    try:
        from requests_ntlm import HttpNtlmAuth
    except ImportError as error:
        raise _absent("ntlm", "requests-ntlm") from error

    class Ntlm(HttpNtlmAuth):
        """The library's handshake; where it breaks, in our own terms."""

        def response_hook(self, r: requests.Response, **kwargs: Any) -> requests.Response:
            try:
                return super().response_hook(r, **kwargs)
            except requests.RequestException:
                raise
            except Exception as error:  # the library has no error of its own: PermissionError, KeyError, SpnegoError
                raise SignInError(
                    f"the Windows sign-in (NTLM) broke off: {type(error).__name__}",
                    code="sign_in.refused",
                    remedy=r"Check user (CORP\name) and password, and that the site offers NTLM; Kerberos may be its "
                    "only way.",
                ) from None  # it may hold the handshake

    return Ntlm(auth.user, auth.password.get_secret_value())


def kerberos(auth: KerberosAuth) -> AuthBase:
    """Signs by Kerberos. Raises ConfigurationError where the library is not installed."""
    try:
        from requests_kerberos import OPTIONAL, HTTPKerberosAuth
    except (ImportError, OSError) as error:  # OSError: the system's Kerberos library is missing
        raise _absent("kerberos", "requests-kerberos") from error
    # OPTIONAL: IIS does not prove itself on refusals; TLS tells who the server is
    made: AuthBase = HTTPKerberosAuth(mutual_authentication=OPTIONAL, principal=auth.principal)
    return made


def _absent(way: str, library: str) -> ConfigurationError:
    return ConfigurationError(
        f'type = "{way}" needs the library {library}, which is not installed',
        code="config.extra_missing",
        remedy='Install it where Plumbrule is installed: pip install "plumbrule[onprem]"'
        + (" (Kerberos also needs the system's Kerberos library and a ticket)." if way == "kerberos" else "."),
    )
