"""What a tool sends beside its documentation is told as that, with its place; other errors stay what they are."""

from collections.abc import Iterator

import pytest

from connectors.odd_answers import tells_odd_answers
from portfolio.errors import RemoteError, RemoteRefusal
from portfolio.ports import Partition


@tells_odd_answers
class Reading:
    """Half a connector: what its tool answered is `answer`."""

    name = "jira"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def probe(self) -> object:
        return self.answer["account"]["name"]  # type: ignore[index]

    def pull(self, partition: Partition, position: str | None) -> Iterator[int]:
        yield 1
        yield len(self.answer)  # type: ignore[arg-type]
        if self.answer == "busy":
            raise RemoteError("busy", code="remote.unavailable")
        assert self.answer != "wrong"

    def examine(self) -> Iterator[int]:
        return (int(one) for one in self.answer)  # type: ignore[attr-defined]


PART = Partition("issues", "10000", "Bridge")


@pytest.mark.parametrize("answer", [None, [], {}, {"account": 5}, {"account": None}, {"account": []}, 7])
def test_an_odd_answer_is_told_with_the_step(answer: object) -> None:
    with pytest.raises(RemoteRefusal, match=r"jira sent something .* \(probe: ") as caught:
        Reading(answer).probe()
    assert caught.value.code == "remote.odd_answer"


def test_what_was_read_before_is_kept_and_the_partition_is_named() -> None:
    pages = Reading(5).pull(PART, None)
    assert next(pages) == 1
    with pytest.raises(RemoteRefusal, match=r"\(issues of Bridge: TypeError\)"):
        next(pages)


def test_what_is_read_late_is_told_too() -> None:
    with pytest.raises(RemoteRefusal, match="examine: ValueError"):
        list(Reading(["1", "x"]).examine())


def test_our_own_errors_and_bugs_stay_what_they_are() -> None:
    with pytest.raises(RemoteError, match="busy"):
        list(Reading("busy").pull(PART, None))
    with pytest.raises(AssertionError):
        list(Reading("wrong").pull(PART, None))
    assert list(Reading("good").pull(PART, None)) == [1, 4]
