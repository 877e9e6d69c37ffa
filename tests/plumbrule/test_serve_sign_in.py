"""`plumbrule serve` with a sign-in at a provider: the real library against a pretend Entra ID behind TLS."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from web_world import BRIDGE, ROAD, MovingClock, Page, make_site, served, text_of

from plumbrule.web.signing_in import local_path
from sandbox.entra import EntraSite, ServedEntra, serve_entra
from sandbox.entra.site import TENANT

APP = "the-page"
SECRET = "app-s3cret-of-the-page"
ADA, CHEN, EVE = "ada@works.example", "chen@works.example", "eve@works.example"
SERVE = """
[serve]
auth = "oidc"
public_url = "{public}"
session_minutes = 30
session_key = "env:PAGE_KEY"
access = [{{ group = "Pmo.Read", see = "all" }}, {{ user = "ada@works.example", see = "own" }}]

[serve.oidc]
authority = "{authority}/v2.0"
client_id = "the-page"
client_secret = "env:PAGE_SECRET"
ca_bundle = "{trusted}"
groups_claim = "{claim}"
"""


@dataclass
class World:
    entra: EntraSite
    at: ServedEntra
    page: Page
    config: Path

    def browser(self) -> Page:
        return self.page.stranger()

    def sign_in(self, browser: Page, user: str | None, path: str = "/") -> requests.Response:
        """Go to the provider and come back, as a browser does; returns our answer to the coming back."""
        self.entra.signs_in = user
        return self.come_back(browser, self.leave(browser, path))

    def leave(self, browser: Page, path: str = "/") -> str:
        """Where our page sends somebody who has not signed in."""
        first = browser.get(path)
        assert first.status_code == 303
        there = browser.get(first.headers["Location"])
        assert there.status_code == 303
        return there.headers["Location"]

    def come_back(self, browser: Page, address: str) -> requests.Response:
        back = requests.get(address, verify=str(self.at.ca_file), allow_redirects=False, timeout=30)
        assert back.status_code == 302, back.text
        return browser.session.get(back.headers["Location"], allow_redirects=False, timeout=30)


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAGE_KEY", "a key of thirty-two letters, more")
        patch.setenv("PAGE_SECRET", SECRET)
        yield patch


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("signed-in")
    clock = MovingClock()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    entra = EntraSite(clock=clock)
    public = f"http://127.0.0.1:{port}"
    entra.add_app(APP, secret=SECRET, resources=[], redirects=[f"{public}/sign-in/done"])
    entra.roles = {CHEN: ["Pmo.Read", "Other"]}
    with serve_entra(entra) as at:
        told = SERVE.format(public=public, authority=at.authority, trusted=at.ca_file, claim="roles")
        config = make_site(folder, told)
        with served(config, clock, port=port) as page:
            yield World(entra, at, page, config)


def test_whoever_signs_in_comes_to_what_they_asked_for(world: World) -> None:
    browser = world.browser()
    answer = world.sign_in(browser, CHEN, f"/projects/{ROAD}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/projects/{ROAD}")
    shown = browser.get(f"/projects/{ROAD}")
    assert shown.status_code == 200 and "INI-2" in shown.text
    account = text_of(browser.get("/account").text)
    assert CHEN in account and "Pmo.Read" in account and "everything" in account and "Other" not in account


def test_the_way_to_the_provider_is_guarded(world: World) -> None:
    asked = parse_qs(urlsplit(world.leave(world.browser())).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert asked["nonce"] and asked["state"]
    assert set(asked["scope"][0].split()) == {"openid", "profile"}


def test_who_manages_projects_sees_those(world: World) -> None:
    browser = world.browser()
    world.sign_in(browser, ADA)
    assert browser.get(f"/projects/{BRIDGE}").status_code == 200
    assert browser.get(f"/projects/{ROAD}").status_code == 404
    assert "INI-1" in text_of(browser.get("/account").text)


def test_who_is_named_nowhere_is_signed_in_and_sees_nothing(world: World) -> None:
    browser = world.browser()
    world.sign_in(browser, EVE)
    answer = browser.get("/")
    assert answer.status_code == 403 and "nothing is shared with you" in text_of(answer.text)


def test_who_cancels_is_told_and_can_try_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    browser = world.browser()
    answer = world.sign_in(browser, None)
    assert answer.status_code == 403 and 'href="/sign-in"' in answer.text
    assert "canceled" not in answer.text
    assert browser.get("/").status_code == 303
    assert "serve.sign_in_failed" in caplog.text


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(world: World) -> None:
    victim, thief = world.browser(), world.browser()
    world.entra.signs_in = CHEN
    address = world.leave(victim)
    back = requests.get(address, verify=str(world.at.ca_file), allow_redirects=False, timeout=30).headers["Location"]
    path = back.removeprefix(victim.url)
    assert thief.get(path).status_code == 403
    assert victim.get(path).status_code == 303
    assert victim.get(path).status_code == 403


def test_a_code_of_another_sign_in_is_worth_nothing(world: World) -> None:
    browser, other = world.browser(), world.browser()
    world.entra.signs_in = CHEN
    addresses = [world.leave(browser), world.leave(other)]
    backs = [
        requests.get(one, verify=str(world.at.ca_file), allow_redirects=False, timeout=30).headers["Location"]
        for one in addresses
    ]
    code = parse_qs(urlsplit(backs[1]).query)["code"][0]
    mixed = re.sub(r"code=[^&]+", f"code={code}", backs[0])
    assert browser.get(mixed.removeprefix(browser.url)).status_code == 403


def test_a_session_ends_with_its_time(world: World) -> None:
    browser = world.browser()
    world.sign_in(browser, CHEN)
    world.page.clock.wait(minutes=29)
    assert browser.get("/rules").status_code == 200
    world.page.clock.wait(minutes=2)
    assert browser.get("/rules").status_code == 303


def test_a_sign_in_that_takes_too_long_is_not_finished(world: World) -> None:
    browser = world.browser()
    world.entra.signs_in = CHEN
    address = world.leave(browser)
    world.page.clock.wait(minutes=11)
    assert world.come_back(browser, address).status_code == 403


def test_signing_out_ends_the_session_also_for_copies_of_the_cookie(world: World) -> None:
    browser = world.browser()
    world.sign_in(browser, CHEN)
    copy = dict(browser.session.cookies)
    token = re.search(r'name="token" value="([^"]+)"', browser.get("/account").text)
    assert token is not None
    assert browser.post("/sign-out", {"token": "x"}).status_code == 403
    assert browser.get("/rules").status_code == 200
    answer = browser.post("/sign-out", {"token": token[1]})
    assert answer.status_code == 200 and "You are signed out" in text_of(answer.text)
    assert browser.get("/rules").status_code == 303
    assert world.browser().get("/rules", cookies=copy).status_code == 303


@pytest.mark.parametrize(
    "change", [lambda c: c[:-2], lambda c: "x" + c, lambda c: c.replace(".", ".a", 1), lambda _: ""]
)
def test_a_cookie_that_is_not_ours_signs_nobody_in(world: World, change) -> None:
    browser = world.browser()
    world.sign_in(browser, CHEN)
    [held] = [c.value for c in browser.session.cookies if c.name == "plumbrule-session"]
    assert held is not None
    assert world.browser().get("/rules", cookies={"plumbrule-session": str(change(held))}).status_code == 303


def test_headers_of_a_proxy_count_for_nothing_here(world: World) -> None:
    assert world.browser().get("/", headers={"X-Forwarded-Email": CHEN}).status_code == 303


def test_health_needs_no_sign_in_and_everything_else_does(world: World) -> None:
    browser = world.browser()
    assert browser.get("/healthz").status_code == 200
    assert {browser.get(p).status_code for p in ("/", "/rules", "/history", "/account", f"/projects/{BRIDGE}")} == {303}
    assert browser.get("/nothing").status_code == 404


def test_secrets_and_tokens_are_in_no_log_and_on_no_page(world: World, caplog: pytest.LogCaptureFixture) -> None:
    browser = world.browser()
    world.sign_in(browser, CHEN)
    seen = browser.get("/account").text + caplog.text
    assert "serve.signed_in" in seen
    assert [s for s in (SECRET, *world.entra.tokens, *world.entra.spent_codes) if s in seen] == []


def test_more_groups_than_a_token_holds_are_not_taken_for_none(
    world: World, tmp_path: Path, patched: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told = SERVE.format(public="https://pmo.example.com", authority=world.at.authority, trusted=world.at.ca_file,
                        claim="groups")  # fmt: skip
    world.entra.apps[APP].redirects |= {"https://pmo.example.com/sign-in/done"}
    world.entra.groups = {EVE: [f"group {n}" for n in range(201)], CHEN: ["Pmo.Read"]}
    world.entra.signs_in = EVE
    with served(make_site(tmp_path, told), world.page.clock) as page:
        host = {"Host": "pmo.example.com"}
        sent = page.get("/sign-in", headers=host)
        cookie = sent.headers["Set-Cookie"]
        assert cookie.startswith("__Host-plumbrule-sign-in=")
        assert all(word in cookie for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"))
        back = requests.get(sent.headers["Location"], verify=str(world.at.ca_file), allow_redirects=False, timeout=30)
        path = back.headers["Location"].removeprefix("https://pmo.example.com")
        answer = page.stranger().get(path, headers={**host, "Cookie": cookie.partition(";")[0]})
    assert answer.status_code == 403
    assert "more groups than a token holds" in capfd.readouterr().err


def test_a_provider_that_cannot_be_reached_is_told(world: World, tmp_path: Path) -> None:
    nowhere = f"https://127.0.0.1:1/{TENANT}"
    told = SERVE.format(public="https://pmo.example.com", authority=nowhere, trusted=world.at.ca_file, claim="roles")
    with served(make_site(tmp_path, told), world.page.clock) as page:
        answer = page.get("/sign-in", headers={"Host": "pmo.example.com"})
        assert answer.status_code == 502 and "could not be signed in" in text_of(answer.text)


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "", "/a\nb"]
)
def test_a_sign_in_leads_nowhere_else(to: str) -> None:
    assert local_path(to) == "/"


@pytest.mark.parametrize("to", ["/", "/projects/INI-1", "/findings/abc?x=1"])
def test_a_sign_in_leads_back_to_pages_of_ours(to: str) -> None:
    assert local_path(to) == to
