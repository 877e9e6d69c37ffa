"""Columns of the admin's own on a project of Planner Premium: looked at first, filled, left alone, cleared."""

from collections.abc import Iterator
from typing import Any

import pytest
from dataverse_site import P1, P2, Environment, harbour, refuse, serving

import connectors.dataverse as package
from connectors.dataverse import publisher as connect
from connectors.dataverse.writing import DataversePublisher
from portfolio.errors import RateLimited, SignInError
from portfolio.ports import Change, Mark, Receipt, Review
from tests.connectors.dataverse_pulls import settings

STATE, SCORE, CHOICE = "contoso_pmostate", "contoso_pmoscore", "contoso_pmochoice"


def attribute(kind: str, **more: Any) -> dict[str, Any]:
    return {"AttributeType": kind, "IsCustomAttribute": True, "IsValidForUpdate": True, **more}


def option(value: int, *labels: str) -> dict[str, Any]:
    return {
        "Value": value,
        "Label": {
            "UserLocalizedLabel": {"Label": labels[0]},
            "LocalizedLabels": [{"Label": label, "LanguageCode": 1033} for label in labels],
        },
    }


@pytest.fixture
def site() -> Iterator[Environment]:
    environment = harbour()
    environment.attributes = {
        STATE: attribute("String", MaxLength=40),
        SCORE: attribute("Decimal"),
        CHOICE: attribute(
            "Picklist",
            OptionSet={"Options": [option(1, "Critical", "kritisch"), option(2, "High")]},
            GlobalOptionSet=None,
        ),
        "msdyn_comments": attribute("Memo", MaxLength=2000),
        "description": attribute("String", IsCustomAttribute=False),
        "contoso_sum": attribute("Integer", IsValidForUpdate=False),
        "contoso_owner": attribute("Lookup"),
        "contoso_count": attribute("Integer"),
    }
    for name in environment.attributes:
        environment.put("msdyn_projects", msdyn_projectid=P1, **{name: None})
    with serving(environment):
        yield environment


def writer(site: Environment, *columns: str) -> DataversePublisher:
    """Allowed to fill those columns, the usual two where none is named."""
    source = settings(site.url, write={"state_column": STATE, "score_column": SCORE})
    made = connect("dv", source, sleep=lambda _: None)
    if columns:
        made._allowed = columns  # what the settings refuse, the publisher refuses by itself as well
    return made


def change(name: str = STATE, text: str = "2 open", target: str = P1, **more: Any) -> Change:
    action, held = more.pop("action", "create"), more.pop("held", None)
    body = {"options": more.pop("options", []), "text": text}
    mark = Mark(**{"channel": "field", "source": "dv", "target_kind": "project", "target": target, "name": name,
                   "body": None if action == "remove" else body, **more})  # fmt: skip
    return Change(action, mark, "hash", held)


def applied(site: Environment, *changes: Change, columns: tuple[str, ...] = ()) -> list[Receipt]:
    target = writer(site, *columns)
    try:
        return list(target.apply(changes))
    finally:
        target.close()


def missing(site: Environment, *changes: Change, columns: tuple[str, ...] = ()) -> list[str]:
    target = writer(site, *columns)
    try:
        return [one.what for one in target.preflight(changes)]
    finally:
        target.close()


def test_an_empty_column_is_filled_and_only_where_a_project_is(site: Environment) -> None:
    (receipt,) = applied(site, change())
    assert (receipt.error, receipt.remote_id) == (None, "2 open")
    ((key, headers, body),) = site.written
    assert (key, body) == (P1, {STATE: "2 open"})
    assert headers["If-Match"] == "*"
    assert headers["Content-Type"] == "application/json"


def test_what_stands_there_already_is_not_written_again(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "2 open"})
    (receipt,) = applied(site, change(held="2 open"))
    assert (receipt.error, receipt.remote_id) == (None, "2 open")
    assert site.written == []


def test_what_somebody_else_wrote_is_left_and_told(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "mine"})
    (receipt,) = applied(site, change(held="2 open"))
    assert receipt.unwritten
    assert "'mine', which we did not write" in str(receipt.error)
    assert site.written == []


def test_what_we_wrote_is_changed_and_cleared(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "2 open"})
    (receipt,) = applied(site, change(text="1 open", held="2 open", action="update"))
    assert receipt.remote_id == "1 open"
    assert applied(site, change(held="2 open\n1 open", action="remove"))[0].error is None
    assert [body for _, _, body in site.written] == [{STATE: "1 open"}, {STATE: None}]


def test_what_somebody_changed_is_not_cleared(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "mine"})
    assert applied(site, change(held="2 open", action="remove"))[0].error is None
    assert site.written == []


def test_a_mark_on_a_project_that_is_gone_is_gone_with_it(site: Environment) -> None:
    gone = "11111111-0000-4000-8000-000000000009"
    first, second = applied(site, change(target=gone, held="x", action="remove"), change(target=gone))
    assert first.error is None
    assert second.unwritten
    assert "404" in str(second.error)


@pytest.mark.parametrize(("text", "value", "shown"), [("87.50", 87.5, "87.5"), ("100", 100, "100"), ("-3", -3, "-3")])
def test_a_score_is_a_number(site: Environment, text: str, value: float, shown: str) -> None:
    (receipt,) = applied(site, change(SCORE, text))
    assert (receipt.error, receipt.remote_id) == (None, shown)
    assert site.written[0][2] == {SCORE: value}
    assert applied(site, change(SCORE, "1", held=f"{text}\nother"))[0].error is None, "known again by what was meant"


@pytest.mark.parametrize("text", ["good", "NaN", "", "1e400000000"])
def test_what_is_no_number_is_not_written_into_one(site: Environment, text: str) -> None:
    (receipt,) = applied(site, change(SCORE, text))
    assert receipt.unwritten
    assert "takes a number" in str(receipt.error)


def test_half_a_point_does_not_go_into_a_whole_number(site: Environment) -> None:
    (receipt,) = applied(site, change("contoso_count", "1.5"), columns=("contoso_count",))
    assert "takes a whole number" in str(receipt.error)


def test_a_choice_takes_the_first_option_that_it_has(site: Environment) -> None:
    wanted = change(CHOICE, options=["gravest", "KRITISCH", "High"])
    (receipt,) = applied(site, wanted, columns=(CHOICE,))
    assert (receipt.error, receipt.remote_id) == (None, "Critical")
    assert site.written[0][2] == {CHOICE: 1}
    again = applied(site, change(CHOICE, options=["High"], held="kritisch"), columns=(CHOICE,))
    assert again[0].remote_id == "High"


def test_a_choice_without_such_an_option_is_not_written(site: Environment) -> None:
    (receipt,) = applied(site, change(CHOICE, options=["gravest"]), columns=(CHOICE,))
    assert receipt.error == f"{CHOICE} has no choice gravest"
    assert receipt.unwritten


def test_a_text_is_cut_to_what_the_column_takes_and_known_again(site: Environment) -> None:
    (receipt,) = applied(site, change(text="x" * 60))
    assert receipt.remote_id == "x" * 40
    assert applied(site, change(text="y", held="x" * 60))[0].error is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("msdyn_comments", "is Microsoft's"),
        ("description", "belongs to the system"),
        ("contoso_sum", "calculated or read-only"),
        ("contoso_owner", "is a Lookup"),
        ("contoso_nothing", "create it, or correct its name"),
    ],
)
def test_a_column_that_may_not_be_filled_is_found_before_anything_is_written(
    site: Environment, name: str, words: str
) -> None:
    (what,) = missing(site, change(name), columns=(name,))
    assert words in what
    (receipt,) = applied(site, change(name), columns=(name,))
    assert receipt.unwritten
    assert words in str(receipt.error)
    assert site.written == []


def test_columns_that_can_be_filled_are_missing_nothing(site: Environment) -> None:
    site.depths = {"prvReadmsdyn_project": "Global", "prvWritemsdyn_project": "Global"}
    assert missing(site, change(), change(SCORE), change(CHOICE), columns=(STATE, SCORE, CHOICE)) == []


def test_the_right_to_write_is_asked_for_where_rights_are_told(site: Environment) -> None:
    site.depths = {"prvReadmsdyn_project": "Global"}
    (what,) = missing(site, change())
    assert "right to write msdyn_project" in what
    site.depths = {}
    assert missing(site, change()) == []


def test_an_account_that_may_not_read_definitions_writes_nothing(site: Environment) -> None:
    site.definitions_closed = True
    (what,) = missing(site, change())
    assert "the right to read the definition" in what
    assert applied(site, change())[0].unwritten


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": "other"}, "belongs to other"),
        ({"target_kind": "item"}, "only columns of projects"),
        ({"channel": "label"}, "takes no label"),
        ({"name": "contoso_other"}, "does not name the column"),
    ],
)
def test_a_mark_that_is_not_for_us_is_refused_and_asks_nothing(site: Environment, wrong: dict, words: str) -> None:
    assert missing(site, change(**wrong)) == []
    (receipt,) = applied(site, change(**wrong))
    assert receipt.unwritten
    assert words in str(receipt.error)
    assert site.asked == []


def test_a_mark_without_a_project_asks_about_its_column_and_is_not_written(site: Environment) -> None:
    assert missing(site, change(target="")) == []
    assert "create it" in missing(site, change("contoso_nothing", target=""), columns=("contoso_nothing",))[0]
    (receipt,) = applied(site, change(target=""))
    assert receipt.unwritten
    assert "is no project" in str(receipt.error)
    assert site.written == []


def test_without_the_table_write_nothing_is_written(site: Environment) -> None:
    target = connect("dv", settings(site.url), sleep=lambda _: None)
    (receipt,) = target.apply([change()])
    target.close()
    assert receipt.unwritten
    assert site.asked == []


def test_state_and_score_of_a_project_go_in_one_write(site: Environment) -> None:
    receipts = applied(site, change(), change(target=P2), change(SCORE, "87"))
    assert [(r.change.mark.name, r.change.mark.target, r.error) for r in receipts] == [
        (STATE, P1, None), (SCORE, P1, None), (STATE, P2, None),
    ]  # fmt: skip
    assert [(key, body) for key, _, body in site.written] == [
        (P1, {STATE: "2 open", SCORE: 87}),
        (P2, {STATE: "2 open"}),
    ]
    assert sum(f"msdyn_projects({P1})?" in raw for raw in site.asked) == 1, "and one look"


def test_only_what_changed_is_in_the_write(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "2 open", SCORE: 80})
    receipts = applied(site, change(held="2 open"), change(SCORE, "87", held="80"))
    assert [(r.remote_id, r.error) for r in receipts] == [("2 open", None), ("87", None)]
    assert [body for _, _, body in site.written] == [{SCORE: 87}]


def test_one_is_filled_and_one_cleared_in_the_same_write(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{SCORE: 80})
    receipts = applied(site, change(), change(SCORE, held="80", action="remove"))
    assert [r.error for r in receipts] == [None, None]
    assert [body for _, _, body in site.written] == [{STATE: "2 open", SCORE: None}]


def test_of_one_project_what_is_somebodys_is_left_and_the_other_written(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **{STATE: "mine"})
    left, written = applied(site, change(), change(SCORE, "87"))
    assert "which we did not write" in str(left.error)
    assert written.error is None
    assert [body for _, _, body in site.written] == [{SCORE: 87}]


@pytest.mark.parametrize("status", [400, 403])
def test_a_write_that_is_refused_for_one_column_is_made_for_the_other(site: Environment, status: int) -> None:
    site.refused_columns = {STATE: status}
    refused, written = sorted(applied(site, change(), change(SCORE, "87")), key=lambda receipt: receipt.error is None)
    assert (refused.change.mark.name, refused.unwritten) == (STATE, True)
    assert (written.change.mark.name, written.error, written.remote_id) == (SCORE, None, "87")
    assert [body for _, _, body in site.written] == [{SCORE: 87}]


def test_an_answer_that_is_lost_leaves_both_in_doubt(site: Environment) -> None:
    site.faults.append((f"msdyn_projects({P1})", lambda raw: None if "?" in raw else refuse(503)))
    receipts = applied(site, change(), change(SCORE, "87"), change(target=P2))
    assert [(r.unwritten, bool(r.error)) for r in receipts] == [(False, True), (False, True), (True, True)]


def test_two_changes_of_one_column_are_made_one_after_the_other(site: Environment) -> None:
    first, second = applied(site, change(), change(text="1 open", held="2 open", action="update"))
    assert (first.remote_id, second.remote_id) == ("2 open", "1 open")
    assert [body for _, _, body in site.written] == [{STATE: "2 open"}, {STATE: "1 open"}]


def test_one_refusal_does_not_stop_the_others(site: Environment) -> None:
    site.faults.append(("msdyn_projects(", lambda raw: refuse(403) if P1 in raw else None))
    first, second = applied(site, change(), change(target=P2))
    assert first.unwritten
    assert "security role" in str(first.error)
    assert second.error is None


def test_a_lost_sign_in_or_a_limit_that_stays_stops_the_writing(site: Environment) -> None:
    site.fault("msdyn_projects(", refuse(401))
    with pytest.raises(SignInError):
        applied(site, change())
    site.faults.clear()
    site.fault("msdyn_projects(", refuse(429, "0x80072322", Retry_After="7200"))
    with pytest.raises(RateLimited):
        applied(site, change())


def test_an_environment_that_does_not_answer_is_not_asked_again_and_again(site: Environment) -> None:
    site.fault("msdyn_projects(", refuse(503))
    first, second = applied(site, change(), change(target=P2))
    assert not first.unwritten, "nobody knows what arrived"
    assert second.unwritten
    assert "not tried" in str(second.error)


def test_a_write_that_was_refused_for_its_speed_is_sent_again(site: Environment) -> None:
    tried = []

    def slow(raw: str) -> Any:
        tried.append(raw)
        return refuse(429, "0x80072326", Retry_After="1") if len(tried) == 2 else None

    site.faults.append((f"msdyn_projects({P1})", slow))
    target = writer(site)
    (receipt,) = target.apply([change()])
    assert (receipt.error, target.traffic.throttled) == (None, 1)
    assert target.review([]) == Review()
    target.close()


def test_a_second_publisher_can_be_made_after_the_first(site: Environment) -> None:
    """A module of the package that is named like its function would take the function's place once it is imported."""
    for _ in range(2):
        package.publisher("dv", settings(site.url)).close()
        package.connect("dv", settings(site.url)).close()
