"""Compiled packs kept between runs: the same rules, or none at all."""

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib import metadata
from pathlib import Path

import orjson
import pytest
from rule_packs import HEADER, rule_text

from portfolio.errors import ConfigurationError
from rules.kept import FILE, Known, keep, kept, key_of
from rules.load import load_rules
from rules.pack_files import PackText, built_in_texts
from rules.packed import NotPacked, packed, unpacked
from rules.ruleset import RuleSet
from rules.settings import RuleSettings

PACK = HEADER + rule_text('view = "work_items"\nfail_when = "idle_days > 3"')
TEXTS = [PackText("mine.toml", PACK.encode())]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "mine.toml").write_text(PACK)
    return folder


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def untested(found: RuleSet) -> RuleSet:
    return replace(found, rules=tuple(replace(r, tests=()) for r in found.rules), policy=None)


def test_every_built_in_rule_comes_back_as_it_was(built_in: RuleSet) -> None:
    plain = tuple(replace(rule, tests=()) for rule in built_in.rules)
    assert unpacked(packed(plain)) == plain
    assert [list(map(type, vars(r).values())) for r in unpacked(packed(plain))] == [
        list(map(type, vars(r).values())) for r in plain
    ]


def test_the_second_load_gives_the_same_rules_and_compiles_nothing(
    packs: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_rules([packs], RuleSettings(), keep_in=beside)
    monkeypatch.setitem(sys.modules, "rules.reading", None)  # to import it is an error from now on
    second = load_rules([packs], RuleSettings(), keep_in=beside)
    assert untested(second) == untested(first)
    assert stat.S_IMODE((beside / FILE).stat().st_mode) == 0o600
    assert [p.name for p in beside.iterdir()] == [FILE]


def test_who_writes_nothing_takes_what_was_kept_and_keeps_nothing(
    packs: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_rules([packs], keep_in=beside, keeping=False)
    assert list(beside.iterdir()) == []
    load_rules([packs], keep_in=beside)
    monkeypatch.setitem(sys.modules, "rules.reading", None)
    assert untested(load_rules([packs], keep_in=beside, keeping=False)) == untested(first)


def test_settings_are_applied_to_what_was_kept(packs: Path, beside: Path) -> None:
    load_rules([packs], keep_in=beside)
    chosen = RuleSettings(packs=["mine@1"], set={"OWN-01": {"severity": "critical"}})
    [rule] = load_rules([packs], chosen, keep_in=beside).rules
    assert (rule.id, rule.severity) == ("OWN-01", "critical")
    with pytest.raises(ConfigurationError) as caught:
        load_rules([packs], RuleSettings(packs=["mine@2"]), keep_in=beside)
    assert [p.code for p in caught.value.problems] == ["R223"]


def test_a_changed_pack_is_compiled_again(packs: Path, beside: Path) -> None:
    load_rules([packs], keep_in=beside)
    (packs / "mine.toml").write_text(PACK.replace("> 3", "> 4"))
    found = load_rules([packs], keep_in=beside).get("OWN-01")
    assert found is not None
    assert found.counts is not None
    assert found.counts.text == "idle_days > 4"


def test_a_broken_pack_is_told_each_time_and_never_kept(packs: Path, beside: Path) -> None:
    (packs / "mine.toml").write_text(PACK.replace("idle_days", "idle_dais"))
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            load_rules([packs], keep_in=beside)
    assert list(beside.iterdir()) == []


def known() -> Known:
    return Known(load_rules().rules[:1], {})


def test_what_another_code_library_or_file_name_made_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(TEXTS)
    assert key == key_of(TEXTS) != key_of([PackText("yours.toml", TEXTS[0].raw)])
    assert key != key_of([*built_in_texts(), *TEXTS])
    monkeypatch.setattr(metadata, "version", lambda _: "0.0.1")
    assert key_of(TEXTS) != key


def test_without_our_sources_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", absent)
    assert key_of(TEXTS) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda _: b"",
        lambda raw: raw.replace(b"work_items", b"risk_items"),
        lambda raw: raw.replace(b"key ", b"other "),
    ],
)
def test_a_damaged_file_is_no_file(beside: Path, damage: Callable[[bytes], bytes]) -> None:
    rules = Known(tuple(replace(r, view="work_items", tests=()) for r in known().rules), {})
    keep(beside, "key", rules)
    assert kept(beside, "key") == rules
    (beside / FILE).write_bytes(damage((beside / FILE).read_bytes()))
    assert kept(beside, "key") is None


def test_a_file_that_others_may_write_or_that_is_a_link_is_not_read(beside: Path) -> None:
    keep(beside, "key", known())
    (beside / FILE).chmod(0o620)
    assert kept(beside, "key") is None
    (beside / FILE).chmod(0o600)
    (beside / FILE).rename(beside / "elsewhere")
    (beside / FILE).symlink_to(beside / "elsewhere")
    assert kept(beside, "key") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_read(beside: Path) -> None:
    keep(beside, "key", known())
    os.chown(beside / FILE, 65534, -1)
    assert kept(beside, "key") is None


def test_what_a_killed_writer_left_is_removed(beside: Path) -> None:
    (beside / f".{FILE}-killed").write_text("half")
    keep(beside, "key", known())
    assert [p.name for p in beside.iterdir()] == [FILE]


def test_where_nothing_can_be_written_nothing_is_kept_and_all_goes_on(packs: Path, tmp_path: Path) -> None:
    assert load_rules([packs], keep_in=tmp_path / "not there").get("OWN-01") is not None
    (tmp_path / "a file").write_text("")
    assert load_rules([packs], keep_in=tmp_path / "a file").get("OWN-01") is not None


@pytest.mark.parametrize("value", [datetime(2026, 6, 30, tzinfo=None), object(), 1.5])
def test_what_has_no_form_is_refused_rather_than_kept_as_something_else(beside: Path, value: object) -> None:
    with pytest.raises(TypeError):
        packed((value,))
    keep(beside, "key", Known((value,), {}))  # type: ignore[arg-type]
    assert list(beside.iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"[", b'["os.system", "true"]', b'["Rule"]', b'["date", "soon"]', b"[1]"])
def test_what_we_did_not_write_is_refused(text: bytes) -> None:
    with pytest.raises(NotPacked):
        unpacked(text)


def test_amounts_days_and_texts_keep_their_kinds() -> None:
    values = (Decimal("0.20"), "0.20", date(2026, 6, 30), "2026-06-30", True, 1, None, frozenset("ab"), {"a": (1,)})
    found = unpacked(packed(values))
    assert found == values
    assert list(map(type, found)) == list(map(type, values))
    assert isinstance(orjson.loads(packed(values)), list)
