"""Joins written into the text of a configuration: what was there stays, and what comes out means what was asked."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbrule.config_edit import CannotEdit, with_joins

HEAD = """\
# Ours.
[portfolio]
name = "Works"   # as the board calls it

"""


def block(key: str, projects: list[str], supersedes: list[str] | None = None, **more: Any) -> dict[str, Any]:
    entry = {"projects": projects, **({"supersedes": supersedes} if supersedes else {}), **more}
    return {"initiatives": {key: entry}}


def edited(text: str, *blocks: dict[str, Any]) -> str:
    return with_joins(text, "plumbrule.toml", blocks)


def test_a_new_block_stands_at_the_end_and_nothing_else_changes() -> None:
    text = edited(HEAD, block("INI-7", ["jira:WHA", 'plans:"New" Warehouse']))
    assert text == HEAD + '\n[initiatives.INI-7]\nprojects = ["jira:WHA", "plans:\\"New\\" Warehouse"]\n'


def test_an_empty_file_gets_the_block_alone() -> None:
    assert edited("", block("A", ["x:1"])) == '[initiatives.A]\nprojects = ["x:1"]\n'


def test_line_ends_of_windows_stay() -> None:
    text = edited(HEAD.replace("\n", "\r\n"), block("A", ["x:1", "y:2"]))
    assert text.count("\r\n") == text.count("\n")
    assert tomllib.loads(text)["initiatives"]["A"]["projects"] == ["x:1", "y:2"]


def test_a_list_that_is_there_gets_what_it_lacks_and_keeps_its_comments() -> None:
    text = HEAD + '[initiatives."A"]  # ours\nprojects = [\n  "x:1",  # the tracker]\n  "y:2"   # "the plan"\n]\n'
    assert edited(text, block("a", ["X:1", "z:3"])) == text.replace('"y:2" ', '"y:2", "z:3" ')


def test_a_plan_that_took_over_moves_the_old_one_to_the_other_list() -> None:
    text = HEAD + '[initiatives.A]\nprojects = ["x:1", "old:2"]\nname = "Bridge"\n'
    found = edited(text, block("A", ["x:1", "new:3"], ["old:2"]))
    assert found == HEAD + ('[initiatives.A]\nprojects = ["x:1", "new:3"]\nsupersedes = ["old:2"]\nname = "Bridge"\n')


def test_what_is_there_already_changes_nothing() -> None:
    text = HEAD + '[initiatives.A]\nprojects = ["x:1", "y:2"]\n'
    assert edited(text, block("A", ["y:2", "x:1"])) == text


@pytest.mark.parametrize(
    "text",
    [
        '[initiatives.A]\nprojects = [\n  "x:1",\n  "old:2",  # for now\n]\n',
        'initiatives.A.projects = ["x:1", "old:2"]\n',
        '[initiatives]\nA = { projects = ["x:1", "old:2"] }\n',
    ],
)
def test_what_only_a_person_can_write_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(CannotEdit) as caught:
        edited(text, block("A", ["x:1", "new:3"], ["old:2"]))
    assert caught.value.problem.line
    assert "=" in caught.value.problem.help


def test_blocks_of_one_initiative_become_one_and_logins_of_one_person_one_list() -> None:
    people = [{"people": [{"same": ["a:1", "b:2"]}]}, {"people": [{"same": ["b:2", "c:3"]}]}]
    found = tomllib.loads(edited(HEAD, block("A", ["x:1", "y:2"]), block("A", ["x:1", "z:3"]), *people))
    assert found["initiatives"] == {"A": {"projects": ["x:1", "y:2", "z:3"]}}
    assert found["people"] == [{"same": ["a:1", "b:2", "c:3"]}]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    key=NAMES, held=st.lists(NAMES, unique_by=str.casefold, max_size=4), more=st.lists(NAMES, min_size=1, max_size=4)
)
def test_whatever_the_names_are_the_list_holds_both(key: str, held: list[str], more: list[str]) -> None:
    before = edited(HEAD, block(key, held)) if held else HEAD
    found = tomllib.loads(edited(before, block(key, more)))
    names = {name.casefold() for name in found["initiatives"][key]["projects"]}
    assert names == {name.casefold() for name in (*held, *more)}
    assert found["portfolio"] == {"name": "Works"}
