"""Asking for a waiver on the web page: off by default, guarded, only noted; and what the PMO does with a request."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner
from web_world import FAILING, Page, finding_of, make_site, served, text_of

from plumbrule.cli import main
from plumbrule.waiver_requests import RequestQueue

FORM = {"reason": "poured in one piece", "until": "2026-07-31", "requested_by": "Ada", "compensating": ""}
PROXY = """
[serve]
auth = "proxy"
waiver_requests = true
public_url = "http://127.0.0.1"
access = [{ group = "PMO", see = "all" }, { user = "road", scope = { projects = ["INI-2"] } }]
[serve.proxy]
trusted = ["127.0.0.1"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = make_site(tmp_path, "[serve]\nwaiver_requests = true\n")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[portfolio]", "[portfolio]\nas_of = 2026-06-30T12:00:00Z"), encoding="utf-8")
    return config


@pytest.fixture
def page(config: Path) -> Iterator[Page]:
    with served(config) as running:
        yield running


def token_of(answer_text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer_text)
    assert found is not None
    return found[1]


def queue_of(config: Path) -> RequestQueue:
    return RequestQueue(config.parent / "store")


def plumbrule(config: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*words, "-c", str(config)], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def ask(page: Page, finding: str, **changes: str) -> tuple[int, str]:
    """Open the form, fill it in, send it; the status, and what then stands there."""
    path = f"/findings/{finding}/waiver"
    form = {**FORM, "token": token_of(page.get(path).text), **changes}
    answer = page.post(path, form)
    return answer.status_code, answer.text


def test_it_is_off_unless_switched_on(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    finding = finding_of(config)
    with served(config) as page:
        assert "/waiver" not in page.get(f"/findings/{finding}").text.replace("/waivers", "")
        assert page.get(f"/findings/{finding}/waiver").status_code == 404
        assert page.post(f"/findings/{finding}/waiver", FORM).status_code in (404, 405)
        assert "Asked for" not in page.get("/waivers").text
    assert not (config.parent / "store" / "waiver-requests").exists()


def test_from_the_finding_to_the_waiver(page: Page, config: Path) -> None:
    finding = finding_of(config)
    assert f'href="/findings/{finding}/waiver"' in page.get(f"/findings/{finding}").text
    before = page.get("/waivers").headers["ETag"]
    status, _ = ask(page, finding)
    assert status == 303
    shown = page.get("/waivers")
    assert "OWN-01, INI-1 poured in one piece Ada 31 Jul 2026" in text_of(shown.text)
    assert shown.headers["ETag"] != before
    assert (config.parent / "waivers.toml").read_text(encoding="utf-8") == ""
    assert plumbrule(config, "waive", "requests") == (
        0,
        f"{finding}  OWN-01, INI-1: until 2026-07-31, asked by Ada on 2026-06-30\n  poured in one piece\n",
    )
    granted = plumbrule(config, "waive", "grant", finding[:12], "--approved-by", "pmo.chen", "--ticket", "PMO-9")
    assert granted[0] == 0 and "waiver W-" in granted[1], granted
    assert 'requested_by = "Ada"' in (config.parent / "waivers.toml").read_text(encoding="utf-8")
    assert queue_of(config).waiting() == []
    [kept] = (config.parent / "store" / "waiver-requests" / "decided").glob("*.json")
    assert {"state": "granted", "decided_by": "pmo.chen"}.items() <= json.loads(kept.read_text()).items()


def test_who_asks_cannot_grant_it_and_the_request_waits_on(page: Page, config: Path) -> None:
    finding = finding_of(config)
    ask(page, finding, requested_by="pmo.chen")
    code, told = plumbrule(config, "waive", "grant", finding, "--approved-by", "pmo.chen", "--ticket", "PMO-9")
    assert code == 2 and "error[" in told
    code, told = plumbrule(config, "waive", "grant", finding)
    assert code == 2 and "--approved-by, --ticket" in told
    assert [one.finding for one in queue_of(config).waiting()] == [finding]


def test_a_refusal_is_kept_with_its_reason(page: Page, config: Path) -> None:
    finding = finding_of(config)
    ask(page, finding)
    assert plumbrule(config, "waive", "refuse", finding)[0] == 2
    code, told = plumbrule(config, "waive", "refuse", finding, "--refused-by", "pmo.chen", "--reason", "split it")
    assert code == 0 and "OWN-01, INI-1 is refused" in told
    assert plumbrule(config, "waive", "requests") == (0, "no requests\n")
    assert ask(page, finding)[0] == 303  # one may ask again


def test_an_unknown_request_is_told(config: Path) -> None:
    code, told = plumbrule(config, "waive", "grant", "0123456789", "--approved-by", "a", "--ticket", "b")
    assert code == 2 and "nobody has asked for a waiver of `0123456789`" in told


def test_the_same_is_not_asked_for_twice(page: Page, config: Path) -> None:
    finding = finding_of(config)
    ask(page, finding)
    status, shown = ask(page.stranger(), finding, reason="another reason")
    assert status == 409 and "already" in text_of(shown) and "another reason" in shown
    [held] = queue_of(config).waiting()
    assert held.reason == "poured in one piece"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": "  "}, "Say why."),
        ({"reason": "x" * 2001}, "A text is too long."),
        ({"requested_by": " \n "}, "Say who you are."),
        ({"until": "soon"}, "Say until which day."),
        ({"until": "2026-06-29"}, "The last day has passed."),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_is_kept(
    page: Page, config: Path, changes: dict[str, str], told: str
) -> None:
    status, shown = ask(page, finding_of(config), compensating="<b>watch it", **changes)
    assert status == 422 and told in text_of(shown)
    assert "&lt;b&gt;watch it" in shown
    assert queue_of(config).waiting() == []


def test_a_form_of_somebody_else_is_refused(page: Page, config: Path) -> None:
    finding = finding_of(config)
    path = f"/findings/{finding}/waiver"
    own = token_of(page.get(path).text)
    foreign = token_of(page.stranger().get(path).text)
    for token in ("", "x", foreign, own + "x"):
        assert page.post(path, {**FORM, "token": token}).status_code == 403
    assert page.stranger().post(path, {**FORM, "token": own}).status_code == 403
    for site in ("cross-site", "same-site"):
        assert page.post(path, {**FORM, "token": own}, headers={"Sec-Fetch-Site": site}).status_code == 403
    page.clock.wait(minutes=61)
    assert page.post(path, {**FORM, "token": own}).status_code == 403
    assert queue_of(config).waiting() == []


def test_odd_bodies_are_refused(page: Page, config: Path) -> None:
    path = f"/findings/{finding_of(config)}/waiver"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def status(body: bytes, headers: dict[str, str]) -> int:
        return page.session.post(page.url + path, data=body, headers=headers, timeout=30).status_code

    assert status(b"reason=" + b"x" * 40_000, kind) == 413
    assert status(b"{}", {"Content-Type": "application/json"}) == 415
    assert status(b"a=b&" * 50, kind) == 400
    assert status(b"reason=\xff", kind) in (400, 403)


def test_a_form_is_neither_kept_nor_packed_and_may_be_sent_here_only(page: Page, config: Path) -> None:
    answer = page.get(f"/findings/{finding_of(config)}/waiver")
    assert answer.headers["Cache-Control"] == "no-store" and "Content-Encoding" not in answer.headers
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=strict" in answer.headers["Set-Cookie"]
    assert "form-action 'none'" in page.get("/").headers["Content-Security-Policy"]


def test_a_person_asks_by_their_own_name_and_only_for_what_they_see(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = make_site(tmp_path, PROXY)
    finding = finding_of(config)
    with served(config) as page:
        page.session.headers.update({"X-Forwarded-Email": "ada@works.example", "X-Forwarded-Groups": "PMO"})
        assert "Your name" not in page.get(f"/findings/{finding}/waiver").text
        assert ask(page, finding, requested_by="somebody else")[0] == 303
        other = page.stranger()
        other.session.headers.update({"X-Forwarded-Email": "road"})
        assert other.get(f"/findings/{finding}/waiver").status_code == 404
        assert "poured" not in other.get("/waivers").text and "poured" in page.get("/waivers").text
        token = token_of(page.get(f"/findings/{finding}/waiver").text)
        page.session.headers["X-Forwarded-Email"] = "eve@works.example"  # the same browser, another person
        assert page.post(f"/findings/{finding}/waiver", {**FORM, "token": token}).status_code == 403
    [held] = queue_of(config).waiting()
    assert held.requested_by == "ada@works.example"
    assert "serve.waiver_requested" in capfd.readouterr().err


def test_what_is_waived_or_gone_cannot_be_asked_for(page: Page, config: Path) -> None:
    finding = finding_of(config)
    waiver = f"""[[waiver]]
id = "W-2026-001"
rule = ["{FAILING}"]
subject = {{ project = "INI-1" }}
reason = "r"
requested_by = "ada"
approved_by = "pmo.chen"
ticket = "PMO-1"
starts = 2026-06-01
expires = 2026-07-31
"""
    (config.parent / "waivers.toml").write_text(waiver, encoding="utf-8")
    assert page.get(f"/findings/{finding}/waiver").status_code == 404


def test_a_file_that_somebody_broke_is_told_and_harms_nothing(page: Page, config: Path) -> None:
    ask(page, finding_of(config))
    folder = config.parent / "store" / "waiver-requests"
    (folder / "0000000000.json").write_text("{", encoding="utf-8")
    assert page.get("/waivers").status_code == 200
    code, told = plumbrule(config, "waive", "requests")
    assert code == 0 and "0000000000.json is no request any more" in told and "poured" in told
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*-*.json"))


def test_requests_steer_no_terminal(page: Page, config: Path) -> None:
    ask(page, finding_of(config), reason="red \x1b[31m\x07 alert")
    _, told = plumbrule(config, "waive", "requests")
    assert "alert" in told and "\x1b" not in told and "\x07" not in told


def test_a_queue_that_is_full_takes_no_more(page: Page, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbrule.waiver_requests.MOST_OPEN", 0)
    status, shown = ask(page, finding_of(config))
    assert status == 409 and "Too many requests" in text_of(shown)
