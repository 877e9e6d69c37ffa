"""A folder is there as a whole or as it was before, whatever happens on the way."""

from pathlib import Path

import pytest

from portfolio.whole_folder import bring_back, whole_folder


def put(place: Path, text: str) -> None:
    with whole_folder(place) as folder:
        (folder / "a.txt").write_text(text, encoding="utf-8")


def test_it_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "out"
    put(place, "first")
    put(place, "second")
    assert (place / "a.txt").read_text(encoding="utf-8") == "second"
    assert list(place.parent.iterdir()) == [place]


def test_what_fails_on_the_way_leaves_the_one_before_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path / "out", "first")
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("half", encoding="utf-8")
        1 / 0  # noqa: B018
    assert (tmp_path / "out" / "a.txt").read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_rename_that_is_refused_brings_the_one_before_back(tmp_path: Path) -> None:
    put(tmp_path / "out", "first")
    with pytest.raises(OSError), whole_folder(tmp_path / "out") as folder:
        (folder / "a.txt").unlink(missing_ok=True)
        folder.rmdir()  # as if somebody had taken it away
    assert (tmp_path / "out" / "a.txt").read_text(encoding="utf-8") == "first"


def test_who_was_killed_between_the_two_renames_is_undone_by_the_next(tmp_path: Path) -> None:
    put(tmp_path / ".out.old", "first")
    bring_back(tmp_path / "out")
    assert (tmp_path / "out" / "a.txt").read_text(encoding="utf-8") == "first"
    put(tmp_path / ".out.old", "older")
    put(tmp_path / "out", "second")
    assert (tmp_path / "out" / "a.txt").read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
