"""One format of a large report, in a process of its own: `python -m benchmarks.render_report xlsx 1000 50000`.

Prints JSON: seconds and CPU seconds of the renderer alone, with its libraries loaded and garbage collected as rarely as
a run does it; bytes of all its files; and the largest of them.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks.report_model import large_report
from plumbrule.garbage import rarely_collected
from reports.render.formats import format_named


def main(arguments: list[str]) -> None:
    """Render a small report first, so that what is imported is not measured, then the large one."""
    name, projects, findings = arguments[0], int(arguments[1]), int(arguments[2])
    form = format_named(name)
    form.files(large_report(3, 10))
    model = large_report(projects, findings)
    with rarely_collected():
        began, used = time.perf_counter(), time.process_time()
        files = form.files(model)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - used
    sizes = [len(content) for content in files.values()]
    told = {"seconds": seconds, "cpu_seconds": cpu_seconds, "bytes": sum(sizes), "largest": max(sizes)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
