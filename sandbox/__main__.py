"""`python -m sandbox`: serve the pretend company until SIGTERM or Ctrl-C, or write its PMO's tables.

When it is ready it prints one line of JSON: {"url": …, "jira": …, "pwa": …}; with --tempo also {"tempo": …}, with
--dataverse also {"dataverse": …}. With --write-dump it serves nothing, but writes a folder and ends.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from sandbox.company import build
from sandbox.company.premium import with_premium
from sandbox.jira.journal import JournalError
from sandbox.pwa.dump import write_dump
from sandbox.pwa.retirement import ANSWERS
from sandbox.serve import (
    DATAVERSE_TOKEN,
    GRAPH_TOKEN,
    JIRA_EMAIL,
    JIRA_TOKEN,
    PWA_PASSWORD,
    PWA_USER,
    TEMPO_TOKEN,
    Sandbox,
    retired_site,
)
from sandbox.tables import write_tables

_COULD_NOT_START = 3
_SIGN_IN = f"""\
Sign in with, which opens nothing else:
  Jira Cloud        {JIRA_EMAIL}, API token {JIRA_TOKEN}
  Jira Data Center  personal access token {JIRA_TOKEN}; Tempo there the same
  Tempo for Cloud   token {TEMPO_TOKEN}
  PWA               {PWA_USER}, password {PWA_PASSWORD}
  Dataverse         bearer token {DATAVERSE_TOKEN}; the initiative's key is in pb_initiativekey
  Microsoft Graph   bearer token {GRAPH_TOKEN}: mailbox pmo@meridian.example, site meridian.sharepoint.com/sites/pmo
What was written to an issue or a project is seen at /browse/KEY."""


def main(arguments: list[str] | None = None) -> int:
    """Serve and give the exit code: 0 after a signal, 3 when the port or a folder cannot be used."""
    options = _parser().parse_args(arguments)
    if options.write_dump is not None:
        return _dump(options.write_dump, options.seed)
    if options.write_tables is not None:
        company = build(seed=options.seed)
        if options.dataverse:  # the people of the plans there stand in the tables too
            company, _ = with_premium(company, options.seed)
        written = write_tables(company, options.write_tables, options.seed)
        sys.stdout.writelines(f"{path}\n" for path in written)
        return 0
    try:
        sandbox = Sandbox(
            seed=options.seed,
            port=options.port,
            state=options.state,
            throttle=options.throttle,
            books_in_tempo=options.tempo,
            edition=options.edition,
            complete_plans=options.complete_plans,
            dataverse=options.dataverse,
            retired=options.retired,
        )
    except (OSError, JournalError) as error:
        sys.stderr.write(f"sandbox: cannot start on port {options.port}: {error}\n")
        return _COULD_NOT_START
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with sandbox:
        ready = {"url": sandbox.server.url, "jira": sandbox.jira_url, "pwa": sandbox.pwa_url}
        ready |= {"tempo": sandbox.tempo_url} if options.tempo else {}
        ready |= {"dataverse": sandbox.dataverse_url} if options.dataverse else {}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _dump(folder: Path, seed: int) -> int:
    """Write what is left of the company's Project Online site."""
    try:
        written = write_dump(retired_site(build(seed=seed), seed), folder)
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot write into {folder}: {error}\n")
        return _COULD_NOT_START
    sys.stdout.write(f"{len(written)} entity sets written into {folder}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A pretend company on loopback HTTP.",
        epilog=_SIGN_IN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8470, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, default=None, help="folder that keeps what is written, over restarts")
    parser.add_argument("--seed", type=int, default=7, help="another company for another number (default: %(default)s)")
    parser.add_argument(
        "--edition", choices=("cloud", "data_center"), default="cloud", help="which Jira it is (default: %(default)s)"
    )
    parser.add_argument("--tempo", action="store_true", help="book the time of three projects in a pretend Tempo")
    parser.add_argument("--dataverse", action="store_true", help="keep three more initiatives in Planner Premium")
    parser.add_argument(
        "--retired", choices=tuple(ANSWERS), default=None, help="what the Project Web App answers since it is no more"
    )
    parser.add_argument(
        "--write-dump", type=Path, default=None, metavar="FOLDER",
        help="write the retired Project Online site there, one JSON file per entity set, and end",
    )  # fmt: skip
    parser.add_argument(
        "--complete-plans", action="store_true", help="fill the plans with daily amounts, stages and more"
    )
    parser.add_argument(
        "--write-tables",
        type=Path,
        metavar="FOLDER",
        help="write what its PMO keeps in tables (budgets, rates, the org tree and others) there, and end",
    )
    parser.add_argument("--throttle", action="store_true", help="let some Jira requests meet a 429")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
