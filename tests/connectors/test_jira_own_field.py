"""A custom field of the PMO's own, on either edition: every kind that can be filled, and values that people chose."""

from collections.abc import Iterator
from typing import Any

import pytest
from jira_ladder import Ladder, again, ladder, own_field, removal
from openapi_check import check_request, needs_openapi


@pytest.fixture(params=["cloud", "data_center"])
def flags(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    with ladder(request.param) as built:
        yield built


def value_of(flags: Ladder, key: str) -> Any:
    return flags.issue(key).custom.get(flags.jira.custom_fields["PMO findings"].id)


SINGLE = [("select", "Critical"), ("radio", "Critical"), ("text", "PMO: 1 finding"), ("paragraph", "PMO: 1 finding")]
MANY = [("multiselect", "Critical"), ("checkboxes", "Critical"), ("labels", "pmo-critical")]


def defined(flags: Ladder, kind: str, *options: str) -> None:
    with_options = kind in ("select", "radio", "multiselect", "checkboxes")
    flags.jira.add_custom_field("PMO findings", kind, (options or ("Critical", "High")) if with_options else ())


def shown(flags: Ladder, key: str) -> list[str]:
    """What a person sees in the field."""
    value = value_of(flags, key)
    return [_words(one) for one in (value if isinstance(value, list) else [value]) if one]


def _words(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value).replace("\\", "")
    return str(value["value"] if "value" in value else value["content"][0]["content"][0]["text"])


@pytest.mark.parametrize(("kind", "words"), SINGLE + MANY)
def test_a_field_is_filled_changed_and_cleared_without_a_mail(flags: Ladder, kind: str, words: str) -> None:
    defined(flags, kind)
    target = flags.id_of("ALPHA-1")
    [made] = flags.write(own_field(target))
    assert made.error is None
    assert shown(flags, "ALPHA-1") == [words]
    [same] = flags.write(again(own_field(target), made.remote_id))
    assert (same.error, same.remote_id) == (None, made.remote_id)
    [changed] = flags.write(again(own_field(target, severity="high", text="PMO: other"), made.remote_id))
    assert changed.error is None
    assert shown(flags, "ALPHA-1") in (["High"], ["PMO: other"], ["pmo-high"])
    assert flags.errors(removal(own_field(target), changed.remote_id)) == [None]
    assert shown(flags, "ALPHA-1") == []
    assert flags.jira.mails == []


@pytest.mark.parametrize(("kind", "words"), SINGLE + MANY)
def test_a_value_whose_receipt_was_lost_is_recognised(flags: Ladder, kind: str, words: str) -> None:
    defined(flags, kind)
    target = flags.id_of("ALPHA-1")
    flags.write(own_field(target))
    pending = "critical\nCritical\nPMO: 1 finding"  # what the ledger notes before it is tried
    assert flags.errors(again(own_field(target), pending)) == [None]
    assert shown(flags, "ALPHA-1") == [words]
    assert flags.errors(removal(own_field(target), pending)) == [None]
    assert shown(flags, "ALPHA-1") == []


@pytest.mark.parametrize(("kind", "words"), MANY)
def test_among_many_values_those_of_others_stay(flags: Ladder, kind: str, words: str) -> None:
    defined(flags, kind, "Critical", "High", "Audit")
    flags.jira.edit_issue("ALPHA-1", custom={"PMO findings": ["Audit"]})
    target = flags.id_of("ALPHA-1")
    [made] = flags.write(own_field(target))
    assert made.error is None
    assert sorted(shown(flags, "ALPHA-1")) == sorted(["Audit", words])
    [changed] = flags.write(again(own_field(target, severity="high"), made.remote_id))
    assert sorted(shown(flags, "ALPHA-1")) == ["Audit", "pmo-high" if kind == "labels" else "High"]
    assert flags.errors(removal(own_field(target), changed.remote_id)) == [None]
    assert shown(flags, "ALPHA-1") == ["Audit"]


@pytest.mark.parametrize("kind", ["multiselect", "checkboxes"])
def test_among_many_values_the_one_that_a_person_chose_stays_theirs(flags: Ladder, kind: str) -> None:
    defined(flags, kind)
    flags.jira.edit_issue("ALPHA-1", custom={"PMO findings": ["Critical"]})
    target = flags.id_of("ALPHA-1")
    [made] = flags.write(own_field(target))
    assert (made.error, made.remote_id) == (None, None), "nothing to add, and nothing of ours"
    assert flags.errors(removal(own_field(target), made.remote_id)) == [None]
    assert shown(flags, "ALPHA-1") == ["Critical"]


@pytest.mark.parametrize(("kind", "theirs"), [("text", "ask Ada"), ("paragraph", "ask Ada")])
def test_a_persons_text_is_reported_and_left(flags: Ladder, kind: str, theirs: str) -> None:
    defined(flags, kind)
    flags.jira.edit_issue("ALPHA-1", custom={"PMO findings": theirs})
    [receipt] = flags.write(own_field(flags.id_of("ALPHA-1")))
    assert "'ask Ada', which we did not write" in str(receipt.error)
    assert shown(flags, "ALPHA-1") == [theirs]


def test_a_text_with_markup_is_ours_also_as_it_is_read_back(flags: Ladder) -> None:
    defined(flags, "paragraph")
    target = flags.id_of("ALPHA-1")
    text = "PMO: 2 findings {high} *and* more"
    [made] = flags.write(own_field(target, text=text))
    [same] = flags.write(again(own_field(target, text=text), made.remote_id))
    assert (made.error, same.error) == (None, None)
    assert shown(flags, "ALPHA-1") == [text]
    assert flags.errors(removal(own_field(target), made.remote_id)) == [None]
    assert shown(flags, "ALPHA-1") == []


def test_an_option_that_is_missing_in_one_project_leaves_the_others_alone(flags: Ladder) -> None:
    defined(flags, "select", "High")
    writer = flags.publisher()
    low, high = own_field(flags.id_of("ALPHA-1")), own_field(flags.id_of("ALPHA-2"), severity="high")
    [missing] = writer.preflight([low, high])
    assert missing.changes == (low,)
    assert [r.error for r in writer.apply([high])] == [None]
    writer.close()


@needs_openapi
@pytest.mark.parametrize(("kind", "words"), SINGLE + MANY)
def test_every_edit_of_a_field_is_one_that_atlassian_documents(kind: str, words: str) -> None:
    with ladder("cloud") as flags:
        defined(flags, kind)
        target = flags.id_of("ALPHA-1")
        [made] = flags.write(own_field(target))
        assert flags.errors(removal(own_field(target), made.remote_id)) == [None]
        faults = [f for r in flags.server.log for f in check_request(r.method, r.path, r.query, r.document)]
    assert faults == []


def test_a_persons_value_is_reported_and_left(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Critical", "High"])
    flags.jira.edit_issue("ALPHA-1", custom={"PMO findings": "High"})
    target = flags.id_of("ALPHA-1")
    [receipt] = flags.write(own_field(target))
    assert "'High', which we did not write" in str(receipt.error)
    assert receipt.unwritten
    assert shown(flags, "ALPHA-1") == ["High"]
    assert flags.errors(removal(own_field(target), "Critical")) == [None], "our value is gone already"
    assert shown(flags, "ALPHA-1") == ["High"]


def test_a_value_equal_to_ours_that_a_person_chose_is_not_taken_over(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Critical"])
    flags.jira.edit_issue("ALPHA-1", custom={"PMO findings": "Critical"})
    [receipt] = flags.write(own_field(flags.id_of("ALPHA-1")))
    assert "did not write" in str(receipt.error)


def test_a_field_whose_receipt_was_lost_is_recognised(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Critical", "High"])
    target = flags.id_of("ALPHA-1")
    flags.write(own_field(target))
    pending = "critical\nCritical\nPMO: 1 finding"
    [same] = flags.write(again(own_field(target), pending))
    assert (same.error, str(same.remote_id).casefold()) == (None, "critical")
    [changed] = flags.write(again(own_field(target, severity="high"), pending))
    assert changed.error is None
    assert shown(flags, "ALPHA-1") == ["High"]


def test_a_missing_option_is_told_with_its_name(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Red"])
    changes = [own_field(flags.id_of(f"ALPHA-{n}")) for n in (1, 2, 3)]
    writer = flags.publisher()
    [missing] = writer.preflight(changes)
    assert missing.what == (
        "an option critical or Critical of the field 'PMO findings': add it to the field's context, in ALPHA (Task)"
    )
    assert missing.changes == tuple(changes), "told once, whatever the number of issues"
    receipts = list(writer.apply(changes))
    writer.close()
    assert all(r.unwritten and "not tried: an option critical" in str(r.error) for r in receipts)
    assert flags.asked("GET", "/editmeta") == 1


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ([], "create it, or correct writeback.field"),
        ([("PMO findings", "date")], "is none of these"),
    ],
)
def test_a_field_that_cannot_be_filled_is_told_before_anything_is_written(
    flags: Ladder, fields: list[tuple[str, str]], what: str
) -> None:
    for name, kind in fields:
        flags.jira.add_custom_field(name, kind)
    writer = flags.publisher()
    change = own_field(flags.id_of("ALPHA-1"))
    [missing] = writer.preflight([change])
    assert what in missing.what
    assert missing.changes == (change,)
    [receipt] = writer.apply([change])
    assert receipt.unwritten
    writer.close()


def test_a_field_that_was_deleted_took_its_values_with_it(flags: Ladder) -> None:
    clearing = removal(own_field(flags.id_of("ALPHA-1")), "Critical")
    writer = flags.publisher()
    assert list(writer.preflight([clearing])) == []
    assert [receipt.error for receipt in writer.apply([clearing])] == [None]
    writer.close()


def test_an_issue_that_is_gone_does_not_stop_the_others(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "text")
    gone, there = flags.write(own_field("99999"), own_field(flags.id_of("ALPHA-2")))
    assert "could not find" in str(gone.error)
    assert there.error is None
