"""Codes of errors, read from source text with the words that stand beside them, and explained by the command line."""

from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.reference.told import PACKAGES, Told, told


def read(folder: Path, text: str, place: str = "sync/one.py") -> list[Told]:
    for package in PACKAGES:
        (folder / package).mkdir(exist_ok=True)
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(dedent(text), encoding="utf-8")
    return list(told(folder))


def test_words_and_remedy_stand_beside_their_code_and_the_class_says_what_it_ends_with(tmp_path: Path) -> None:
    text = """
        def opened(path, problem):
            raise StoreError(f"{path} cannot be opened: {problem}", code="store.unreadable", remedy="Restore it.")
    """
    assert read(tmp_path, text) == [Told("store.unreadable", 6, "… cannot be opened: …", "Restore it.")]


def test_a_name_stands_for_what_was_assigned_last_on_the_way(tmp_path: Path) -> None:
    text = """
        def faults(document, steps, twice):
            if twice:
                what = "it is read twice"
                yield document.problem(steps, "config.twice", what, help="keep one")
            else:
                what = f"`{steps}` is missing"
                hint = "add it" if steps else ""
                yield document.problem(steps, "config.missing", what, hint)
    """
    assert read(tmp_path, text) == [
        Told("config.missing", 2, "`…` is missing", "add it / "),
        Told("config.twice", 2, "it is read twice", "keep one"),
    ]


def test_what_both_branches_assign_is_told_twice(tmp_path: Path) -> None:
    text = """
        def fault(there):
            if there:
                what = "it is damaged"
            else:
                what = "it is away"
            raise RemoteError(what, code="remote.gone")
    """
    assert [one.what for one in read(tmp_path, text)] == ["it is away", "it is damaged"]


def test_a_helper_of_tables_adds_the_first_half_of_the_code(tmp_path: Path) -> None:
    text = 'raise unusable(f"{name} has no sheet", "no_sheet", "Correct `sheet`.")'
    found = read(tmp_path, text, "connectors/tabular/one.py")
    assert found == [Told("tabular.no_sheet", 3, "… has no sheet", "Correct `sheet`.")]


def test_what_plans_in_files_share_is_told_of_each_kind(tmp_path: Path) -> None:
    text = 'raise RemoteRefusal("the same project", code=f"{self.kind}.same_project", remedy="Keep one.")'
    assert [one.code for one in read(tmp_path, text)] == ["mpp.same_project", "mspdi.same_project"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("config.time_twice", "Do: keep one of the two"),
        ("tabular.no_sheet", "has no sheet"),
        ("R120", "the view has no such column"),
        ("R404", "who asks for a waiver may not grant it"),
    ],
)
def test_explain_says_what_a_code_means_without_a_configuration(
    code: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["explain", code])
    assert result.exit_code == 0
    assert said in result.stdout


def test_a_code_that_is_none_is_looked_up_like_any_other_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["explain", "no.such"])
    assert result.exit_code == 2
    assert "config.absent" in result.stderr
