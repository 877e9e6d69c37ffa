"""Whether a search for changes shows what is known to have changed. Pure.

A bound that Jira reads in another way than it is meant (another time zone, another unit) brings too much, which shows
in the answer, or too little, which does not. What then is missing is known from elsewhere: the newest change that an
earlier search showed must come again, because searches overlap; and Jira's list of projects tells when an issue of
each changed last (`insight.lastIssueUpdateTime`).
"""

from collections.abc import Mapping, Sequence

from connectors.jira.cloud.gathered import Sighting

ANYWHERE = ""
"""In place of a project's id: a change that must show in whatever project."""
_SECOND_MS = 1000
"""Jira does not write all of its times to the millisecond."""


class Canary:
    """Holds what a search shows against the changes that it must show: by native project id, one of that moment (ms)
    or later."""

    def __init__(self, expected_ms: Mapping[str, int]) -> None:
        self._expected = expected_ms
        self._newest: dict[str, int] = {}

    def saw(self, sightings: Sequence[Sighting]) -> None:
        """Look at issues as search gives them."""
        if not self._expected:
            return
        for one in sightings:
            if one.updated_ms is not None:
                for place in {one.project or ANYWHERE, ANYWHERE}:
                    self._newest[place] = max(one.updated_ms, self._newest.get(place, 0))

    @property
    def missed(self) -> dict[str, int]:
        """Those of the expected changes that did not show."""
        return {
            place: moment
            for place, moment in self._expected.items()
            if self._newest.get(place, 0) // _SECOND_MS < moment // _SECOND_MS
        }
