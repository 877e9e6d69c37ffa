"""Apps that sign in at Microsoft by themselves, clouds and other ways of signing in."""

import json
import threading
import urllib.parse
import urllib.request
from datetime import date

import pytest
import requests
from entra import ACCESS, DEVICE, REFRESH, FakeEntra, aadsts
from pydantic import ValidationError

from connectors.http import Http
from connectors.microsoft.auth import CloudAuth, scope_of, why_not_app_only
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.pwa.settings import PwaSource
from portfolio.errors import ConfigurationError, SignInError
from portfolio.ports import Traffic
from tests.connectors.microsoft_sign_ins import DATAVERSE, FORM, SITE, auth, certificate, sign_in, tokens


def test_an_app_signs_in_with_its_secret_and_keeps_its_token(entra, org, clock):
    settings = auth("client_secret", CloudAuth, client_secret="app-s3cret")
    granted = tokens(org, clock, settings)(None)
    assert entra.asked[-1]["client_secret"] == "app-s3cret"
    assert entra.asked[-1]["scope"] == f"{DATAVERSE}/.default"
    assert tokens(org, clock, settings)(None).access_token == granted.access_token
    assert len(entra.asked) == 1
    assert tokens(org, clock, settings)(granted.access_token).access_token == f"{ACCESS}-2", "a refused one is replaced"


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
