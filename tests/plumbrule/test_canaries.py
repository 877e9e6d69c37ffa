"""Secrets of every kind are planted, all sources and receivers run, some of them failing, and what is left is searched.

A pretend tool that refuses sends back all that it was sent, as careless ones do: address, headers and body.
"""

import base64
import json
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from canaries import Search
from cryptography.hazmat.primitives import serialization
from house import with_compiled_rules
from pydantic import BaseModel, SecretStr
from typer.testing import CliRunner

from plumbrule.app import secrets_of
from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.settings import Settings
from plumbrule.shapes import alternatives
from portfolio.errors import ExitCode
from sandbox.company import build, part
from sandbox.confluence import ConfluenceSite
from sandbox.confluence.site import SPACE
from sandbox.entra import EntraSite, serve_entra
from sandbox.entra.certificates import make_certificate
from sandbox.receivers import HookSite, MailSite
from sandbox.serve import Sandbox

pytestmark = pytest.mark.slow
ODD = '/+="&<é'
"""Letters that each form writes otherwise; passwords may hold them all."""
SECRETS = {
    "jira-token": "CANARY-01-jira-token" + ODD[:-1],
    "pwa-password": "CANARY-02-pwa-password" + ODD,
    "tempo-token": "CANARY-03-tempo-token+/=",
    "dataverse-token": "CANARY-04-dataverse-token+/=",
    "graph-token": "CANARY-05-graph-token+/=",
    "confluence-token": "CANARY-06-confluence-token" + ODD,
    "mail-password": "CANARY-07-mail-password" + ODD[:-1],
    "signing-key": base64.b64encode(b"CANARY-08-signing-key-of-32-bytes!!").decode(),
    "teams-path": "CANARY-09-teams-path",
    "slack-path": "CANARY-10-slack-path",
    "events-path": "CANARY-11-events-path",
    "jira-client-secret": "CANARY-12-jira-client-secret" + ODD,
    "jira-refresh": "CANARY-13-jira-refresh-token",
    "jira-pat": "CANARY-14-jira-pat+/=",
    "jira-password": "CANARY-15-jira-password" + ODD,
    "tempo-client-secret": "CANARY-16-tempo-client-secret" + ODD,
    "tempo-refresh": "CANARY-17-tempo-refresh",
    "tempo-pat": "CANARY-18-tempo-pat+/=",
    "tempo-dc-password": "CANARY-19-tempo-password" + ODD,
    "ntlm-password": "CANARY-20-ntlm-password" + ODD,
    "cookie": "CANARY-21-cookie-of-a-browser",
    "bearer": "CANARY-22-bearer-made-elsewhere",
    "app-secret": "CANARY-23-app-secret" + ODD,
    "browser-app-secret": "CANARY-24-browser-app-secret" + ODD,
    "key-password": "CANARY-25-key-password" + ODD,
    "inside-token": "CANARY-26-confluence-pat+/=",
    "hook-sig": "CANARY-27-signature-in-an-address",
    "oidc-secret": "CANARY-28-oidc-secret" + ODD,
    "session-key": "CANARY-29-session-key-of-the-page-01234567890",
    "granted": "CANARY-30-granted-access-token",
    "failing-signing-key": base64.b64encode(b"CANARY-31-signing-key-of-32-bytes!!").decode(),
}
SIGN = "CANARY-"
PROJECT = "INI-11"
LEFT = {"jira-refresh", "tempo-refresh", "granted"}
"""Tokens that Plumbrule renews are kept in the store's folder, in files of their own."""
CONFIG = Path(__file__).with_name("canaries.toml")


class Careless(BaseHTTPRequestHandler):
    """Hands out a token to whoever asks for one, and refuses all else with what it was sent."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        said = f"{self.command} {self.path} {dict(self.headers)} {body}"
        if self.path.endswith("/token") or "/oauth/" in self.path:
            renewed = {"access_token": SECRETS["granted"], "refresh_token": SECRETS["granted"], "expires_in": 3600}
            self.send(200, "application/json", json.dumps(renewed))
        elif "/pat" in self.path or "/cookie" in self.path:
            self.send(403, "text/plain", said)
        else:
            error = {"code": "Bad", "message": said}
            self.send(400, "application/json", json.dumps({"errorMessages": [said], "message": said, "error": error}))

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as the library calls them

    def send(self, status: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Nothing."""


@dataclass
class Planted:
    """What was run, and all that it said."""

    folder: Path
    entra: EntraSite
    said: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "site" / "plumbrule.toml"

    def call(self, *words: str) -> None:
        ended = CliRunner().invoke(main, [*words, "-c", str(self.config)])
        name = " ".join(words[:2])
        self.said[f"{name} (out)"], self.said[f"{name} (err)"] = ended.stdout, ended.stderr
        self.codes[name] = ended.exit_code
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            self.said[f"{name} (raised)"] = repr(ended.exception)

    def search(self) -> Search:
        search = Search({**SECRETS, **{f"issued {n}": token for n, token in enumerate(self.entra.tokens)}}, SIGN)
        for where, text in self.said.items():
            search.bytes(where, "printed", text.encode())
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            if path.parent.name != "keys":
                search.file(path, self.folder)
        return search


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("canaries")
    site, keys = folder / "site", folder / "keys"
    site.mkdir()
    keys.mkdir()
    hooks, wiki, mail, entra = (
        HookSite(key=b"CANARY-08-signing-key-of-32-bytes!!"),
        ConfluenceSite(),
        MailSite(),
        EntraSite(),
    )
    mail.login = ("pmo", SECRETS["mail-password"])
    hooks.tolerance_seconds = 10**12
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patched:
        paths = {f"{name.upper()}_PATH": f"/hooks/{SECRETS[f'{name}-path']}" for name in ("teams", "slack", "events")}
        for name, path in paths.items():
            patched.setattr(f"sandbox.receivers.hooks.{name}", path)
        patched.setattr(
            "sandbox.confluence.site.CLOUD_ACCOUNT", ("writer@meridian.example", SECRETS["confluence-token"])
        )
        for name in ("JIRA_TOKEN", "PWA_PASSWORD", "TEMPO_TOKEN", "GRAPH_TOKEN"):
            patched.setattr(f"sandbox.serve.{name}", SECRETS[name.lower().replace("_", "-")])
        patched.setattr(import_module("sandbox.dataverse.routes"), "TOKEN", SECRETS["dataverse-token"])
        sandbox = Sandbox(company=part(build(), (PROJECT,)), books_in_tempo=True, dataverse=True)
        sandbox.server.add([*hooks.routes(), *wiki.routes()])
        stack.enter_context(mail)
        stack.enter_context(sandbox)
        served = stack.enter_context(serve_entra(entra))
        echo = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
        threading.Thread(target=echo.serve_forever, args=(0.02,), daemon=True).start()
        stack.callback(echo.server_close)
        stack.callback(echo.shutdown)
        echo_url = f"http://127.0.0.1:{echo.server_port}"
        entra.add_app("app", resources=[echo_url], secret=SECRETS["app-secret"])
        patched.setenv("REQUESTS_CA_BUNDLE", str(served.ca_file))
        url = sandbox.jira_url
        files = {
            **SECRETS,
            "cookie-header": f"FedAuth={SECRETS['cookie']}; rtFa={SECRETS['cookie']}x",
            "signing-secret": f"whsec_{SECRETS['signing-key']}",
            "f-signing-secret": f"whsec_{SECRETS['failing-signing-key']}",
            **{f"{name}-url": url + paths[f"{name.upper()}_PATH"] for name in ("teams", "slack", "events")},
            **{
                f"f-{name}-url": f"{echo_url}/{SECRETS[f'{name}-path']}?sig={SECRETS['hook-sig']}"
                for name in ("teams", "slack", "events")
            },
        }
        for name, secret in files.items():
            (keys / name).write_text(secret, encoding="utf-8")
        made = make_certificate("cert")
        key = serialization.load_pem_private_key(made.private_key, None)
        locked = serialization.BestAvailableEncryption(SECRETS["key-password"].encode())
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
        (keys / "app.pem").write_bytes(pem + made.certificate)
        places = {
            "url": url,
            "tempo": sandbox.tempo_url,
            "echo": echo_url,
            "space": SPACE,
            "port": mail.port,
            "tenant": entra.tenant,
            "entra": served.url,
        }
        text = CONFIG.read_text(encoding="utf-8")
        for name, place in places.items():
            text = text.replace(f"<{name}>", str(place))
        (site / "plumbrule.toml").write_text(text, encoding="utf-8")
        with_compiled_rules(site)
        there = Planted(folder, entra)
        run_all(there, patched)
        yield there
        assert sandbox.server.failures == []


def run_all(there: Planted, patched: pytest.MonkeyPatch) -> None:
    """Everything that prints or writes."""
    out = there.folder / "out"
    out.mkdir()
    patched.chdir(out)
    there.call("run", "--format", "json")
    there.call("plan", "--out", str(out / "plan.json"))
    there.call("doctor", "--json")
    there.call("config", "show", "--origin")
    there.call("auth", "status")
    there.call("runs", "show", "latest", "--json")
    there.call("plan", "--out-dir", str(out / "would-be-sent"))
    for form in ("csv", "parquet", "xlsx"):
        there.call("export", form, "--out", str(out / form))
    there.call("store", "backup", "--out", str(out / "all.backup"))
    bug = RuntimeError(f"a library quotes {SECRETS['jira-token']} and {SECRETS['hook-sig']}")

    def broken(*_given: object, **_more: object) -> None:
        raise bug

    with pytest.MonkeyPatch.context() as inner:
        inner.setattr("connectors.jira.cloud.reader.JiraConnector.partitions", broken)
        inner.setattr("connectors.pwa.reader.PwaReader.probe", broken)
        there.call("pull", "--source", "jira", "--source", "plans")
        there.call("doctor", "plans")
    with pytest.MonkeyPatch.context() as inner:
        inner.setattr("plumbrule.app.App.plan", broken)
        there.call("plan")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for kind in alternatives(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
        else:
            for inner in get_args(kind):
                yield from _models(inner)


def _kinds_of_secrets(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, str]]:
    if model in seen:
        return
    seen.add(model)
    for name, known in model.model_fields.items():
        if SecretStr in alternatives(known.annotation):
            yield model.__name__, name
        for inner in _models(known.annotation):
            yield from _kinds_of_secrets(inner, seen)


def _given(model: BaseModel) -> Iterator[tuple[str, str]]:
    for name, value in model:
        if isinstance(value, SecretStr):
            yield type(model).__name__, name
        for inner in value.values() if isinstance(value, dict) else [value]:
            if isinstance(inner, BaseModel):
                yield from _given(inner)


def test_a_secret_of_every_kind_is_planted(planted: Planted) -> None:
    settings = load_settings(planted.config).settings
    kinds = {(model, name) for model, name in _kinds_of_secrets(Settings, set())}
    given = set(_given(settings))
    assert kinds - given == set()
    told = " ".join(secrets_of(settings))
    assert {name for name, secret in SECRETS.items() if secret not in told} == {"granted"}


def test_what_works_worked_and_what_was_to_fail_failed(planted: Planted) -> None:
    run = json.loads(planted.said["run --format (out)"])
    outcomes = {source["source"]: source["outcome"] for source in run["sources"]}
    assert {name for name, outcome in outcomes.items() if outcome == "complete"} == {
        "jira",
        "tempo",
        "plans",
        "planner",
    }
    assert planted.codes["run --format"] == ExitCode.PARTIAL
    assert len(run["writes"]["failed"]) == 5, run["writes"]
    assert list(planted.folder.rglob("plumbrule-crash-*.txt"))


def test_no_secret_lies_in_anything_that_was_printed_or_written(
    planted: Planted, capsys: pytest.CaptureFixture[str]
) -> None:
    search = planted.search()
    kept = {(name, where) for name, _, where in search.hits if _is_token_file(planted, where)}
    hits = [hit for hit in search.hits if not _is_token_file(planted, hit[2])]
    with capsys.disabled():
        read = ", ".join(f"{kind} {size:,}" for kind, size in sorted(search.read.items()))
        print(f"\n{len(search.secrets)} canaries, {sum(search.read.values()):,} bytes ({read}): {len(hits)} hits")
    assert hits == [], "\n".join(map(str, hits))
    assert {name for name, _ in kept} <= LEFT | {name for name in search.secrets if name.startswith("issued")}


def test_the_search_finds_what_there_is_to_find(planted: Planted) -> None:
    """What the tools were sent is in the folder of keys; were it searched, every secret would be found."""
    search = Search(SECRETS, SIGN)
    for path in (planted.folder / "keys").iterdir():
        search.file(path, planted.folder)
    assert {name for name, _, _ in search.hits} == set(SECRETS)
    for name, secret in SECRETS.items():
        for shift in range(3):
            packed = Search({name: secret}, SIGN)
            packed.bytes("x", "x", base64.b64encode(b"." * shift + secret.encode() + b"..."))
            assert "base64" in {form for _, form, _ in packed.hits}


def test_what_holds_secrets_or_data_is_for_its_owner_alone(planted: Planted) -> None:
    store = planted.folder / "site" / "store"
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in store.rglob("*")}
    assert {str(p) for p, mode in modes.items() if p.is_file() and mode != 0o600} == set()
    assert {str(p) for p, mode in modes.items() if p.is_dir() and mode != 0o700} == set()
    for path in [*planted.folder.rglob("plumbrule-crash-*.txt"), planted.folder / "out" / "all.backup"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _is_token_file(planted: Planted, where: str) -> bool:
    path = planted.folder / where
    return path.parent == planted.folder / "site" / "store" and path.suffix == ".json"
