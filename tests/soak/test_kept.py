"""A soak goes on where it was cut off."""

from pathlib import Path

from soak.comparing import Difference
from soak.kept import Kept
from soak.trials import Outcome
from soak.working import _asked


def outcome(seed: str) -> Outcome:
    made = Outcome("loud", seed, runs=4, seconds=2.5, untold=1, difference=Difference(1, 0, 2, 0, ("lost",)))
    made.deaths.update({"moment": 3})
    made.harms.update({"429": 5, "full disk": 1})
    made.trouble.append("ended with 70")
    return made


def test_what_was_kept_is_what_ended(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    first = Kept(path)
    for seed in ("1:0:loud", "1:1:loud"):
        first.add(outcome(seed))
    again = Kept(path)
    assert again.outcomes == first.outcomes == [outcome("1:0:loud"), outcome("1:1:loud")]
    assert again.outcomes[0].deaths.total() == 3
    assert Kept(tmp_path / "none.jsonl").outcomes == Kept(None).outcomes == []


def test_trials_that_are_known_are_not_made_again() -> None:
    numbers = _asked("1", {"1:0:pull", "1:2:pull"})
    assert [name for _, name in (next(numbers), next(numbers))] == ["1:1:quiet", "1:3:loud"]
