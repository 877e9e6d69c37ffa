"""Receivers and reports in the configuration: what each is told, and every mistake with its place."""

from pathlib import Path
from typing import get_args

import pytest

from plumbrule.config_file import load_settings
from plumbrule.receivers import SHOWN, receiver
from plumbrule.report_settings import ReceiverSettings
from plumbrule.shapes import alternatives, tag_of
from portfolio.errors import ConfigurationError

SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
CONFIG = """\
[sources.jira]
kind = "jira_cloud"
url = "https://x.atlassian.net"
email = "a@x.example"
token = "env:T"

[receivers.archive]
kind = "folder"
path = "reports"

[receivers.wiki]
kind = "confluence_cloud"
url = "https://x.atlassian.net"
space = "PMO"
email = "a@x.example"
token = "env:T"

[receivers.inside]
kind = "confluence_data_center"
url = "https://wiki.x.example"
space = "PMO"
token = "env:T"

[receivers.team]
kind = "teams"
url = "env:HOOK"

[receivers.chat]
kind = "slack"
url = "env:HOOK"

[receivers.board]
kind = "mail"
host = "mail.x.example"
sender = "pmo@x.example"
to = ["board@x.example"]

[receivers.lake]
kind = "webhook"
url = "env:HOOK"
secret = "env:SECRET"

[receivers.office]
kind = "graph_mail"
mailbox = "pmo@x.example"
to = ["board@x.example"]
auth = { type = "client_certificate", tenant = "x", client_id = "app", certificate = "app.pem" }

[receivers.library]
kind = "sharepoint"
site = "https://x.sharepoint.com/sites/pmo"
auth = { type = "bearer", token = "env:T" }

[[reports]]
name = "it"
send = ["archive", "wiki", "inside", "team", "chat", "board", "lake", "office", "library"]
days = ["monday"]
without = ["allocation"]
scope = { department = "IT" }
"""
SECRETS = {"T": "t", "HOOK": "https://hooks.x.example/s3same?sig=1", "SECRET": SECRET}


def mistakes(folder: Path, old: str, new: str) -> list[tuple[str, str, str]]:
    assert old in CONFIG
    (folder / "p.toml").write_text(CONFIG.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(folder / "p.toml", SECRETS)
    return [(p.code, p.source_line[p.column - 1 : p.column - 1 + p.width], p.help) for p in caught.value.problems]


def test_every_kind_of_receiver_can_be_configured_and_served(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_settings(tmp_path / "p.toml", SECRETS).settings
    kinds = {tag[1] for m in alternatives(get_args(ReceiverSettings)[0]) if (tag := tag_of(m))}
    assert {r.kind for r in settings.receivers.values()} == kinds == set(SHOWN)
    for name, found in settings.receivers.items():
        made = receiver(settings, name)
        assert made is not None and made.name == name
        assert getattr(made, "channel", "") == SHOWN[found.kind].channel
        made.close()
    assert receiver(settings, "nobody") is None
    assert settings.receivers["archive"].path == tmp_path / "reports"  # type: ignore[union-attr]
    assert settings.receivers["office"].auth.certificate == tmp_path / "app.pem"  # type: ignore[union-attr]
    assert "s3same" not in repr(settings)


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "help"),
    [
        ('"archive", "wiki"', '"archiv", "wiki"', "config.unknown_receiver", '"archiv"', "did you mean `archive`?"),
        ("[receivers.team]", "[receivers.jira]", "config.receiver_name", "jira", "another name"),
        ("[[reports]]", '[[reports]]\nname = "it"\n[[reports]]', "config.report_name", '"it"', "another name"),
        ('name = "it"', 'name = "../it"', "config.string_pattern_mismatch", '"../it"', ""),
        ('["allocation"]', '["allocations"]', "config.value_error", '["allocations"]', ""),
        ('["monday"]', '["mondays"]', "config.not_allowed", '"mondays"', "did you mean `monday`?"),
        ('kind = "teams"', 'kind = "team"', "config.not_allowed", '"team"', "did you mean `teams`?"),
        ('kind = "teams"\nurl = "env:HOOK"', 'kind = "teams"', "config.missing_key", "team", "add `url"),
        (
            'kind = "slack"\nurl = "env:HOOK"',
            'kind = "slack"\nurl = "https://x"',
            "config.literal_secret",
            "",
            "env:NAME",
        ),
        ("scope = { department", "scope = { departement", "config.unknown_key", "departement", "did you mean"),
        ('host = "mail.x.example"', 'host = "mail.x.example"\nsecurity = "none"', "config.value_error", "", ""),
    ],
)
def test_each_mistake_has_its_place(tmp_path: Path, old: str, new: str, code: str, where: str, help: str) -> None:
    found = mistakes(tmp_path, old, new)
    assert code in [problem[0] for problem in found], found
    [(_, marked, hint)] = [problem for problem in found if problem[0] == code]
    assert where in marked
    assert help in hint
