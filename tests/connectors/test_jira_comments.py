"""Comments that tell of findings in Jira, against a site of either edition."""

from collections.abc import Iterator

import pytest
from jira_ladder import Ladder, again, comment, ladder, removal

from sandbox.faults import reset


@pytest.fixture(params=["cloud", "data_center"])
def flags(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    with ladder(request.param) as built:
        yield built


# -- comments ------------------------------------------------------------------------------------------------------


def text_of(flags: Ladder, key: str) -> list[str]:
    return [str(one.body) for one in flags.issue(key).comments]


def test_a_comment_is_created_once_and_then_edited_without_a_mail(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    assert made.error is None
    assert len(flags.jira.mails) == 1
    news = [{"paragraph": [{"text": "PMO: 2 findings"}]}]
    [edited] = flags.write(again(comment(flags.id_of("ALPHA-1"), news), made.remote_id))
    assert (edited.error, edited.remote_id) == (None, made.remote_id)
    [text] = text_of(flags, "ALPHA-1")
    assert "2 findings" in text
    [standing] = flags.issue("ALPHA-1").comments
    assert standing.properties["sd.public.comment"] == {"internal": True}, "customers of a service desk do not see it"
    if flags.jira.edition == "cloud":  # Data Center has no quiet edit of a comment
        assert len(flags.jira.mails) == 1


def test_a_comment_goes_away_with_its_findings(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    assert flags.errors(removal(first, made.remote_id)) == [None]
    assert flags.issue("ALPHA-1").comments == []
    assert flags.errors(removal(first, made.remote_id)) == [None], "what is gone needs no removal"


def test_a_comment_whose_receipt_was_lost_is_found_and_not_written_twice(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    [found] = flags.write(again(first))  # the ledger says pending, without an id
    assert (found.error, found.remote_id) == (None, made.remote_id)
    assert len(flags.issue("ALPHA-1").comments) == 1


def test_a_comment_whose_answer_broke_off_is_found_at_once(flags: Ladder) -> None:
    flags.server.inject(reset(), method="POST", path="/comment")
    [made] = flags.write(comment(flags.id_of("ALPHA-1")))
    assert made.error is None
    assert made.remote_id == str(flags.issue("ALPHA-1").comments[0].id)
    assert flags.asked("POST", "/comment") == 1


def test_a_comment_that_somebody_else_copied_is_not_taken_for_ours(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    flags.write(first)
    [ours] = flags.issue("ALPHA-1").comments
    ada = next(name for name in flags.jira.users if name != flags.jira.account)
    flags.jira.add_comment("ALPHA-1", ours.body, author=ada)
    flags.issue("ALPHA-1").comments.remove(ours)
    [again_made] = flags.write(again(first))
    assert again_made.error is None
    assert [one.author for one in flags.issue("ALPHA-1").comments] == [ada, flags.jira.account]


def test_a_comment_that_was_deleted_by_hand_comes_back_only_with_news(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    flags.issue("ALPHA-1").comments.clear()
    [new] = flags.write(again(first, made.remote_id))
    assert new.error is None
    assert new.remote_id != made.remote_id
