"""How a sign-in at Microsoft is kept, renewed, told and taken away."""

import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from entra import ACCESS, REFRESH, TENANT, aadsts

from connectors.http import Http
from connectors.microsoft.signing import forget, signed_in, signing
from portfolio.errors import RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Traffic
from tests.connectors.microsoft_sign_ins import SITE, auth, file_of, sign_in, tokens

# -- what is kept -------------------------------------------------------------------------------------------------


def test_the_sign_in_is_kept_for_its_owner_only_and_a_run_uses_it_without_asking(entra, place, clock):
    sign_in(place, clock)
    assert stat.S_IMODE(file_of(place).stat().st_mode) == 0o600
    asked = len(entra.asked)
    assert tokens(place, clock)(None).access_token == f"{ACCESS}-1"
    assert len(entra.asked) == asked, "it comes from the file"


def test_who_signs_in_next_takes_the_place_of_who_was_before(entra, place, clock):
    sign_in(place, clock)
    entra.user = "pmo@contoso.example"
    done, told = sign_in(place, clock)
    assert done.account == "pmo@contoso.example"
    assert told[-1] == "pm@contoso.example is not signed in here any more."
    assert signed_in(place, auth()).account == "pmo@contoso.example"
    assert f"{REFRESH}-1" not in file_of(place).read_text()


def test_a_run_without_a_sign_in_says_what_to_do_and_asks_nobody(entra, place, clock):
    with pytest.raises(SignInError) as refused:
        tokens(place, clock)(None)
    assert refused.value.code == "sign_in.needed"
    assert refused.value.remedy == "sign-in needed: plumbrule auth login plans"
    assert entra.asked == []


def test_a_token_near_its_end_is_renewed_and_the_new_one_kept_before_it_is_used(entra, place, clock):
    entra.lasts = 200  # msal counts it as expired
    sign_in(place, clock)
    entra.lasts = 3600
    granted = tokens(place, clock)(None)
    assert granted.access_token == f"{ACCESS}-2"
    assert entra.asked[-1]["refresh_token"] == f"{REFRESH}-1"
    assert f"{REFRESH}-2" in file_of(place).read_text()
    assert granted.renew_at - clock.now() == timedelta(seconds=3300)


def test_a_token_that_is_refused_before_its_time_is_replaced_once(entra, place, clock, mock):
    sign_in(place, clock)
    seen = []

    def site(request):
        seen.append(request.headers["Authorization"])
        return (401, {}, "{}") if seen[-1] == f"Bearer {ACCESS}-1" else (200, {}, '{"ok": true}')

    mock.add_callback("GET", f"{SITE}/x", site)
    signer = signing(place, auth(), Traffic(), clock.clock)
    http = Http(SITE, auth=signer.auth, renew=signer.renew, clock=clock.clock)
    assert http.get_json("x") == {"ok": True}
    assert seen == [f"Bearer {ACCESS}-1", f"Bearer {ACCESS}-2"]
    assert entra.grants()[-1] == "refresh_token"


@pytest.mark.parametrize(
    ("refusal", "code", "words"),
    [
        (aadsts(700082), "sign_in.needed", "not used for too long"),
        (aadsts(50173), "sign_in.needed", "password changed"),
        (aadsts(50076, "interaction_required"), "sign_in.needed", "multi-factor"),
        ({"error": "invalid_grant", "error_description": "no number"}, "sign_in.needed", "expired"),
        (aadsts(65001), "sign_in.consent", "consented"),
        (aadsts(500011, "invalid_resource"), "sign_in.resource", "https://contoso.sharepoint.com"),
        (aadsts(50020), "sign_in.tenant", "does not belong"),
        (aadsts(999999, "odd", "Something new."), "sign_in.refused", "Something new."),
    ],
    ids=["expired", "revoked", "more factors", "no number", "no consent", "resource", "guest", "unknown"],
)
def test_a_refresh_token_that_is_refused_is_told_in_words(entra, place, clock, refusal, code, words):
    entra.lasts = 200
    sign_in(place, clock)
    entra.refusals = [refusal]
    with pytest.raises(SignInError) as refused:
        tokens(place, clock)(None)
    assert refused.value.code == code
    assert words in refused.value.what
    if code == "sign_in.needed":
        assert "plumbrule auth login plans" in refused.value.remedy
    assert f"{REFRESH}-1" in file_of(place).read_text(), "a refusal does not lose what is kept"


def test_a_tenant_that_is_not_there_is_told(mock, place, clock):
    where = f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    mock.add("GET", where, status=400, json=aadsts(90002, "invalid_tenant"))
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock)
    assert refused.value.code == "sign_in.tenant"
    assert TENANT in refused.value.what


def test_a_service_that_is_away_is_asked_again_and_then_told_as_away(mock, place, clock):
    where = f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    mock.add("GET", where, status=503)
    with pytest.raises(RemoteError):
        sign_in(place, clock)
    assert len(mock.calls) == 4


def test_a_service_that_wants_to_be_left_for_an_hour_is_left(mock, place, clock):
    where = f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    mock.add("GET", where, status=429, headers={"Retry-After": "3600"})
    with pytest.raises(RateLimited):
        sign_in(place, clock)
    assert len(mock.calls) == 1


def test_tokens_are_asked_for_at_the_authority_only(mock, place, clock):
    base = f"https://login.microsoftonline.com/{TENANT}"
    config = dict.fromkeys(("token_endpoint", "authorization_endpoint"), "https://evil.example/t/x")
    config["device_authorization_endpoint"] = "https://evil.example/t/d"
    mock.add("GET", f"{base}/v2.0/.well-known/openid-configuration", json=config)
    with pytest.raises(RemoteRefusal) as refused:
        sign_in(place, clock)
    assert refused.value.code == "remote.foreign_address"


def test_a_damaged_file_is_told_and_a_new_sign_in_mends_it(entra, place, clock):
    sign_in(place, clock)
    file_of(place).write_text("{")
    with pytest.raises(SignInError) as refused:
        tokens(place, clock)(None)
    assert refused.value.code == "sign_in.token_file"
    sign_in(place, clock)
    assert tokens(place, clock)(None).access_token


def test_signing_out_removes_the_file(entra, place, clock):
    assert not forget(place)
    sign_in(place, clock)
    assert forget(place)
    assert not file_of(place).exists()
    assert signed_in(place, auth()) is None


def test_what_is_kept_can_be_told_without_asking_anybody(entra, place, clock):
    sign_in(place, clock)
    asked = len(entra.asked)
    held = signed_in(place, auth())
    assert held.renewable
    assert held.scopes == ("https://contoso.sharepoint.com/ProjectWebApp.FullControl",)
    assert held.lasts_until == (datetime.now(UTC) + timedelta(days=90)).date()
    assert len(entra.asked) == asked
    assert ACCESS not in repr(held)


def test_threads_and_processes_that_renew_together_take_turns(entra, place, clock):
    entra.lasts = 200
    sign_in(place, clock)
    entra.lasts = 3600
    got: list[str] = []
    sources = [tokens(place, clock) for _ in range(6)]
    threads = [threading.Thread(target=lambda s=s: got.append(s(None).access_token)) for s in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [f"{ACCESS}-2"] * 6
    assert entra.grants().count("refresh_token") == 1
