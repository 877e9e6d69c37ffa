"""Who signs the requests to Dataverse: the one place where a way of signing in becomes a `requests` hook.

Microsoft's tokens are for one environment: their scope is its address with `/.default`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import requests
from requests.auth import AuthBase

from connectors.bearer import Bearer
from connectors.dataverse.settings import DataverseSource


@dataclass(frozen=True)
class SignIn:
    """`renew` is called once on a 401 where the token can be fetched anew; see `connectors.http.Http`."""

    auth: AuthBase
    renew: Callable[[requests.Response], bool] | None = None


def sign_in(settings: DataverseSource) -> SignIn:
    """What signs the requests of that source. Sends nothing yet."""
    return SignIn(Bearer(settings.auth.token.get_secret_value()))
