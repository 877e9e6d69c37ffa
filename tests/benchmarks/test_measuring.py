"""The measuring itself, on a small site: figures are taken, stores are counted, and what goes wrong is told."""

import sys

import pytest

from benchmarks.cases import Conditions, side_by_side
from benchmarks.contenders import Contender, counted, known
from benchmarks.figures import FULL, SAME, SOME
from benchmarks.processes import DidNotRun, TookTooLong, run

QUICK = Conditions(latency_ms=0, timeout_seconds=120)


def python(code):
    return [sys.executable, "-c", code]


def test_a_chain_is_charged_with_what_all_its_processes_used(tmp_path):
    spin = "import time\nwhile time.process_time() < 0.3: pass\nprint('x' * 10)"
    used = run(
        [python(spin), python("import sys; b = bytearray(80_000_000); print(len(sys.stdin.read()))")],
        folder=tmp_path,
        timeout_seconds=60,
    )
    assert 0.3 <= used.cpu_seconds < 5
    assert used.wall_seconds >= 0.3
    assert used.peak_mb > 80
    assert (tmp_path / "stdout.txt").read_text() == "11\n"


def test_a_command_that_fails_is_told_with_its_own_words(tmp_path):
    with pytest.raises(DidNotRun, match="ended with 3: an error of mine"):
        run(
            [python("import sys; sys.stderr.write('an error of mine\\n'); sys.exit(3)")],
            folder=tmp_path,
            timeout_seconds=60,
        )


def test_a_command_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(TookTooLong, match="stopped after 0 s"):
        run(
            [python("import time; time.sleep(60)"), python("import sys; sys.stdin.read()")],
            folder=tmp_path,
            timeout_seconds=0.3,
        )


def test_the_reference_is_complete_and_goes_on_where_it_stopped():
    told = []
    runs = side_by_side([known()["reference"]], 230, 1, QUICK, told.append)
    assert [(one.case, one.wrong) for one in runs] == [(FULL, ""), (SAME, ""), (SOME, "")]
    assert runs == told
    full, same, _ = runs
    assert full.requests > same.requests == 1
    assert full.by_endpoint["POST /rest/api/3/search/jql"] == 10


@pytest.mark.slow
def test_what_the_pull_command_stores_is_what_the_site_holds():
    runs = side_by_side([known()["plumbrule"]], 230, 1, QUICK, lambda _: None)
    assert [(one.case, one.wrong) for one in runs] == [(FULL, ""), (SAME, ""), (SOME, "")]


def test_a_contender_that_is_not_installed_is_reported_and_not_run():
    absent = Contender(
        "absent", str, lambda *_: pytest.fail("was started"), lambda _: {}, missing=lambda: "not installed"
    )
    (one,) = side_by_side([absent], 20, 2, QUICK, lambda _: None)[:1]
    assert (one.usage, one.wrong) == (None, "not installed")


def test_a_store_that_lacks_rows_does_not_count(tmp_path):
    honest = known()["reference"]

    def short(folder):
        counts = counted(folder / "store.duckdb", {"issues": "issue", "worklogs": "worklog", "changes": "change"})
        return counts | {"worklogs": counts["worklogs"] - 1}

    liar = Contender("liar", honest.version, honest.chain, short)
    (one,) = side_by_side([liar], 30, 1, QUICK, lambda _: None)
    assert "its store holds {'issues': 30, 'worklogs': 89, 'changes': 240}" in one.wrong
