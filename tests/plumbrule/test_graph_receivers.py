"""Mail and files through Microsoft Graph in whole: settings, sign-in, plan, doctor, and the folder of a plan."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from plumbrule.config_file import load_settings
from plumbrule.doctor import Health, receiver_health
from plumbrule.plan_folder import FORMAT, write_plan_folder
from plumbrule.publishing import make_plan
from plumbrule.receivers import findable, receiver
from plumbrule.settings import Settings
from portfolio.delivery import Delivery, Document
from portfolio.errors import ConfigurationError
from portfolio.ports import Mark, Receipt
from reports.deliveries import Sending, delivery_marks
from reports.plan import Plan
from reports.publications import publications_after, publications_before
from sandbox.entra import EntraSite, graph_callers, serve_entra
from sandbox.entra.certificates import make_certificate
from sandbox.faults import reset
from sandbox.graph import GraphSite, routes
from sandbox.http import Server

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
PMO = "pmo@meridian.example"
ROLES = ("Mail.Send", "Mail.ReadWrite", "Sites.Selected")
APP, SECRET = "11111111-0000-4000-8000-000000000001", "s3cret-of-the-app"
CONFIG = """
[store]
folder = "store"

[receivers.board]
kind = "graph_mail"
mailbox = "pmo@meridian.example"
to = ["board@meridian.example"]
url = "{url}"
ca_bundle = "{ca}"
auth = {{ {auth} }}

[receivers.library]
kind = "sharepoint"
site = "https://meridian.sharepoint.com/sites/pmo"
folder = "Reports"
url = "{url}"
ca_bundle = "{ca}"
auth = {{ {auth} }}

[receivers.chat]
kind = "slack"
url = "env:CHAT"
"""
WAYS = {
    "client_secret": 'client_secret = "env:APP_SECRET"',
    "client_certificate": 'certificate = "app.pem"',
}


@dataclass
class Tenant:
    """Graph and its Entra, and a configuration that reaches both."""

    entra: EntraSite
    site: GraphSite
    server: Server
    folder: Path
    authority: str
    ca: Path
    pem: bytes

    def settings(self, way: str = "client_secret") -> Settings:
        host, _, tenant = self.authority.rpartition("/")
        auth = f'type = "{way}", tenant = "{tenant}", client_id = "{APP}", authority = "{host}", {WAYS[way]}'
        path = self.folder / "plumbrule.toml"
        path.write_text(CONFIG.format(url=self.server.url, ca=self.ca, auth=auth), encoding="utf-8")
        return load_settings(path).settings

    def grant(self, *roles: str) -> None:
        """Permissions are in force with the next token: the one that is kept names those from before."""
        for kept in (self.folder / "store").glob("microsoft-*.json"):
            kept.unlink()
        self.entra.add_app(
            APP, resources=[self.server.url], secret=SECRET, certificates=[self.pem], roles=roles,
            secret_expires=datetime.now(UTC) + timedelta(days=9),
        )  # fmt: skip


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    monkeypatch.setenv("APP_SECRET", SECRET)
    monkeypatch.setenv("CHAT", "https://hooks.slack.example/x")
    monkeypatch.chdir(tmp_path)
    certificate = make_certificate("plumbrule", days=300)
    (tmp_path / "app.pem").write_bytes(certificate.private_key + certificate.certificate)
    entra, site = EntraSite(), GraphSite()
    site.add_mailbox(PMO)
    site.add_library("meridian.sharepoint.com")
    with serve_entra(entra) as served, Server(routes(site)) as server:
        site.admit = graph_callers(entra, server.url)
        made = Tenant(entra, site, server, tmp_path, served.authority, served.ca_file, certificate.certificate)
        made.grant(*ROLES)
        yield made
        assert server.failures == []


def marks(*receivers: str, page: bytes = b"<p>Monday</p>") -> tuple[Mark, ...]:
    html = Document("it.en.html", "text/html; charset=utf-8", page)
    text = Document("it.txt", "text/plain; charset=utf-8", b"Monday\n")
    blocks = Document("it.blocks.json", "application/json", b'{"text":"Monday"}')
    forms = {"board": (html, text), "library": (html,), "chat": (blocks,)}
    channels = {"library": "page"}
    return delivery_marks(
        Sending("it", name, channels.get(name, "message"), Delivery("IT", DAY, "en", forms[name]))  # type: ignore[arg-type]
        for name in receivers
    )


def applied(settings: Settings, plan: Plan) -> list[Receipt]:
    receipts: list[Receipt] = []
    for change in plan.changes:
        target = receiver(settings, change.mark.source)
        assert target is not None
        receipts += target.apply([change])
        target.close()
    return receipts


@pytest.mark.parametrize("way", WAYS)
def test_an_app_signs_in_and_sends_and_a_second_plan_is_empty(tenant: Tenant, way: str) -> None:
    settings = tenant.settings(way)
    plan = make_plan(marks("board", "library"), [], NOW, "c", settings)
    receipts = applied(settings, plan)
    assert [r.error for r in receipts] == [None, None]
    assert len(tenant.site.mailboxes[PMO].sent) == 1
    [library] = tenant.site.libraries.values()
    assert set(library.files()) == {"Reports/it/2026-11-23/it.en.html", "Reports/it/latest/it.en.html"}
    rows = publications_after(publications_before([], plan.changes, NOW), receipts, NOW)
    assert make_plan(marks("board", "library"), rows, NOW, "c", settings).changes == ()
    kept = (settings.store.folder / "microsoft-board.json").stat().st_mode & 0o777
    assert kept == 0o600


def test_a_message_in_doubt_is_planned_again_only_where_it_can_be_looked_up(tenant: Tenant) -> None:
    settings = tenant.settings()
    assert findable(settings) == {"board"}
    plan = make_plan(marks("board", "chat"), [], NOW, "c", settings)
    pending = publications_before([], plan.changes, NOW)  # and then the run was killed
    again = make_plan(marks("board", "chat"), pending, NOW, "c", settings)
    assert [(c.mark.source, c.action) for c in again.changes] == [("board", "update")]
    tenant.server.inject(reset(), method="POST", path="sendMail")
    assert [r.error for r in applied(settings, again)] == [None]
    assert len(tenant.site.mailboxes[PMO].sent) == 1


# -- doctor -----------------------------------------------------------------------------------------------------------


def looked_at(tenant: Tenant, name: str, way: str = "client_secret") -> dict[str, str]:
    health = receiver_health(tenant.settings(way), name, datetime.now(UTC).date())
    assert isinstance(health, Health)
    found: dict[str, str] = {}
    for seen in health.observations:
        found[seen.subject] = f"{found.get(seen.subject, '')}{seen.state}: {seen.found} {seen.remedy}\n"
    return found


def test_the_doctor_warns_that_an_app_that_may_mail_may_mail_for_everybody(tenant: Tenant) -> None:
    told = looked_at(tenant, "board")
    assert f"app {APP}" in told["sign-in"]
    assert "warning: " in told["permissions"] and "sends from every mailbox" in told["permissions"]
    assert "RBAC for Applications" in told["permissions"]
    assert "can be looked up" in told["mailbox"]
    tenant.grant("Sites.Selected")
    told = looked_at(tenant, "board", "client_certificate")
    assert "does not name Mail.Send" in told["permissions"]
    assert "warning" in told["mailbox"] and "Mail.ReadBasic.All" in told["mailbox"]
    assert "expires in" in told["certificate"]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("Sites.Selected",), "ok: Sites.Selected: only sites that were granted"),
        (("Sites.Selected", "Files.ReadWrite.All"), "warning: Files.ReadWrite.All beside Sites.Selected opens every"),
        (("Sites.Selected", "Files.Read.All"), "warning: Files.Read.All beside Sites.Selected opens every site"),
        (("Sites.ReadWrite.All",), "warning: Sites.ReadWrite.All opens every site"),
        (("Mail.Send",), "failed: nothing that opens a library (Mail.Send)"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_doctor_tells_what_else_the_app_could_open(tenant: Tenant, roles: tuple[str, ...], told: str) -> None:
    tenant.grant(*roles)
    assert told in looked_at(tenant, "library")["permissions"]


def test_the_doctor_looks_for_the_library_and_its_room(tenant: Tenant) -> None:
    [library] = tenant.site.libraries.values()
    library.room = 5_000_000
    told = looked_at(tenant, "library")["library"]
    assert "ok: Documents: found" in told and "warning: only 5 MB are left" in told
    tenant.site.granted.clear()
    assert "failed: SharePoint refused access" in looked_at(tenant, "library")["library"]
    assert all(one.method == "GET" for one in tenant.server.log)


def test_the_doctor_tells_a_refused_sign_in_and_leaves_receivers_that_tell_nothing(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_SECRET", "wrong")
    told = looked_at(tenant, "board")
    assert "failed: the client secret is not that of app" in told["sign-in"] and "mailbox" not in told
    assert receiver_health(tenant.settings(), "chat", DAY) is None


# -- the folder of a plan ---------------------------------------------------------------------------------------------


def test_a_plan_s_folder_holds_what_would_be_sent_and_nothing_is_sent(tenant: Tenant, tmp_path: Path) -> None:
    settings = tenant.settings()
    flag = Mark("property", "jira", "item", "10001", "pmo", {"findings": {"high": 1}}, "WHA-1", {"day": "2026-11-23"})
    plan = make_plan((flag, *marks("board", "library", "chat")), [], NOW, "c", settings)
    out = tmp_path / "out"
    assert write_plan_folder(plan, settings, out) == out / "index.html"
    index = json.loads((out / "index.json").read_bytes())
    assert index["format"] == FORMAT
    paths = {row["source"]: [one["path"] for one in row["files"]] for row in index["changes"]}
    assert {source: [Path(p).name for p in found] for source, found in paths.items()} == {
        "jira": ["body.json"], "board": ["mail.eml"], "library": ["it.en.html"], "chat": ["it.blocks.json"],
    }  # fmt: skip
    body = json.loads((out / paths["jira"][0]).read_bytes())
    assert body["body"] == {"findings": {"high": 1}} and body["dated"] == {"day": "2026-11-23"}
    shown = (out / paths["board"][0]).read_bytes()
    assert list(tenant.server.log) == []
    [mail] = [c for c in plan.changes if c.mark.source == "board"]
    applied(settings, Plan(NOW, (mail,), "", ""))
    sent = tenant.site.mailboxes[PMO].sent[0].mail
    assert message_from_bytes(shown, policy=policy.default).as_bytes() == sent.as_bytes()
    assert all(one in (out / "index.html").read_text(encoding="utf-8") for found in paths.values() for one in found)


def test_a_plan_s_folder_takes_the_place_of_an_earlier_one_and_of_nothing_else(tenant: Tenant, tmp_path: Path) -> None:
    settings, out = tenant.settings(), tmp_path / "out"
    write_plan_folder(make_plan(marks("board", "chat"), [], NOW, "c", settings), settings, out)
    write_plan_folder(make_plan(marks("chat"), [], NOW, "c", settings), settings, out)
    assert sorted(p.name for p in out.iterdir()) == ["chat", "index.html", "index.json"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    (tmp_path / "file").write_text("in the way")
    for folder in ("mine", "file"):
        with pytest.raises(ConfigurationError) as refused:
            write_plan_folder(make_plan(marks("chat"), [], NOW, "c", settings), settings, tmp_path / folder)
        assert "--out-dir" in refused.value.remedy
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"
