"""Dependencies and dates of summary tasks, carried to the tasks below them through points.

A summary task that something leads to has a point at its begin, which everything below waits for; one that something
leads away from, a point at its end, which waits for everything below, or one at its real begin, which is that of the
earliest below. So a dependency counts once, however many tasks stand below.
"""

from rules.measures.network.activity import Activity, Ends, Link
from rules.measures.network.rows import TaskRow
from rules.measures.network.worktime import Worktime

_Points = dict[str, Activity]


class Summaries:
    """The summary tasks of a plan, by item id."""

    def __init__(self, calendar: Worktime) -> None:
        self._calendar = calendar
        self._parents: dict[str, str | None] = {}
        self._leaves: dict[str, Activity] = {}
        self._begins: _Points = {}
        self._ends: _Points = {}
        self._firsts: _Points = {}

    def add(self, row: TaskRow, earliest: int | None, deadline: int | None) -> None:
        """A summary task, with the moments that its own dates set to what is below."""
        self._parents[row.item_id] = row.parent_id
        if earliest is not None:
            begin = self._point(self._begins, row.item_id)
            begin.constraint, begin.constrained_to = "start_no_earlier_than", earliest
        if deadline is not None:
            self._point(self._ends, row.item_id).deadline = deadline

    def add_leaf(self, row: TaskRow, activity: Activity) -> None:
        """A task with what stands above it."""
        self._parents[row.item_id] = row.parent_id
        self._leaves[row.item_id] = activity

    def entered(self, item_id: str, ends: Ends) -> Activity | None:
        """The point that a dependency into a summary task leads to; None for what is no summary task."""
        if item_id not in self._parents:
            return None
        return self._point(self._begins if ends in ("FS", "SS") else self._ends, item_id)

    def left(self, item_id: str, ends: Ends) -> Activity | None:
        """The point that a dependency out of a summary task comes from; None for what is no summary task."""
        if item_id not in self._parents:
            return None
        return self._point(self._ends if ends in ("FS", "FF") else self._firsts, item_id)

    def joined(self) -> tuple[list[Activity], list[Link]]:
        """All points, and what ties each to what stands next below and above it."""
        every = [points for points in (self._begins, self._ends, self._firsts) if points]
        ties: list[Link] = []
        for item_id, parent in self._parents.items() if every else ():
            leaf = self._leaves.get(item_id)
            for points in every:
                own, above = leaf or points.get(item_id), self._next_above(points, parent)
                if own is not None and above is not None:
                    ties.append(self._tie(points, own, above))
        return [point for points in every for point in points.values()], ties

    def _tie(self, points: _Points, own: Activity, above: Activity) -> Link:
        if points is self._begins:
            return Link(above, own, "FS")
        return Link(own, above, "SS" if above.takes_earliest else "FS")

    def _next_above(self, points: _Points, item_id: str | None) -> Activity | None:
        """The nearest summary task, from this one upwards, that has such a point."""
        seen: set[str] = set()
        while points and item_id is not None and item_id not in seen:
            if item_id in points:
                return points[item_id]
            seen.add(item_id)
            item_id = self._parents.get(item_id)
        return None

    def _point(self, points: _Points, item_id: str) -> Activity:
        if item_id not in points:
            earliest = points is self._firsts
            points[item_id] = Activity(item_id, self._calendar, is_task=False, takes_earliest=earliest)
        return points[item_id]
