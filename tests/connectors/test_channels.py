"""One table for every channel: create, update, nothing, conflict, throttling, refusal, error after the deed, silence.

What must hold for all: nothing stands there twice, nothing of anybody else's is touched, and what is not certain is not
called certain. What differs is what a channel can find out, and that is the table.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio.ports import Receipt
from sandbox.faults import Fault, refused, reset, too_many_requests
from sandbox.messages import Response
from tests.connectors.channels import LINES, Line, opened

PAGES = ("folder", "confluence_cloud", "confluence_data_center", "sharepoint")
MESSAGES = ("teams", "slack", "webhook", "mail", "graph_mail")
FLAGS = tuple(name for name in LINES if name not in (*PAGES, *MESSAGES))
SERVED = tuple(name for name in LINES if name not in ("folder", "mail"))

AFTER_THE_DEED = Fault("500 after the deed", rewrite=lambda _: Response.of_json({"error": "It broke."}, status=500))
DOUBTFUL = {
    # channel: what the run says after (a 500 that came after the deed, no answer), and what the next run then does
    "confluence_cloud": (("unknown", "done"), ("unknown", "done")),
    "confluence_data_center": (("unknown", "done"), ("unknown", "done")),
    "teams": (("unknown", "nothing"), ("unknown", "nothing")),
    "slack": (("unknown", "nothing"), ("unknown", "nothing")),
    "webhook": (("unknown", "nothing"), ("done", "nothing")),
    "graph_mail": (("done", "nothing"), ("done", "nothing")),
    "sharepoint": (("unknown", "done"), ("done", "nothing")),
    "jira property": (("unknown", "done"), ("done", "nothing")),
    "jira remote_link": (("unknown", "done"), ("done", "nothing")),
    "jira label": (("unknown", "done"), ("unknown", "done")),
    "jira comment": (("done", "nothing"), ("done", "nothing")),
    "jira finding_issue": (("done", "nothing"), ("done", "nothing")),
    "project server field": (("unknown", "done"), ("unknown", "done")),
}
"""`done` at once: it was looked up, or repeating it does no more. `nothing`: it is never sent a second time."""


def words(receipts: list[Receipt]) -> str:
    if not receipts:
        return "nothing"
    found = {"done" if r.error is None else "refused" if r.unwritten else "unknown" for r in receipts}
    assert len(found) == 1, receipts
    return found.pop()


@pytest.fixture
def line(request: pytest.FixtureRequest, tmp_path: Path):
    with opened(request.param, tmp_path) as made:
        yield made


def each(*names: str) -> Callable:
    return pytest.mark.parametrize("line", names, indirect=True)


def test_every_channel_has_its_row() -> None:
    assert set(DOUBTFUL) == set(SERVED)


@each(*LINES)
def test_create_then_nothing_to_do(line: Line) -> None:
    assert words(line.run("one")) == "done"
    assert line.standing() == ["one"]
    asked = len(line.server.log) if line.server else 0
    assert words(line.run("one")) == "nothing"
    assert (len(line.server.log) if line.server else 0) == asked


@each(*PAGES, *(name for name in FLAGS if name != "jira finding_issue"))
def test_what_can_be_renewed_is_and_goes_when_it_is_wanted_no_more(line: Line) -> None:
    line.run("one")
    assert words(line.run("two")) == "done"
    assert line.standing() == ["two"]
    assert words(line.run(None)) == "done"
    assert line.standing() == []
    assert words(line.run(None)) == "nothing"


@each(*MESSAGES, "jira finding_issue")
def test_what_is_sent_once_is_left_as_it_is(line: Line) -> None:
    line.run("one")
    assert words(line.run("two")) == "nothing"
    line.run(None)
    assert line.standing() == ["one"]


@each(*PAGES, "project server field")
def test_what_somebody_else_put_there_is_told_and_left(line: Line) -> None:
    assert line.strange is not None
    line.strange()
    receipts = line.run("one")
    assert receipts[0].error is not None
    assert line.standing() == ["Ann's"]
    line.run(None)
    assert line.standing() == ["Ann's"]


@each(*SERVED)
def test_throttling_is_waited_out(line: Line) -> None:
    line.inject(too_many_requests("1", None))
    assert words(line.run("one")) == "done"
    assert line.standing() == ["one"]


@each(*SERVED)
def test_a_refusal_is_certain_and_the_next_run_tries_again(line: Line) -> None:
    line.inject(refused(400))
    first = line.run("one")
    assert words(first) == ("unknown" if line.writes[1] == "latest/it.html" else "refused")  # a dated copy stands
    assert line.standing() == []
    assert words(line.run("one")) == "done"
    assert line.standing() == ["one"]


@pytest.mark.parametrize(("fault", "column"), [(AFTER_THE_DEED, 0), (reset(), 1)], ids=["500 after it", "no answer"])
@each(*SERVED)
def test_what_nobody_knows_is_found_out_or_never_repeated(
    line: Line, fault: Fault, column: int, request: pytest.FixtureRequest
) -> None:
    line.inject(fault)
    expected = DOUBTFUL[request.node.callspec.params["line"]][column]
    assert (words(line.run("one")), words(line.run("one"))) == expected
    assert line.standing() == ["one"], "never twice"


@each("mail")
def test_a_mail_server_that_refuses_is_certain_and_one_that_hangs_up_is_not(line: Line) -> None:
    assert line.smtp is not None
    line.smtp.after_data = "552 5.3.4 too large"
    assert words(line.run("one")) == "refused"
    line.smtp.after_data, line.smtp.hang_up = "250 2.0.0 Ok", True
    assert words(line.run("one")) == "unknown"
    line.smtp.hang_up = False
    assert words(line.run("one")) == "nothing", "nobody can find out whether it came"


@each("folder")
def test_a_folder_that_cannot_be_written_is_certain_and_is_tried_again(line: Line, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    assert words(line.run("one")) == "refused"
    (tmp_path / "reports").unlink()
    assert words(line.run("one")) == "done"
    assert line.standing() == ["one"]
