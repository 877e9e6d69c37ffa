"""The demo: a pretend company on this machine, and the whole run against it.

The company is served by a child process, `python -m sandbox`; nothing of it is imported here. Its address stays the
same from one demo to the next, since links in the report carry it.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.demo_sources import AUDIENCES, MOVED, TABLES
from plumbrule.demo_waivers import CONFIGURED, FILE, WAIVERS
from plumbrule.speech import says
from portfolio.errors import RemoteError

PORT = 8470
CONFIG = """\
# The demo's configuration: a pretend company, served on this machine by `plumbrule demo`.
[portfolio]
name = "Meridian Works portfolio"
timezone = "Europe/Berlin"
as_of = 2026-11-23T06:00:00Z
waiting_statuses = ["In Review", "With the vendor"]

[store]
folder = "store"

[sources.jira]
kind = "jira_cloud"
url = "{url}"
email = "pmo-bot@meridian.example"
token = "file:jira-token"
requests_per_second = 100.0

[sources.plans]
kind = "pwa"
url = "{url}/pwa"
timezone = "Europe/Berlin"
currency = "EUR"
requests_per_second = 100.0
auth = {{ type = "basic", user = "pmo", password = "file:pwa-password" }}

# Who mends what no person of a project answers for.
[rules.owners]
pmo_lead = "Beatrix Amsel"

# Thirteen projects are joined by the key that both tools hold; these two are joined by hand.
[initiatives."INI-11"]
projects = ["jira:SUPQ", "plans:Vendor Scorecards roll-out"]

[initiatives."INI-12"]
projects = ["jira:FCLO", "plans:Record to Report 2026"]

# Jira hides this person's e-mail and the plans spell the name otherwise, so that somebody has to say it.
[[people]]
same = ["jira:712020:b55f9bc9-119e-5d51-ad6d-bb091c951f74", "jan.novak@meridian.example"]

[report]
folder = "report"
languages = ["en", "zh-Hans"]

[writeback]
enabled = true
marks = ["property", "remote_link", "label"]
report_url = "https://reports.meridian.example/portfolio.html"
max_changes = 5000
"""
_SECRETS = {
    "jira-token": "sandbox-token",
    "pwa-password": "sandbox-password",
    "dataverse-token": "sandbox-dataverse-token",
    "graph-token": "sandbox-graph-token",
}
_SEED = "7"
_FILES = {"--write-dump": "dump", "--write-tables": "tables"}
"""What the pretend company keeps in files, and in which folder of the demo."""


@contextmanager
def run_demo(folder: Path, *, debug: bool = False) -> Iterator[tuple[str, Callable[[Reporter], str]]]:
    """Serve the company; yields its address, and what runs everything once and says what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in _SECRETS.items():
        path = folder / name
        path.write_text(value, encoding="utf-8")
        path.chmod(0o600)
    for option, kept_in in _FILES.items():
        _write(option, folder / kept_in)
    port = _free_port(PORT)
    with sandbox(folder / "company", port) as url:
        config = folder / "plumbrule.toml"
        served = "\n".join([CONFIG, MOVED, AUDIENCES]).format(url=url)
        config.write_text("\n".join([served, CONFIGURED, TABLES]), encoding="utf-8")
        (folder / FILE).write_text(WAIVERS, encoding="utf-8")

        def run_once(progress: Reporter) -> str:
            with open_app(config, debug=debug, kept=True) as app:
                return f"{app.run(progress).as_text()}\n{_hints(folder, port)}"

        yield url, run_once


def _hints(folder: Path, port: int) -> str:
    """What to do next."""
    name = sys.argv[0] if sys.argv[0].endswith("plumbrule") else "plumbrule"
    config = folder / "plumbrule.toml"
    lines = [
        says("Open {folder} in a browser. Why a project leans:", folder=folder / "report" / "portfolio.en.html"),
        says("  {name} explain INI-05 -c {config}", name=name, config=config),
        says("One whose plan moved from Project Online to Planner Premium, with its Jira project, in one line:"),
        says("  {name} explain INI-16 -c {config}", name=name, config=config),
    ]
    if port == 0:
        lines.append(
            says(
                "Port {port} is taken, so the company's address, and with it links on the page, differ this time.",
                port=PORT,
            )
        )
    else:
        lines.append(says("Run it again: nothing is written twice, and the page stays the same byte for byte."))
    return "\n".join(lines)


@contextmanager
def sandbox(state: Path, port: int) -> Iterator[str]:
    """The pretend company as a child process; yields its address. It ends with the block."""
    state.mkdir(parents=True, exist_ok=True)
    served = ["--port", str(port), "--state", str(state), "--dataverse", "--throttle"]
    errors = state / "sandbox.log"
    with (
        errors.open("w", encoding="utf-8") as log,
        subprocess.Popen(_command(*served), stdout=subprocess.PIPE, stderr=log, text=True, env=_environment()) as child,
    ):
        try:
            line = child.stdout.readline() if child.stdout else ""
            if not line.startswith("{"):
                raise RemoteError(
                    "the pretend company did not start",
                    code="demo.no_sandbox",
                    why=errors.read_text(encoding="utf-8").strip().rpartition("\n")[2],
                    remedy=f"look into {errors}",
                )
            yield str(json.loads(line)["url"])
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _write(option: str, folder: Path) -> None:
    """What the company keeps in files. Raises RemoteError where it cannot be written."""
    done = subprocess.run(
        _command(option, str(folder), "--dataverse"), capture_output=True, text=True, env=_environment(), check=False
    )
    if done.returncode:
        raise RemoteError(
            f"the pretend company's files could not be written into {folder}",
            code="demo.no_files",
            why=done.stderr.strip().rpartition("\n")[2],
            remedy="Give the demo another folder by --dir.",
        )


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", *words, "--seed", _SEED]


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PLUMBRULE_")}


def _free_port(wanted: int) -> int:
    """The usual port, or any free one where that is taken (links in the report then change with it)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
        return wanted
