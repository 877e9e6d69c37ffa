"""Sign-in to Microsoft: who may sign in how, what is kept, what is renewed, and what a refusal is told as."""

import hashlib
import json
import stat
import threading
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime, timedelta

import pytest
import requests
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from entra import ACCESS, CLIENT, DEVICE, PENDING, REFRESH, TENANT, FakeEntra, aadsts
from fake_clock import FakeClock
from pydantic import TypeAdapter, ValidationError

from connectors.http import Http
from connectors.microsoft.auth import CloudAuth, PwaAuth, scope_of, why_not_app_only
from connectors.microsoft.login import login
from connectors.microsoft.signing import forget, signed_in, signing
from connectors.microsoft.tokens import Resource, Tokens
from connectors.pwa.settings import PwaSource
from portfolio.errors import ConfigurationError, RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Traffic

SITE = "https://contoso.sharepoint.com/sites/pwa"
FORM = {"tenant": TENANT, "client_id": CLIENT}


def auth(type_="device_code", union=PwaAuth, **more):
    entra = FORM if type_ in ("device_code", "auth_code", "client_secret", "client_certificate") else {}
    return TypeAdapter(union).validate_python({"type": type_, **entra, **more})


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


@pytest.fixture
def entra(mock):
    return FakeEntra().install(mock)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def place(tmp_path):
    return Resource("plans", SITE, tmp_path / "store")


def tokens(place, clock, settings=None):
    return Tokens(place, settings or auth(), Traffic(), clock.clock)


def sign_in(place, clock, settings=None, **more):
    told: list[str] = []
    done = login(tokens(place, clock, settings), told.append, more.get("browser", lambda _: False))
    return done, told


def file_of(place):
    return place.folder / "microsoft-plans.json"


# -- a person signs in --------------------------------------------------------------------------------------------


def test_a_device_code_is_shown_and_waited_for(entra, place, clock):
    entra.refusals = [PENDING, aadsts(0, "slow_down"), PENDING]
    done, told = sign_in(place, clock)
    assert done.account == "pm@contoso.example"
    assert "ABCD-1234" in told[0]
    assert clock.slept == [5.0, 5.0, 10.0, 10.0], "as long as the service asks, longer when it says slow down"
    assert "https://contoso.sharepoint.com/.default" in entra.asked[0]["scope"].split()


def test_a_code_that_nobody_enters_ends_with_its_time(entra, place, clock):
    entra.refusals = [PENDING] * 300
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock)
    assert refused.value.code == "sign_in.not_done"
    assert clock.seconds == 900
    assert not file_of(place).exists()


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (aadsts(70018, "authorization_declined"), "sign_in.not_done"),
        ({"error": "expired_token", "error_description": "late"}, "sign_in.not_done"),
        (aadsts(7000218, "invalid_client"), "sign_in.client"),
        (aadsts(53003, "access_denied"), "sign_in.policy"),
    ],
    ids=["declined", "too late", "not a public client", "conditional access"],
)
def test_a_sign_in_that_fails_says_why_and_keeps_nothing(entra, place, clock, refusal, code):
    entra.refusals = [refusal]
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock)
    assert refused.value.code == code
    assert refused.value.remedy
    assert not file_of(place).exists()


def browser(entra, answers):
    """A person with a browser, who is sent back to the loopback address with these values of a form."""

    def open_(address: str) -> bool:
        asked = {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(address).query).items()}
        entra.shown = asked
        entra.nonce = asked["nonce"]
        form = urllib.parse.urlencode(answers(asked)).encode()
        where = asked["redirect_uri"].replace("localhost", "127.0.0.1")

        def post():
            urllib.request.urlopen(urllib.request.Request(where, data=form), timeout=10).read()

        threading.Thread(target=post, daemon=True).start()
        return True

    return open_


def test_a_browser_signs_in_with_pkce_and_a_loopback_redirect(entra, place, clock):
    person = browser(entra, lambda asked: {"code": "c0de", "state": asked["state"]})
    done, told = sign_in(place, clock, auth("auth_code"), browser=person)
    assert done.account == "pm@contoso.example"
    assert entra.shown["code_challenge_method"] == "S256"
    assert entra.shown["redirect_uri"].startswith("http://localhost:")
    verifier = entra.asked[-1]["code_verifier"]
    challenge = hashlib.sha256(verifier.encode()).digest()
    import base64

    assert base64.urlsafe_b64encode(challenge).decode().rstrip("=") == entra.shown["code_challenge"]
    assert entra.grants() == ["authorization_code"]
    assert any(line.startswith("https://login.microsoftonline.com/") for line in told)


def test_a_confidential_app_shows_its_secret_when_the_code_is_redeemed(entra, place, clock):
    person = browser(entra, lambda asked: {"code": "c0de", "state": asked["state"]})
    sign_in(place, clock, auth("auth_code", client_secret="app-s3cret"), browser=person)
    assert entra.asked[-1]["client_secret"] == "app-s3cret"


def test_a_browser_that_brings_a_refusal_is_told(entra, place, clock):
    person = browser(entra, lambda asked: {**aadsts(65004, "access_denied"), "state": asked["state"]})
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock, auth("auth_code"), browser=person)
    assert refused.value.code == "sign_in.consent"


def test_a_port_that_is_taken_is_told(entra, place, clock):
    from http.server import BaseHTTPRequestHandler, HTTPServer

    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        settings = auth("auth_code", redirect_port=other.server_address[1])
        with pytest.raises(SignInError) as refused:
            sign_in(place, clock, settings)
    assert refused.value.code == "sign_in.port"


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


# -- an app signs in ----------------------------------------------------------------------------------------------


DATAVERSE = "https://org.crm4.dynamics.com"


@pytest.fixture
def org(tmp_path):
    return Resource("plans", DATAVERSE, tmp_path / "store")


def test_an_app_signs_in_with_its_secret_and_keeps_its_token(entra, org, clock):
    settings = auth("client_secret", CloudAuth, client_secret="app-s3cret")
    granted = tokens(org, clock, settings)(None)
    assert entra.asked[-1]["client_secret"] == "app-s3cret"
    assert entra.asked[-1]["scope"] == f"{DATAVERSE}/.default"
    assert tokens(org, clock, settings)(None).access_token == granted.access_token
    assert len(entra.asked) == 1
    assert tokens(org, clock, settings)(granted.access_token).access_token == f"{ACCESS}-2", "a refused one is replaced"


def certificate(path, password=None, with_certificate=True):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "plumbrule")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 5, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    how = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    path.write_bytes(pem + (cert.public_bytes(serialization.Encoding.PEM) if with_certificate else b""))
    return cert.fingerprint(hashes.SHA1()).hex()


@pytest.mark.parametrize("password", [None, "key-s3cret"], ids=["plain key", "key with a password"])
@pytest.mark.parametrize("given", [True, False], ids=["thumbprint given", "thumbprint of the file"])
def test_an_app_signs_in_with_a_certificate(entra, org, clock, tmp_path, password, given):
    thumbprint = certificate(tmp_path / "app.pem", password)
    more = {"password": password} if password else {}
    more |= {"thumbprint": thumbprint} if given else {}
    settings = auth("client_certificate", CloudAuth, certificate=tmp_path / "app.pem", **more)
    assert tokens(org, clock, settings)(None).access_token
    assert entra.asked[-1]["client_assertion_type"].endswith("jwt-bearer")
    header = entra.asked[-1]["client_assertion"].split(".")[0]
    import base64

    assert "x5t" in str(json.loads(base64.urlsafe_b64decode(header + "==")))
    assert signing(org, settings, Traffic(), clock.clock).expires_on() == date(2027, 5, 1)


def test_a_certificate_that_cannot_be_used_is_a_mistake_of_the_configuration(org, clock, tmp_path):
    for name, more in (("absent.pem", {}), ("junk.pem", {}), ("locked.pem", {}), ("alone.pem", {})):
        path = tmp_path / name
        if name == "junk.pem":
            path.write_text("no key")
        elif name == "locked.pem":
            certificate(path, "key-s3cret")
        elif name == "alone.pem":
            certificate(path, with_certificate=False)
        with pytest.raises(ConfigurationError) as refused:
            tokens(org, clock, auth("client_certificate", CloudAuth, certificate=path, **more))(None)
        assert refused.value.code == "config.certificate"
        assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (7000215, "sign_in.client", "not that of app"),
        (7000222, "sign_in.client", "has expired"),
        (700024, "sign_in.clock", "clock is wrong"),
        (700027, "sign_in.client", "certificate"),
        (700016, "sign_in.client", "has no app"),
    ],
)
def test_an_app_that_is_refused_is_told_why(entra, org, clock, number, code, words):
    entra.refusals = [aadsts(number, "invalid_client")]
    with pytest.raises(SignInError) as refused:
        tokens(org, clock, auth("client_secret", CloudAuth, client_secret="app-s3cret"))(None)
    assert (refused.value.code, words in refused.value.what) == (code, True)
    assert "s3cret" not in refused.value.what + refused.value.remedy


# -- who may sign in how ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["client_secret", "client_certificate"])
def test_an_app_may_not_read_project_web_app_and_the_reason_is_told(type_, tmp_path):
    more = {"client_secret": "s"} if type_ == "client_secret" else {"certificate": tmp_path / "x.pem"}
    for url in (SITE, "https://projects.example/pwa"):
        with pytest.raises(ValidationError, match="people only"):
            PwaSource(kind="pwa", url=url, auth={"type": type_, **FORM, **more})


def test_sharepoint_refuses_an_app_with_a_secret_but_not_with_a_certificate(tmp_path):
    secret = auth("client_secret", CloudAuth, client_secret="s")
    cert = auth("client_certificate", CloudAuth, certificate=tmp_path / "x.pem")
    assert "certificate" in why_not_app_only(secret, SITE, project_web_app=False)
    assert why_not_app_only(cert, SITE, project_web_app=False) is None
    assert why_not_app_only(secret, DATAVERSE, project_web_app=False) is None
    assert why_not_app_only(auth(), SITE, project_web_app=True) is None


@pytest.mark.parametrize(
    ("cloud", "host"),
    [
        ("public", "https://login.microsoftonline.com"),
        ("us_gov", "https://login.microsoftonline.com"),
        ("us_gov_high", "https://login.microsoftonline.us"),
        ("china", "https://login.partner.microsoftonline.cn"),
    ],
)
def test_each_cloud_has_its_own_authority(mock, place, clock, cloud, host):
    FakeEntra(host=host).install(mock)
    sign_in(place, clock, auth(cloud=cloud))
    assert {urllib.parse.urlsplit(call.request.url).netloc for call in mock.calls} == {host.removeprefix("https://")}


def test_another_authority_can_be_named_and_must_be_https(mock, place, clock):
    FakeEntra(host="https://sts.corp.example").install(mock)
    done, _ = sign_in(place, clock, auth(authority="https://sts.corp.example/"))
    assert done.account
    with pytest.raises(ValidationError, match="https"):
        auth(authority="http://sts.corp.example")


def test_the_scope_is_the_root_of_the_resource():
    assert scope_of("https://org.crm4.dynamics.com/api/data/v9.2/") == "https://org.crm4.dynamics.com/.default"


@pytest.mark.parametrize(
    ("way", "module", "library"),
    [("ntlm", "requests_ntlm", "requests-ntlm"), ("kerberos", "requests_kerberos", "requests-kerberos")],
)
def test_a_library_that_is_not_installed_is_told_with_the_command(way, module, library, place, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    more = {"user": r"CORP\svc", "password": "geheim"} if way == "ntlm" else {}
    with pytest.raises(ConfigurationError) as refused:
        signing(place, auth(way, **more), Traffic(), None)
    assert library in refused.value.what
    assert 'pip install "plumbrule[onprem]"' in refused.value.remedy


def test_ntlm_signs_in_three_steps_over_one_connection(place):
    """A server that offers NTLM sees negotiate, then authenticate; requests of such a source go one by one."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    steps: list[str] = []
    # a challenge message (MS-NLMP 2.2.1.2) with target information, as a server of the domain CORP sends it
    import struct

    target = "CORP".encode("utf-16-le")
    info = struct.pack("<HH", 2, len(target)) + target + struct.pack("<HH", 0, 0)
    fixed = 56
    challenge = (
        b"NTLMSSP\0"
        + struct.pack("<I", 2)
        + struct.pack("<HHI", len(target), len(target), fixed)
        + struct.pack("<I", 0xA2898205)
        + b"12345678"
        + b"\0" * 8
        + struct.pack("<HHI", len(info), len(info), fixed + len(target))
        + b"\x0a\x00\x00\x00\x00\x00\x00\x0f"
        + target
        + info
    )
    import base64

    class Iis(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            sent = self.headers.get("Authorization", "")
            if not sent:
                steps.append("asked")
                self._refuse("NTLM")
            elif base64.b64decode(sent.removeprefix("NTLM "))[8] == 1:
                steps.append("negotiate")
                self._refuse("NTLM " + base64.b64encode(challenge).decode())
            else:
                steps.append("authenticate")
                body = b'{"ok": true}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def _refuse(self, how):
            self.send_response(401)
            self.send_header("WWW-Authenticate", how)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Iis) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        signer = signing(place, auth("ntlm", user=r"CORP\svc", password="geheim"), Traffic(), None)
        assert signer.at_once == 1
        http = Http(url, auth=signer.auth, in_flight=1)
        assert http.get_json("/x") == {"ok": True}
        assert steps == ["asked", "negotiate", "authenticate"]
        http.close()
        server.shutdown()


def test_a_ntlm_sign_in_that_breaks_off_is_a_refused_sign_in(mock, place, clock):
    mock.add("GET", f"{SITE}/x", status=401, headers={"WWW-Authenticate": "NTLM"})
    signer = signing(place, auth("ntlm", user=r"CORP\svc", password="geheim"), Traffic(), None)
    http = Http(SITE, auth=signer.auth, clock=clock.clock)
    with pytest.raises(SignInError) as refused:
        http.get_json("x")
    assert "geheim" not in refused.value.what


def test_cookies_are_sent_beside_those_of_the_site(place):
    signer = signing(place, auth("cookie", cookie="Cookie: FedAuth=s3cret; rtFa=s3cret"), Traffic(), None)
    session = requests.Session()
    session.auth = signer.auth
    session.cookies.set("WSS", "1", domain="contoso.sharepoint.com")
    sent = session.prepare_request(requests.Request("GET", SITE)).headers["Cookie"]
    assert sent == "WSS=1; FedAuth=s3cret; rtFa=s3cret"


def test_the_end_of_a_token_is_read_from_it_where_it_says_so(place):
    import base64

    claims = base64.urlsafe_b64encode(json.dumps({"exp": 1798761600}).encode()).decode().rstrip("=")
    for token, day in ((f"x.{claims}.y", date(2027, 1, 1)), ("opaque", None), ("a.b.c", None)):
        assert signing(place, auth("bearer", token=token), Traffic(), None).expires_on() == day


def test_a_delegated_sign_in_needs_a_folder(clock):
    with pytest.raises(ConfigurationError) as refused:
        signing(Resource("plans", SITE, None), auth(), Traffic(), clock.clock)
    assert refused.value.code == "config.token_folder"


def test_device_codes_and_tokens_stay_out_of_what_is_told(entra, place, clock):
    _, told = sign_in(place, clock)
    assert not any(secret in "\n".join(told) for secret in (DEVICE, ACCESS, REFRESH))
