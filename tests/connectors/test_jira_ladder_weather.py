"""Labels, refusals and limits on writes to Jira, against a site of either edition."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from jira_ladder import Ladder, again, comment, finding_issue, ladder, own_field, removal
from openapi_check import check_request, needs_openapi

from portfolio.errors import RateLimited
from portfolio.ports import OWN_RECORD_PACE, Change, Mark
from sandbox.faults import refused, too_many_requests
from sandbox.jira.writes import WriteLimit


@pytest.fixture(params=["cloud", "data_center"])
def flags(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    with ladder(request.param) as built:
        yield built


@pytest.fixture
def cloud() -> Iterator[Ladder]:
    with ladder("cloud") as built:
        yield built


# -- labels on both editions, limits, storms ------------------------------------------------------------------------


def label(target: str, action: str = "create") -> Change:
    return Change(action, Mark("label", "jira", "item", target, "pmo-hyg", None), "h")  # type: ignore[arg-type]


def test_what_went_with_its_issue_need_not_be_taken_back(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Critical"])
    target, other = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    assert flags.errors(own_field(target), label(target), label(other)) == [None] * 3
    flags.jira.delete_issue("ALPHA-1")
    taken_back = (removal(own_field(target), "Critical"), label(target, "remove"), label(other, "remove"))
    assert flags.errors(*taken_back) == [None] * 3, "else each run asks for it again"
    assert flags.issue("ALPHA-2").labels == ["web"]
    [refused] = flags.errors(label(target))
    assert "ould not find" in str(refused) or "404" in str(refused)


def test_labels_come_and_go_quietly_and_nobody_elses_is_touched(flags: Ladder) -> None:
    target = flags.id_of("ALPHA-1")
    assert flags.errors(label(target)) == [None]
    assert flags.issue("ALPHA-1").labels == ["web", "pmo-hyg"]
    assert flags.errors(label(target, "remove")) == [None]
    assert flags.issue("ALPHA-1").labels == ["web"]
    assert flags.jira.mails == []


def test_an_issue_that_refuses_does_not_stop_the_others(flags: Ladder) -> None:
    flags.jira.uneditable_issues.add("ALPHA-1")
    first, second = flags.write(label(flags.id_of("ALPHA-1")), label(flags.id_of("ALPHA-2")))
    assert first.error is not None
    assert second.error is None


def test_a_storm_of_429_stops_in_a_way_that_can_be_gone_on_with(flags: Ladder) -> None:
    changes = [comment(flags.id_of(f"ALPHA-{n}")) for n in (1, 2, 3)]
    writer = flags.publisher()
    stream = writer.apply(changes)
    done = [next(stream)]
    flags.server.inject(too_many_requests("1800", "jira-quota-tenant-based"), times=1000)
    with pytest.raises(RateLimited):
        done.extend(stream)
    writer.close()
    assert [receipt.error for receipt in done] == [None]
    assert [len(flags.issue(f"ALPHA-{n}").comments) for n in (1, 2, 3)] == [1, 0, 0]


def test_a_limit_on_writes_to_one_issue_stops_that_issue_only() -> None:
    with ladder("cloud") as flags:
        limited = too_many_requests("600", "jira-per-issue-on-write")
        flags.server.inject(limited, times=100, method="POST", path=f"/issue/{flags.id_of('ALPHA-1')}/comment")
        changes = [comment(flags.id_of(f"ALPHA-{n}")) for n in (1, 2)]
        writer = flags.publisher()
        first, second = writer.apply(changes)
        writer.close()
    assert "jira-per-issue-on-write" in str(first.error)
    assert first.unwritten
    assert second.error is None


def test_an_issue_that_must_wait_for_a_moment_is_written_last(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    limited = too_many_requests("20", "jira-per-issue-on-write")
    flags.server.inject(limited, times=1, path=f"/issue/{first}/properties")
    of_first = (_property(first), comment(first))
    written = flags.write(*of_first, _property(second), comment(second))
    assert [receipt.error for receipt in written] == [None] * 4
    assert [r.change.mark.target for r in written] == [second, second, first, first]
    assert sum(flags.time.slept) == pytest.approx(20, abs=0.1), "nobody slept before all others were written"
    assert flags.asked("PUT", f"/issue/{first}/properties") == 2
    assert [len(flags.issue(key).comments) for key in ("ALPHA-1", "ALPHA-2")] == [1, 1]


def test_an_issue_that_stays_limited_is_told_after_a_few_tries_and_alone(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    flags.server.inject(too_many_requests("20", "jira-per-issue-on-write"), times=100, path=f"/issue/{first}/")
    written = {r.change.mark.target: r for r in flags.write(_property(first), _property(second))}
    assert written[second].error is None
    assert (written[first].unwritten, "jira-per-issue-on-write" in str(written[first].error)) == (True, True)
    assert flags.asked("PUT", f"/issue/{first}/properties") == 6


def test_no_issue_is_written_to_more_than_fifteen_times_in_half_a_minute(flags: Ladder) -> None:
    """Twenty labels for one issue and a comment for another: the other does not wait, and Jira never says 429."""
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    families = [f"pmo-{family}" for family in "abcdefghijklmnopqrst"]
    many = [replace(label(first), mark=replace(label(first).mark, name=family)) for family in families]
    written = flags.write(*many, comment(second))
    assert [receipt.error for receipt in written] == [None] * 21
    assert [r.change.mark.channel for r in written].index("comment") == 15
    assert sorted(flags.issue("ALPHA-1").labels) == sorted(["web", *families])
    assert 30 <= flags.time.seconds < 35, "the window of half a minute, and the looks at the last bulk edits"


def test_with_our_own_limit_jira_never_has_to_name_its_own(flags: Ladder) -> None:
    """Forty writes of one issue's property, against Cloud's limit of 20 in 2 seconds."""
    flags.jira.write_limit = WriteLimit(clock=lambda: flags.time.seconds)
    target = flags.id_of("ALPHA-1")
    writer = flags.publisher()
    receipts = list(writer.apply([replace(_property(target), content_hash=str(n)) for n in range(40)]))
    writer.close()
    assert {receipt.error for receipt in receipts} == {None}
    assert writer.traffic.throttled == 0
    assert flags.asked("PUT", f"/issue/{target}/properties") == 40
    assert writer.traffic.waited_seconds == 0, "nobody but ourselves made us wait"
    assert writer.traffic.waited_by_reason[OWN_RECORD_PACE] == pytest.approx(60, abs=0.2)


def test_a_host_that_falls_silent_leaves_what_was_postponed_for_the_next_run(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    flags.server.inject(too_many_requests("20", "jira-per-issue-on-write"), times=1, path=f"/issue/{first}/")
    flags.server.inject(refused(503, "down"), times=100, path=f"/issue/{second}/")
    written = {r.change.mark.target: r for r in flags.write(_property(first), _property(second))}
    assert "not available" in str(written[second].error)
    assert "not tried" in str(written[first].error)
    assert written[first].unwritten


def _property(target: str) -> Change:
    return Change("create", Mark("property", "jira", "item", target, "plumbrule", {"open": 1}), "h")


@needs_openapi
def test_every_request_of_the_ladder_is_one_that_atlassian_documents(cloud: Ladder) -> None:
    cloud.jira.add_custom_field("PMO findings", "select", ["Critical"])
    target = cloud.id_of("ALPHA-1")
    changes = [comment(target), finding_issue(), own_field(target), label(target)]
    writer = cloud.publisher()
    assert list(writer.preflight(changes)) == []
    receipts = list(writer.apply(changes))
    assert [r.error for r in receipts] == [None] * 4
    by_channel = {r.change.mark.channel: r for r in receipts}
    list(writer.apply([again(comment(target), by_channel["comment"].remote_id)]))
    list(writer.apply([removal(r.change, r.remote_id) for r in receipts]))
    writer.review([{"channel": "finding_issue", "target": "PMO", "name": "pmo-fp-none", "remote_id": "99999"}])
    writer.close()
    faults = [f for r in cloud.server.log for f in check_request(r.method, r.path, r.query, r.document)]
    assert faults == []
