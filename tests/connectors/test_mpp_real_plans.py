"""Real MPP files, read through the child process, held against what MPXJ itself says (tests/oracle_plans.py)."""

import shutil
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from conformance import ConnectorConformance

from connectors.msproject import connect
from connectors.msproject.mpp import ReadByMpxj
from connectors.msproject.reader import PlanFileReader
from connectors.msproject.settings import MppSource
from portfolio.errors import RemoteRefusal
from portfolio.ports import Page, Partition
from tests.mpp_plans import needs_mpxj
from tests.oracle_plans import PLANS, Judge, Rows, judge, oracle
from tests.shared_data import needs_shared

pytestmark = [needs_shared, needs_mpxj]
NAMES = ("Software_Development", "HomeMovePlan", "sample")
_LEAST = {"Software_Development": 6900, "HomeMovePlan": 10_500, "sample": 4800}


def pages_of(path: Path, **more: object) -> list[Page]:
    reader = connect("plans", MppSource(kind="mpp", path=path, **more))
    reader.probe()
    return [page for stage in reader.partitions({}) for partition in stage for page in reader.pull(partition, None)]


@cache
def ours(name: str) -> tuple[Rows, list[str]]:
    tables: Rows = {}
    rejected: list[str] = []
    for page in pages_of(PLANS / f"{name}.mpp", timephased=True):
        for table, rows in page.rows.items():
            tables.setdefault(table, []).extend(rows)
        rejected += [r.reason for r in page.rejected]
    return tables, rejected


@cache
def judged(name: str) -> Judge:
    return judge(ours(name)[0], oracle(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_an_mpp_file_agrees_day_by_day(name, capsys):
    assert ours(name)[1] == []
    found = judged(name)
    with capsys.disabled():
        print(f"\n{name}.mpp: {found.compared.total()} values compared")
    assert found.wrong == []
    assert found.compared.total() >= _LEAST[name]


@pytest.mark.parametrize("name", NAMES)
def test_work_and_cost_of_an_mpp_file_are_told_day_by_day(name):
    rows = ours(name)[0]["timephased"]
    assert rows
    assert all(row["starts_on"] == row["ends_on"] for row in rows)


def test_the_converted_plan_is_readable_by_its_owner_only_and_goes_with_the_context():
    with ReadByMpxj().opened(PLANS / "sample.mpp") as xml:
        assert stat.S_IMODE(xml.stat().st_mode) == 0o600
        assert stat.S_IMODE(xml.parent.stat().st_mode) == 0o700
    assert not xml.parent.exists()


def test_an_unchanged_mpp_file_is_not_converted_again(tmp_path):
    shutil.copy(PLANS / "sample.mpp", tmp_path / "sample.mpp")
    reader = connect("plans", MppSource(kind="mpp", path=tmp_path))
    partition = Partition("plan", "sample.mpp")
    (page,) = reader.pull(partition, None)
    again = connect("plans", MppSource(kind="mpp", path=tmp_path))
    again.partitions({partition: page.position})
    assert list(again.pull(partition, page.position)) == []


def test_a_copy_of_a_plan_is_refused_in_this_run_and_in_the_next(tmp_path):
    for name in ("a.mpp", "b.mpp"):
        shutil.copy(PLANS / "sample.mpp", tmp_path / name)
    settings = MppSource(kind="mpp", path=tmp_path)
    first, second = Partition("plan", "a.mpp"), Partition("plan", "b.mpp")
    reader = connect("plans", settings)
    (page,) = reader.pull(first, None)
    with pytest.raises(RemoteRefusal, match=r"b\.mpp is the same project as a\.mpp"):
        list(reader.pull(second, None))
    later = connect("plans", settings)
    later.partitions({first: page.position})
    assert list(later.pull(first, page.position)) == []
    with pytest.raises(RemoteRefusal, match=r"b\.mpp is the same project as a\.mpp"):
        list(later.pull(second, None))


def refused(path: Path, reader: ReadByMpxj | None = None) -> RemoteRefusal:
    with pytest.raises(RemoteRefusal) as raised, (reader or ReadByMpxj()).opened(path):
        pass
    assert str(path) in raised.value.what
    assert raised.value.remedy
    return raised.value


def test_a_file_that_is_cut_off_is_told(tmp_path):
    whole = (PLANS / "sample.mpp").read_bytes()
    (tmp_path / "half.mpp").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "half.mpp").code == "mpp.damaged"


def test_a_file_of_another_kind_is_told(tmp_path):
    (tmp_path / "notes.mpp").write_bytes(b"these are notes, not a plan\n" * 50)
    assert refused(tmp_path / "notes.mpp").code == "mpp.unknown_format"


def test_a_password_is_told(tmp_path):
    (tmp_path / "secret.mpp").write_bytes(with_password((PLANS / "sample.mpp").read_bytes()))
    found = refused(tmp_path / "secret.mpp")
    assert found.code == "mpp.password"
    assert "without password" in found.remedy


def with_password(plan: bytes) -> bytes:
    """The plan, with the flag of its properties set that says that reading needs a password."""
    key = (893386752).to_bytes(4, "little")
    place = plan.index(key)
    return plan[: place + 8] + b"\x01" + plan[place + 9 :]


def test_reading_that_takes_too_long_is_ended(tmp_path):
    found = refused(PLANS / "sample.mpp", ReadByMpxj(timeout_seconds=0.2))
    assert found.code == "mpp.timeout"
    assert "timeout_seconds" in found.remedy


def test_reading_that_needs_too_much_memory_is_told(tmp_path):
    found = refused(PLANS / "Software_Development.mpp", ReadByMpxj(memory_megabytes=6))
    assert found.code in ("mpp.memory", "mpp.broken", "mpp.no_java")
    assert "memory_megabytes" in found.remedy


def test_plans_of_other_programs_are_read_by_their_ending(tmp_path):
    lines = (
        "MPX,Microsoft Project for Windows,4.0,ANSI", '10,$,1,2,",",.', "12,1,0,480,/,:,am,pm,20,20",
        "60,Name,WBS,Outline Level,Fixed,ID,Unique ID,Outline Number", "61,1,2,3,80,90,98,99",
        "70,Dig the trench,1,1,No,1,1,1", "70,Lay the pipe,2,1,No,2,2,2",
        *(f"70,Fill section {n},{n},1,No,{n},{n},{n}" for n in range(3, 40)),  # MPXJ looks at 512 bytes at least
    )  # fmt: skip
    (tmp_path / "trench.mpx").write_text("".join(f"{line}\r\n" for line in lines))
    (page,) = pages_of(tmp_path)
    titles = [row["title"] for row in page.rows["work_item"]]
    assert titles[-39:-37] == ["Dig the trench", "Lay the pipe"]
    assert [row["key"] for row in page.rows["project"]] == ["trench"]


class TestMppConforms(ConnectorConformance):
    networked = False

    @pytest.fixture
    def make(self, tmp_path) -> Callable[[], PlanFileReader]:
        shutil.copy(PLANS / "sample.mpp", tmp_path / "sample.mpp")
        return lambda: connect("files", MppSource(kind="mpp", path=tmp_path, timephased=True))
