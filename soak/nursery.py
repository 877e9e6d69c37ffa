"""The program that bears runs: all of Plumbrule is loaded once, and every run is a fork of it.

`soak.killing` starts it. A run that is killed early then costs what it did, and not the loading as well. Orders come as
lines of JSON on standard input, each answered by a line on standard output: a run to begin, whose process id is
answered; or one to wait for, whose exit code is answered.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import resource
import sys
import threading
import traceback
from typing import Any, NoReturn

from plumbrule.cli import main
from reports.render.html import environment
from rules.reading import built_in_documents
from soak.mortal import deadly

_PACKAGES = ("portfolio", "connectors", "sync", "rules", "reports", "plumbrule")
_LANGUAGES = ("en", "zh-Hans")


def load() -> None:
    """Import every module of Plumbrule; one whose extra is not installed stays out. Read what all runs read."""
    for package in _PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            try:
                importlib.import_module(module.name)
            except ImportError:
                continue
    built_in_documents()
    for language in _LANGUAGES:
        for name in environment(language).list_templates():
            environment(language).get_template(name)
    gc.freeze()  # what all runs share is not looked through, and so not copied, in each


def starve(most_bytes: int) -> None:
    """No file of this process may grow beyond so much, as on a full disk; Python has the signal for it ignored."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def _become(order: dict[str, Any]) -> NoReturn:
    """Be the run that was ordered, with its words, its output and its limits.

    What is loaded is not taken down piece by piece at the end, which would cost as much as a short run.
    """
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for held, place in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(held, place)
    if order["most_bytes"] is not None:
        starve(order["most_bytes"])
    if order["number"] is not None:
        deadly(order["number"], order["edge"])
    sys.argv = ["plumbrule", *order["words"]]
    code: object = 1
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else bool(code))


def serve() -> None:
    """Take orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        if "reap" in order:
            _, status = os.waitpid(order["reap"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if not answer:
                _become(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    load()
    serve()
    os._exit(0)  # DuckDB's binding complains of all that is frozen, where it is taken down
