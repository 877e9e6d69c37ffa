"""Planted faults stand on top: who has none of them is as before, and who has one has it whole."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sandbox.company.planted_forecast import COME_LAST, FADING, JUGGLING, SLOW, TRUTH, UNSTABLE
from sandbox.company.premium import with_premium
from sandbox.company.records import Company, Issue


def _but_waivers(issues: Sequence[Issue]) -> list[Issue]:
    """Those that are not in order were written last of all."""
    return [issue for issue in issues if issue.type != "Waiver"]


def test_planted_issues_come_after_all_others(company: Company) -> None:
    for key, count in COME_LAST.items():
        issues = company.of(key).tracker.issues
        assert {issue.type for issue in _but_waivers(issues)[-count:]} == {"Bug"}
        numbers = [int(issue.key.rpartition("-")[2]) for issue in issues]
        assert numbers == list(range(1, len(issues) + 1))


def test_one_person_has_begun_everything_at_once_in_a_running_sprint(company: Company) -> None:
    tracker = company.of(JUGGLING).tracker
    begun = _but_waivers(tracker.issues)[-COME_LAST[JUGGLING] :]
    sprint = {s.number: s for s in tracker.sprints}
    assert len({issue.assignee for issue in begun}) == 1
    for issue in begun:
        assert issue.status == "In Progress"
        (number,) = issue.sprints
        entered = next(c.at for c in issue.history if c.field == "Sprint")
        assert sprint[number].start + timedelta(days=1) < entered < sprint[number].end


def test_fewer_and_fewer_defects_were_done(company: Company) -> None:
    done = [i.resolved for i in company.of(FADING).tracker.issues if i.resolved and i.type in ("Story", "Task", "Bug")]
    ages = Counter((company.today - at.date()).days // 28 for at in done)
    assert ages[3] > ages[2] > ages[1] > ages[0]


def test_what_is_to_do_was_estimated_at_half_until_lately(company: Company) -> None:
    todo = [i for i in company.of(UNSTABLE).tracker.issues if i.status == "To Do" and i.type in ("Story", "Task")]
    changes = [c for i in todo for c in i.history if c.field == "timeoriginalestimate" and c.after]
    late = [c for c in changes if (company.today - c.at.date()).days < 30]
    assert len(late) == len(todo)
    assert all(int(c.after or 0) in range(2 * int(c.before or 0), 2 * int(c.before or 0) + 2) for c in late)


def test_only_the_slow_plan_slipped(company: Company) -> None:
    _, premium = with_premium(company)
    finishes = {
        p.key: (max(t.finish for t in p.tasks), max(t.baseline_finish for t in p.tasks)) for p in premium.others
    }
    assert {key for key, (finish, approved) in finishes.items() if finish > approved} == set(SLOW)


def test_the_truth_is_about_projects_that_there_are(company: Company) -> None:
    whole, premium = with_premium(company)
    known = {e.key for e in whole.endeavours} | {p.key for p in premium.plans}
    assert all(keys <= known for keys in TRUTH.values())
