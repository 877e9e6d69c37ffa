"""Which of a site's names are meant by ours, and what is proposed of issue types, statuses, fields and columns."""

import pytest

from connectors.dataverse.settings import DataverseFields
from connectors.dataverse.survey import propose as of_dataverse
from connectors.jira.mapping import FILLABLE, KINDS, Fields
from connectors.jira.proposing import _COLUMNS, _FIELDS, _TYPES, propose, waiting
from connectors.likely_names import GOVERNED, called, close_to
from connectors.pwa.settings import PwaFields
from connectors.pwa.survey import propose as of_pwa
from portfolio.model.work import WORK_ITEM_KINDS
from portfolio.ports import Proposal


def issue_type(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "subtask": False, **more}


def status(name: str, category: str | None) -> dict[str, object]:
    return {"name": name, **({"statusCategory": {"key": category}} if category else {})}


def field(name: str, number: int = 1) -> dict[str, object]:
    return {"id": f"customfield_{number}", "name": name, "custom": True, "schema": {"custom": "x"}}


def told(proposals: tuple[Proposal, ...]) -> dict[str, tuple[object, bool]]:
    return {".".join(p.steps[1:]): (p.value, p.sure) for p in proposals}


def test_every_word_leads_to_something_that_the_settings_know() -> None:
    assert set(_TYPES) <= set(WORK_ITEM_KINDS)
    assert set(_FIELDS) <= set(Fields.model_fields)
    assert set(_COLUMNS) <= set(FILLABLE)
    assert set(GOVERNED) <= set(PwaFields.model_fields)
    assert set(GOVERNED) <= set(DataverseFields.model_fields)
    assert not {name.casefold() for names in _TYPES.values() for name in names} & {name.casefold() for name in KINDS}


def test_issue_types_become_kinds_by_name_by_hierarchy_or_are_left_to_the_admin() -> None:
    types = [
        issue_type("Task"), issue_type("User Story"), issue_type("缺陷"), issue_type("Theme X", hierarchyLevel=2),
        issue_type("Widget", hierarchyLevel=0), issue_type("Sub-widget", subtask=True), {"name": None}, issue_type(" "),
    ]  # fmt: skip
    assert told(propose(types, [], [])) == {
        "kinds.User Story": ("story", True),
        "kinds.缺陷": ("bug", True),
        "kinds.Theme X": ("epic", True),
        "kinds.Widget": ("other", False),
    }


def test_statuses_that_do_not_mean_what_their_category_says() -> None:
    statuses = [
        status("Done", "done"), status("Won't Do", "new"), status("Cancelled", "indeterminate"),
        status("Testing", None),
        status("Backlog X", "undefined"), status("Strange", "undefined"), status("In Progress", "indeterminate"),
        status("Closed", "done"), status("Closed", "new"),
    ]  # fmt: skip
    assert told(propose([], statuses, [])) == {
        "status_categories.Won't Do": ("done", True),
        "status_categories.Cancelled": ("done", True),
        "status_categories.Testing": ("in_progress", True),
        "status_categories.Backlog X": ("todo", True),
        "status_categories.Strange": ("in_progress", False),
    }


def test_statuses_in_which_begun_work_waits() -> None:
    statuses = [
        status("In Review", "indeterminate"), status("Waiting for customer", None), status("审核中", "indeterminate"),
        status("Review done", "done"), status("To review", "new"), status("Doing", "indeterminate"),
    ]  # fmt: skip
    assert waiting(statuses) == ("In Review", "Waiting for customer", "审核中")


def test_fields_by_another_name_columns_and_baselines() -> None:
    fields = [
        field("Story point estimate", 1), field("Target start", 2), field("Target end", 3), field("Risk kinds", 4),
        field("Baseline start", 5), field("Something", 6),
    ]  # fmt: skip
    assert told(propose([], [], fields)) == {
        "fields.points": ("Story point estimate", True),
        "fields.start_date": ("Target start", True),
        "fields.risk_kind": ("Risk kinds", False),
        "columns.due_date": ("Target end", True),
        "custom.baseline_start": ("Baseline start", False),
    }


def test_a_site_as_the_defaults_expect_it_needs_no_proposal() -> None:
    types = [issue_type(name) for name in KINDS]
    fields = [field(str(one.default), n) for n, one in enumerate(Fields.model_fields.values())]
    assert propose(types, [status("Done", "done"), status("To Do", "new")], fields) == ()


def test_fields_of_project_web_app_and_columns_of_dataverse() -> None:
    lacking = ["initiative_key", "department", "phase", "sponsor_name"]
    found = list(of_pwa(lacking, ["Project Number", "Business Unit", "Phases", "Colour"], ()))
    assert [(p.steps[-1], p.value, p.sure) for p in found] == [
        ("initiative_key", "Project Number", True),
        ("department", "Business Unit", True),
        ("phase", "Phases", False),
        ("more", ("Colour",), False),
    ]
    columns = ["new_projectnumber", "new_rag", "new_colour"]
    assert [(p.steps[-1], p.value, p.sure) for p in of_dataverse(columns)] == [
        ("initiative_key", "new_projectnumber", True),
        ("health_reported", "new_rag", True),
        ("more", ("new_colour",), False),
    ]


@pytest.mark.parametrize(
    ("words", "there", "found"),
    [
        (("rag status",), ["RAG_Status"], "RAG_Status"),
        (("a", "b"), ["B", "A"], "A"),
        (("x",), ["xy"], None),
        ((), ["a"], None),
    ],
)
def test_names_are_compared_without_case_blanks_and_punctuation(
    words: tuple[str, ...], there: list[str], found: str | None
) -> None:
    assert called(words, there) == found


def test_a_name_that_is_nearly_ours_is_near_and_another_is_not() -> None:
    assert close_to("Reported health", ["Report health", "Health"]) == "Report health"
    assert close_to("Reported health", ["Colour"]) is None
    assert close_to("Reported health", []) is None
