"""What is gone from a Data Center: counted, listed, and asked for one by one."""

from jira_dc_pulls import CENSUS, pull, site, time, wire
from jira_dc_site import reader

from connectors.jira.datacenter import census
from portfolio.ports import Partition

__all__ = ["site", "time", "wire"]


def test_a_census_lists_what_there_is_and_the_next_one_only_counts(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    (first,) = pull(time, partition=CENSUS)
    assert {one.table: len(one.ids) for one in first.censuses}["work_item"] == 30
    time.seconds = 3600
    site.add(31, time.now())
    time.seconds += 3600
    site.asked.clear()
    assert pull(time, first.position, CENSUS) == []
    assert [asked["maxResults"] for asked in site.asked] == ["0", "0"]


def test_one_issue_created_and_one_deleted_do_not_hide_each_other(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    (first,) = pull(time, partition=CENSUS)
    time.seconds = 3600
    site.add(31, time.now())
    site.remove(4)
    time.seconds += 3600
    (page,) = pull(time, first.position, CENSUS)
    listed = {one.table: one.ids for one in page.censuses}["work_item"]
    assert "dc:item:10004" not in listed
    assert len(listed) == 30


def test_many_projects_are_counted_together_and_only_those_in_doubt_are_listed(wire, site, time):
    site.projects.append({"id": "10001", "key": "WEB", "name": "Web"})
    for number in range(1, 6):
        site.add(number)
        site.add(50 + number)["fields"]["project"] = {"id": "10001", "key": "WEB", "name": "Web"}
    censuses = [Partition("census", "10000"), Partition("census", "10001")]
    cursors = {census: pull(time, partition=census)[0].position for census in censuses}
    cursors |= {Partition("issues", census.key): "{}" for census in censuses}
    time.seconds = 3600
    site.add(7, time.now())
    time.seconds = 7200
    site.asked.clear()
    assert [p for stage in reader(time).partitions(cursors) for p in stage if p.stream == "census"] == []
    assert len(site.asked) == 2
    site.remove(51)
    due = [p for stage in reader(time).partitions(cursors) for p in stage if p.stream == "census"]
    assert due == censuses
    assert [len(pull(time, cursors[census], census)) for census in due] == [0, 1]


def test_a_census_is_taken_every_week_and_after_another_reading(wire, site, time):
    site.add(1)
    (first,) = pull(time, partition=CENSUS)
    time.seconds = 8 * 86_400
    assert len(pull(time, first.position, CENSUS)) == 1
    time.seconds = 60
    assert len(pull(time, first.position, CENSUS, currency="EUR")) == 1


def missing(time, page, *numbers):
    return reader(time).confirm(page, [f"dc:item:{10_000 + number}" for number in numbers])


def test_what_a_census_misses_is_asked_for_one_by_one(wire, site, time):
    for number in range(1, 8):
        site.add(number)
    site.remove(2)
    site.hidden = {"10003"}
    site.unsearchable = {"10004"}
    site.issues["10005"]["fields"]["project"] = {"id": "999", "key": "AWAY", "name": "Not ours"}
    (page,) = pull(time, partition=CENSUS)
    confirmed = missing(time, page, 2, 3, 4, 5, 6)
    reasons = {one.table: one.reasons for one in confirmed.censuses}["work_item"]
    assert reasons == {"dc:item:10002": "deleted", "dc:item:10003": "hidden", "dc:item:10005": "moved"}
    rows = {row["key"]: row["is_archived"] for row in confirmed.rows["work_item"]}
    assert rows == {"PAY-4": True, "PAY-6": False}, "what search only forgot for a while is not archived"


def test_when_more_is_missing_than_people_delete_nobody_is_asked(wire, site, time):
    site.add(1)
    (page,) = pull(time, partition=CENSUS)
    wire.paths.clear()
    assert missing(time, page, *range(2000, 3500)) == page
    assert not [path for path in wire.paths if path.startswith("/issue/")]


def test_many_that_are_missing_are_asked_for_where_more_are_left(wire, site, time, monkeypatch):
    """As when old issues are archived by the thousand: unasked, they would be taken for deleted."""
    monkeypatch.setattr(census, "MOST_CONFIRMED", 2)
    for number in range(1, 11):
        site.add(number)
    site.unsearchable = {"10002", "10003", "10004"}
    (page,) = pull(time, partition=CENSUS)
    archived = {row["key"] for row in missing(time, page, 2, 3, 4).rows["work_item"] if row["is_archived"]}
    assert archived == {"PAY-2", "PAY-3", "PAY-4"}
