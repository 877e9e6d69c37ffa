"""docs/recordings.md: what commands print, recorded from the commands themselves against the pretend company.

`PLUMBRULE_RECORD=1 pytest tests/plumbrule/test_recordings.py` writes the page anew.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from house import small_company, with_compiled_rules
from typer.testing import CliRunner

from plumbrule.cli import main
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN, PWA_PASSWORD, PWA_USER, Sandbox

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "recordings.md"
MISTAKES = """\
[portfolio]
nmae = "Our portfolio"
timezone = "Europe/Berln"

[sources.jira]
kind = "jira_clod"
url = "https://acme.atlassian.net"

[sources.plans]
kind = "pwa"
url = "projects.acme.example"
auth = { type = "basic", user = "bot", password = "hunter2-in-the-file" }

[sources.files]
kind = "mspdi"

[rules.set.BUD-04.params]
limit = "a lot"

[rules.set.NO-99]
severity = "high"

[report]
langauges = ["en"]

[log]
level = "loud"

[writeback]
max_changes = -1
marks = ["property", "lable"]
"""
FAULTS = """\
[portfolio]
name = "Our portfolio"
timezone = "Europe/Berlin"

[sources.jira]
kind = "jira_cloud"
url = "{url}"
email = "pmo-bot@meridian.example"
token = "env:OLD_TOKEN"

[sources.plans]
kind = "pwa"
url = "{url}/pwa"
auth = {{ type = "basic", user = "pmo", password = "env:OLD_TOKEN" }}

[sources.files]
kind = "mspdi"
path = "plans/*.xml"
"""
_ENDED = "plumbrule: pull.source_done"
HEAD = """\
# Recordings

What commands print, recorded against a pretend company and compared with the code by a test. Addresses are written as
examples; what follows the mark `$` is typed.

"""


class Recorder:
    """Calls commands as a person does, and keeps what they print without what differs from one call to the next."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.jira_url
        self.parts: list[str] = [HEAD]

    def record(self, title: str, about: str, *words: str) -> None:
        ended = CliRunner().invoke(main, list(words))
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        shown = " ".join(word if re.fullmatch(r"[\w./:@=-]+", word) else f"'{word}'" for word in words)
        said = self.steady(f"$ plumbrule {shown}\n{ended.output.rstrip()}\n$ echo $?\n{ended.exit_code}")
        self.parts.append(f"## {title}\n\n{about}\n\n```text\n{said}\n```\n\n")

    def steady(self, text: str) -> str:
        text = text.replace(f"{Path.cwd()}/", "").replace(str(Path.cwd()), ".")
        text = text.replace(self.url, "https://acme.example").replace(self.url.partition("//")[2], "acme.example")
        # how many there are depends on how quickly pages are written while others are read
        text = re.sub(r"complete: \d+ requests", "complete: 25 requests", text)
        text = re.sub(r"agrees with the source's to \d+ s", "agrees with the source's to 0 s", text)
        lines = [line.rstrip() for line in text.splitlines()]
        done = sorted(line for line in lines if line.startswith(_ENDED))  # which of two sources is quicker varies
        return "\n".join(done.pop(0) if line.startswith(_ENDED) else line for line in lines)


@contextmanager
def _at(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def recorded(folder: Path, patched: pytest.MonkeyPatch) -> str:
    patched.setenv("JIRA_TOKEN", JIRA_TOKEN)
    patched.setenv("PWA_PASSWORD", PWA_PASSWORD)
    patched.setenv("OLD_TOKEN", "no-longer-valid")
    patched.setenv("TZ", "Europe/Berlin")
    patched.setenv("COLUMNS", "120")
    with Sandbox(company=small_company()) as sandbox, _at(folder):
        recorder = Recorder(sandbox)
        jira = ["--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL]
        pwa = ["--pwa", sandbox.pwa_url, "--pwa-user", PWA_USER]
        with_compiled_rules(folder)
        recorder.record(
            "From nothing to a configuration", "Secrets are in the environment (`JIRA_TOKEN`, `PWA_PASSWORD`).",
            "init", *jira, *pwa, "--join-above", "0.75", "--yes",
        )  # fmt: skip
        patched.setenv("PLUMBRULE_PORTFOLIO__AS_OF", "2026-11-23T06:00:00Z")
        patched.setenv("PLUMBRULE_STORE__FOLDER", str(folder / "store"))
        recorder.record("The first run", "Reads, checks, writes the page; nothing is written into the tools.", "run")
        recorder.record(
            "Why a project leans",
            "The same for a finding, an item, a rule or the code of an error.",
            "explain",
            "INI-12",
        )
        recorder.record("What would be written", "Off until the configuration allows it.", "plan")
        (folder / "faults.toml").write_text(FAULTS.format(url=sandbox.jira_url), encoding="utf-8")
        recorder.record(
            "Three faults", "A token and a password that are no longer valid, and plans that are not there.",
            "doctor", "-c", "faults.toml",
        )  # fmt: skip
        (folder / "mistakes.toml").write_text(MISTAKES, encoding="utf-8")
        recorder.record(
            "Ten mistakes at once", "A secret in the file is an error, and its line is not shown.",
            "config", "check", "-c", "mistakes.toml",
        )  # fmt: skip
        recorder.record("More about a mistake", "As the last line above says.", "explain", "config.unknown_key")
    return "".join(recorder.parts).rstrip() + "\n"


def test_the_recordings_are_what_the_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = recorded(tmp_path, monkeypatch)
    if os.environ.get("PLUMBRULE_RECORD"):
        PAGE.write_text(found, encoding="utf-8")
    assert "hunter2" not in found and JIRA_TOKEN not in found and PWA_PASSWORD not in found
    assert found == PAGE.read_text(encoding="utf-8"), "PLUMBRULE_RECORD=1 writes the page anew"
