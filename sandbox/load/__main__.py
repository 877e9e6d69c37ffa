"""`python -m sandbox.load`: serve a big Jira site until SIGTERM or Ctrl-C. See the package's own text."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from sandbox.load.serve import LoadServer


def main(arguments: list[str] | None = None) -> int:
    """Serve and give the exit code."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with LoadServer(options.issues, port=options.port, latency_seconds=options.latency_ms / 1000) as served:
        sys.stdout.write(json.dumps({"jira": served.url, **served.site.scale.expected}) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.load", description="A big pretend Jira Cloud site.")
    parser.add_argument("--issues", type=int, default=20_000, help="in ten projects (default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=50, help="waited before each answer (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default: %(default)s)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
