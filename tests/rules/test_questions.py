"""SQL that people write for numbers of their own: what may be asked, of which rows, and for how long."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from snapshots import item, write_snapshot

from portfolio.model import TABLES, ddl
from rules.job import Limits
from rules.questions import Answer, Asking, Draft, QuestionRefused

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_snapshot(
        tmp_path_factory.mktemp("asked") / "latest.duckdb",
        {
            "projects": [{"project_id": p, "key": p, "name": p} for p in ("A", "B", "C")],
            "work_items": [item(f"{p}-{n}", p) for p in ("A", "B") for n in range(3)],
        },
    )
    with duckdb.connect(str(path)) as connection:
        connection.execute(ddl(TABLES["finding"]))
    return path


def asked(path: Path, sql: str, *, seconds: float = 20, most: int = 10, within: set[str] | None = None) -> Answer:
    with Asking(path, as_of=TODAY, limits=Limits(rule_seconds=seconds), within=within) as asking:
        return asking.ask(sql, most)


def check_question(sql: str, *, scoped: bool = False) -> tuple[str, ...]:
    with Draft() as draft:
        return draft.check(sql, scoped=scoped)


def test_an_answer_has_its_columns_and_rows(snapshot: Path) -> None:
    found = asked(snapshot, "WITH x AS (SELECT key FROM projects) SELECT max(key) AS most, $as_of AS day FROM x")
    assert found == Answer(("most", "day"), (("C", TODAY),))


@pytest.mark.parametrize(("within", "items"), [(None, 6), ({"A"}, 3), ({"C"}, 0), (set(), 0)])
def test_a_question_about_some_projects_sees_their_rows_only(
    snapshot: Path, within: set[str] | None, items: int
) -> None:
    assert asked(snapshot, "SELECT count(*) FROM work_items", within=within).rows == ((items,),)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT * FROM projcts", "`projcts` is not a documented view"),
        ("SELECT * FROM finding", "`finding` is not a documented view"),
        ("SELECT * FROM main.projects", "`main.projects` is not a documented view"),
        ("SELECT * FROM latest.main.work_items", "is not a documented view"),
        ("SELECT * FROM asked_about", "is not a documented view"),
        ('WITH "main.finding" AS (SELECT 1) SELECT * FROM main.finding', "give it another name"),
        ("WITH finding AS (SELECT * FROM finding) SELECT * FROM finding", "give it another name"),
        ("WITH duckdb_settings AS (SELECT 1) SELECT * FROM duckdb_settings", "give it another name"),
        ("DELETE FROM projects", "not a SELECT"),
        ("COPY projects TO 'x.csv'", "not a SELECT"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT * FROM read_csv('/etc/hostname')", "a table function is called"),
        ("SELECT $day", "there is no parameter `$day`"),
        ("SELEC 1", "syntax error"),
        ("SELECT no_such_column FROM projects", "no_such_column"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_the_reason_before_and_while_it_is_asked(
    snapshot: Path, sql: str, why: str
) -> None:
    for within in (None, {"A"}):
        with pytest.raises(QuestionRefused) as caught:
            asked(snapshot, sql, within=within)
        assert why in str(caught.value)
    with pytest.raises(QuestionRefused):
        check_question(sql)


def test_a_report_about_some_projects_cannot_ask_about_departments(snapshot: Path) -> None:
    assert check_question("SELECT count(*) AS n FROM departments") == ("n",)
    for refused in (
        lambda: check_question("SELECT count(*) FROM departments", scoped=True),
        lambda: asked(snapshot, "SELECT count(*) FROM departments", within={"A"}),
    ):
        with pytest.raises(QuestionRefused, match="`departments` is not about projects"):
            refused()


def test_an_answer_that_is_too_long_or_takes_too_long_is_refused(snapshot: Path) -> None:
    with pytest.raises(QuestionRefused, match="more than 2 rows"):
        asked(snapshot, "SELECT key FROM projects", most=2)
    endless = (
        "SELECT sum(a.n * b.n) FROM (SELECT unnest(range(1000000)) AS n) a, (SELECT unnest(range(1000000)) AS n) b"
    )
    with pytest.raises(QuestionRefused, match=r"takes too long|[Mm]emory"):
        asked(snapshot, endless, seconds=0.3)


def test_a_question_that_would_never_end_is_checked_without_being_run() -> None:
    with Draft() as draft:
        assert draft.check(
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT max(i) m FROM n"
        ) == ("m",)
