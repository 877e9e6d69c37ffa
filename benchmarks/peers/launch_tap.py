"""Starts tap-jira against a Jira on loopback: the tap itself calls nothing but https. Everything else is the tap's own.

Run by the Python of the tap's environment: `python launch_tap.py --config … --catalog … [--state …]`.
"""

from tap_jira import http, main  # type: ignore[import-not-found]


def _url(client, path):  # type: ignore[no-untyped-def]
    return client.base_url.rstrip("/") + "/" + path.lstrip("/")


http.Client.url = _url
main()
