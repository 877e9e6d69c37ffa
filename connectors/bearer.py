"""A token that somebody was given once, sent as it is. Those that are fetched and renewed are in `connectors.oauth`."""

import requests
from requests.auth import AuthBase


class Bearer(AuthBase):
    """Signs requests with a token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, with the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
