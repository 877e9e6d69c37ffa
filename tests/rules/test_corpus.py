import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rule_packs import problems

from tests.rules.corpus.__main__ import table
from tests.rules.corpus.cases import FOLDER, LOADERS, Case, Said, cases, judge

CASES = cases()
ROOT = Path(__file__).parents[2]
FRAMES = Path(__file__).parent / "golden" / "frames.txt"
MISTAKEN = """\
schema = 1
pack = { id = "mine", title = "Mine" }

[[rule]]
id = "OWN-01"
title = "Work without an owner"
severity = "midium"
family = "OWN"
dimension = "quality"
message = "m"
why = "w"
fix = "f"
view = "work_items"
applies_when = "kеy <> 'a' AND title <> 'b'"
fail_when = '''
  status_category = 'doen'
  AND due_date < 30
  AND length(asignee_name) > now()'''
"""


@pytest.mark.parametrize("case", CASES, ids=[f"{c.file}-{c.kind}-{n}" for n, c in enumerate(CASES)])
def test_it_is_refused_where_it_is_wrong_or_answered_as_it_must(case: Case) -> None:
    assert judge(case, LOADERS[case.loader](case)) == [], case.text[:200]


def test_nothing_that_people_write_reaches_files_sockets_or_programs() -> None:
    """A process of its own forbids them to itself by audit hooks, which nothing can take off again."""
    command = [sys.executable, "-m", "tests.rules.corpus", "--guarded"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CASES)} cases:" in done.stdout


def test_the_guard_of_that_process_bites() -> None:
    script = (
        "import sys, tests.rules.corpus.__main__ as m; m.LOADERS['settings'] = lambda case: open('/dev/null');"
        "sys.exit(m.main(True))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "PermissionError: open" in done.stderr


def test_the_corpus_is_large_and_names_what_each_case_is(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{table(CASES)}")
    made = Counter(bool(c.code) for c in CASES)
    assert made[True] >= 400 and made[False] >= 50
    assert len({(c.loader, c.text, str(c.more), str(c.given)) for c in CASES}) == len(CASES)
    assert all(sum(1 for _ in path.open()) < 400 for path in FOLDER.iterdir() if path.is_file())


def test_a_case_that_is_not_as_it_must_be_is_told() -> None:
    case = Case("f", "k", "predicate", "pionts > 3", code="R120", at="pionts", help="did you mean `points`?")
    said = LOADERS["predicate"](case)
    assert judge(case, said) == []
    assert judge(Case("f", "k", "predicate", "x", code="R111"), said)
    assert judge(Case("f", "k", "predicate", "x", code="R120", at="points"), said)
    assert judge(Case("f", "k", "predicate", "x", code="R120", help="nothing"), said)
    assert judge(Case("f", "k", "predicate", "x", code="R120", line=1), said)
    assert judge(Case("f", "k", "predicate", "x", answers="T"), said)
    assert judge(Case("f", "k", "predicate", "x", answers="T"), Said(answers="F"))
    assert judge(Case("f", "k", "rule", "x", outcome="fail", message="a"), Said(outcome="fail", message="b"))


def test_mistakes_are_shown_as_compilers_show_them() -> None:
    assert "\n\n".join(p.render() for p in problems(MISTAKEN)) + "\n" == FRAMES.read_text(encoding="utf-8")
