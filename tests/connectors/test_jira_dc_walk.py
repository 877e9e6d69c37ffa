"""The walk through a search by row number, against lists that change at every step."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.jira.datacenter.walk import Found, Reach, Walk

SECONDS = st.integers(min_value=0, max_value=400)
"""Seconds of creation: close together, so that several issues share one."""
STEPS = st.lists(
    st.tuples(st.sets(st.integers(0, 120), max_size=25), st.lists(SECONDS, max_size=6)),
    max_size=12,
)
"""Before each answer: which issues vanish, and when those that appear were created."""


HOURS = 4 * 3600


class Server:
    """A search over issues that come and go. Bounds are minutes in UTC."""

    def __init__(self, seconds, steps, window, apart=0):
        self.apart = apart
        self.issues = dict(enumerate(seconds))
        self.steps = list(steps)
        self.window = window
        self.lasting = set(self.issues)
        self.new = 0

    def ask(self, bound, start):
        if self.steps:
            gone, come = self.steps.pop(0)
            for number in gone:
                self.issues.pop(number, None)
            for second in come:
                self.new += 1
                self.issues[1000 + self.new] = second * max(1, self.apart) + self.new * self.apart // 100
        self.lasting &= set(self.issues)
        least = datetime.strptime(bound, '"%Y-%m-%d %H:%M"').replace(tzinfo=UTC).timestamp() if bound else 0
        found = sorted((second, number) for number, second in self.issues.items() if second >= least)
        assert start + 5 <= self.window
        return Found([shown(number, second) for second, number in found[start : start + 5]], len(found))


def shown(number, second):
    return {"id": str(number), "fields": {"created": datetime.fromtimestamp(second, UTC).isoformat()}}


@settings(max_examples=80, deadline=None)
@given(st.lists(SECONDS, max_size=60), STEPS)
def test_whatever_stays_throughout_is_read(seconds, steps):
    server = Server(seconds, steps, window=10_000)
    read = [int(i["id"]) for page in Walk(server.ask, Reach(5, 10_000, 500, UTC)).pages() for i in page]
    assert set(read) >= server.lasting
    assert len(read) == len(set(read))


@settings(max_examples=80, deadline=None)
@given(st.lists(SECONDS, max_size=60, unique_by=lambda second: second // 12), STEPS)
def test_whatever_stays_throughout_is_read_though_a_search_does_not_reach_it(seconds, steps):
    server = Server([HOURS * second for second in seconds], steps, window=25, apart=HOURS)
    read = [int(i["id"]) for page in Walk(server.ask, Reach(5, 25, 500, UTC)).pages() for i in page]
    assert set(read) >= server.lasting


def test_an_unchanging_list_is_read_with_one_row_a_page_twice():
    server = Server(range(100), [], window=10_000)
    asked = []

    def ask(bound, start):
        asked.append(start)
        return server.ask(bound, start)

    read = [i["id"] for page in Walk(ask, Reach(5, 10_000, 500, UTC)).pages() for i in page]
    assert len(read) == 100
    assert asked == list(range(0, 97, 4))
