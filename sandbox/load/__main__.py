"""`python -m sandbox.load`: serve a big Jira or Project Web App site until SIGTERM or Ctrl-C.

See the package's own text.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from sandbox.load.plans_serve import PlanLoadServer
from sandbox.load.serve import LoadServer

_TRACKERS, _PLANS = 10, 2_000


def main(arguments: list[str] | None = None) -> int:
    """Serve and give the exit code."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with _server(options) as served:
        sys.stdout.write(json.dumps(_told(served)) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _server(options: argparse.Namespace) -> LoadServer | PlanLoadServer:
    wait = options.latency_ms / 1000
    if options.pwa:
        projects = options.projects or _PLANS
        return PlanLoadServer(projects, options.tasks, edition=options.edition, port=options.port, latency_seconds=wait)
    projects = options.projects or _TRACKERS
    return LoadServer(options.issues, projects=projects, port=options.port, latency_seconds=wait)


def _told(served: LoadServer | PlanLoadServer) -> dict[str, str | int]:
    if isinstance(served, PlanLoadServer):
        return {"pwa": served.pwa_url, **served.scale.expected}
    return {"jira": served.url, **served.site.scale.expected}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.load", description="A big pretend Jira Cloud or Project Web App site."
    )
    parser.add_argument("--issues", type=int, default=20_000, help="(default: %(default)s)")
    parser.add_argument("--pwa", action="store_true", help="plans instead of issues")
    parser.add_argument("--projects", type=int, help=f"(default: {_TRACKERS}, with --pwa {_PLANS:,})")
    parser.add_argument("--tasks", type=int, default=100, help="in each project, with --pwa (default: %(default)s)")
    parser.add_argument(
        "--edition", choices=("server", "online"), default="server", help="whose page sizes, with --pwa"
    )
    parser.add_argument("--latency-ms", type=int, default=50, help="waited before each answer (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default: %(default)s)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
