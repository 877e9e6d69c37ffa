"""Asks a person to sign in: by a code on any device, or in a browser on this machine. Only a command calls this.

Sources: RFC 8628 (device code); RFC 7636 (PKCE) and RFC 8252 (loopback redirect), both done by msal.
"""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.microsoft.auth import DeviceCodeAuth
from connectors.microsoft.refusals import refusal
from connectors.microsoft.tokens import SignedIn, Tokens
from portfolio.errors import SignInError

BROWSER_SECONDS = 300
_WAITING = frozenset({"authorization_pending", "slow_down"})


def login(tokens: Tokens, tell: Callable[[str], None], open_browser: Callable[[str], bool]) -> SignedIn:
    """Let a person sign in, and keep it in place of who was signed in before.

    `tell` shows what to do; `open_browser` returns whether a browser opened. Raises SignInError where it fails.
    """
    if isinstance(tokens.auth, DeviceCodeAuth):
        result = _by_code(tokens.app, tokens, tell)
    else:
        result = _in_browser(tokens.app, tokens, tell, open_browser)
    tokens.granted(result)
    before, after = tokens.keep()  # only now: a run goes on with the old one while the person is at it
    if before and before.account and before.account != after.account:
        tell(f"{before.account} is not signed in here any more.")
    return after


def _by_code(app: Any, tokens: Tokens, tell: Callable[[str], None]) -> Mapping[str, Any]:
    flow = app.initiate_device_flow(scopes=tokens.scopes)
    if "user_code" not in flow:
        raise refusal(flow, tokens.asked)
    tell(str(flow.get("message") or f"Open {flow['verification_uri']} and enter the code {flow['user_code']}."))
    ends = tokens.clock.monotonic() + flow["expires_in"]
    interval = float(flow["interval"])
    while True:
        tokens.clock.sleep(interval)
        asked = dict(flow)  # msal notes in it when it asked last, by its own clock; the pace is ours
        result: Mapping[str, Any] = app.acquire_token_by_device_flow(asked, exit_condition=lambda _: True)
        if result.get("error") not in _WAITING or tokens.clock.monotonic() >= ends:
            return result
        interval += 5 if result.get("error") == "slow_down" else 0


def _in_browser(
    app: Any, tokens: Tokens, tell: Callable[[str], None], open_browser: Callable[[str], bool]
) -> Mapping[str, Any]:
    from msal.oauth2cli import AuthCodeReceiver

    port = getattr(tokens.auth, "redirect_port", 0)
    try:
        receiver = AuthCodeReceiver(port=port)
    except OSError as error:
        raise SignInError(
            f"port {port} of this machine cannot be listened on: {error.strerror}",
            code="sign_in.port",
            remedy="End what uses it, or choose another `redirect_port` that the app registration names.",
        ) from error
    with receiver:
        flow = app.initiate_auth_code_flow(
            tokens.scopes, redirect_uri=f"http://localhost:{receiver.get_port()}", response_mode="form_post"
        )
        if not open_browser(flow["auth_uri"]):
            tell("Open this address in a browser on this machine:")
        else:
            tell("A browser opens; if it does not, open this address in one on this machine:")
        tell(flow["auth_uri"])
        came = receiver.get_auth_response(timeout=BROWSER_SECONDS, state=flow["state"])
    if not came:
        raise refusal({"error": "expired_token"}, tokens.asked)
    if "error" in came:
        raise refusal(came, tokens.asked)
    try:
        result: Mapping[str, Any] = app.acquire_token_by_auth_code_flow(flow, came)
    except ValueError as error:  # the state is not the one that we sent
        raise SignInError(
            "the answer that came from the browser does not belong to this sign-in",
            code="sign_in.not_done",
            remedy=f"Run `{tokens.asked.login}` again, and use one browser window only.",
        ) from error
    return result
