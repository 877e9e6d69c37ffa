"""`plumbrule serve` while there is nothing to show, something broken, or something new."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from web_world import BRIDGE, FAILING, MovingClock, finding_of, make_site, served, text_of

from portfolio.errors import ConfigurationError

WAIVER = """
[[waiver]]
id = "W-2026-001"
rule = ["OWN-01"]
subject = {{ project = "INI-1" }}
reason = "poured in one piece"
requested_by = "ada"
approved_by = "pmo.chen"
ticket = "PMO-1"
starts = 2026-06-01
expires = {last}
"""


def latest(config: Path) -> Path:
    return config.parent / "store" / "snapshots" / "latest.duckdb"


def swap(config: Path, *statements: str) -> None:
    """Publish a changed copy as runs do: a new file under the same name, in one step."""
    fresh = latest(config).with_name(".latest.duckdb")
    shutil.copy(latest(config), fresh)
    with duckdb.connect(str(fresh)) as db:
        for statement in statements:
            db.execute(statement)
    fresh.replace(latest(config))


def test_before_the_first_run_and_after_it(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    aside = latest(config).rename(tmp_path / "aside.duckdb")
    with served(config) as page:
        answer = page.get("/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "Nothing has been checked yet" in text_of(answer.text) and "plumbrule run" in answer.text
        assert page.get("/healthz").json() == {"status": "unavailable", "why": "nothing"}
        aside.rename(latest(config))
        assert page.get("/").status_code == page.get("/healthz").status_code == 200


def test_a_new_check_is_shown_at_once_and_has_another_tag(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    with served(config) as page:
        first = page.get(f"/projects/{BRIDGE}")
        assert "INI-1 Bridge" in first.text
        swap(config, "UPDATE projects SET name = 'Tunnel' WHERE key = 'INI-1'")
        second = page.get(f"/projects/{BRIDGE}", headers={"If-None-Match": first.headers["ETag"]})
        assert second.status_code == 200
        assert "INI-1 Tunnel" in second.text and "INI-1 Bridge" not in second.text


@pytest.mark.parametrize(
    ("statements", "why", "told"),
    [
        (["ALTER TABLE projects DROP COLUMN slip_days"], "older", "older Plumbrule"),
        (["DROP TABLE run"], "older", "older Plumbrule"),
        (["ALTER TABLE projects ADD COLUMN mood TEXT"], "newer", "newer Plumbrule"),
        (["CREATE TABLE moods (mood TEXT)"], "newer", "newer Plumbrule"),
    ],
)
def test_a_check_of_another_version_is_not_guessed_at(
    tmp_path: Path, statements: list[str], why: str, told: str
) -> None:
    config = make_site(tmp_path)
    swap(config, *statements)
    with served(config) as page:
        answer = page.get("/")
        assert answer.status_code == 503 and told in text_of(answer.text)
        assert page.get("/healthz").json()["why"] == why


@pytest.mark.parametrize("damage", ["cut", "text", "newer database"])
def test_a_damaged_file_is_told_and_the_next_good_one_shown(tmp_path: Path, damage: str) -> None:
    config = make_site(tmp_path)
    good = latest(config).read_bytes()
    broken = {
        "cut": good[:5000],
        "text": b"not a database",
        "newer database": good[:12] + b"\xff" + good[13:],
    }
    with served(config) as page:
        assert page.get("/").status_code == 200
        other = tmp_path / "other"
        other.write_bytes(broken[damage])
        other.replace(latest(config))
        answer = page.get("/")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert page.get("/healthz").status_code == 503
        other.write_bytes(good)
        other.replace(latest(config))
        assert page.get("/").status_code == 200


def test_a_waiver_that_was_just_written_is_in_force_and_ends_with_its_day(tmp_path: Path) -> None:
    config, clock = make_site(tmp_path), MovingClock()
    with served(config, clock) as page:
        assert "W-2026-001" not in page.get("/").text
        (tmp_path / "waivers.toml").write_text(WAIVER.format(last="2026-07-01"), encoding="utf-8")
        assert "W-2026-001" in page.get("/").text
        shown = text_of(page.get("/waivers").text)
        assert "W-2026-001 in force OWN-01 INI-1 1 Jul 2026 1 1 poured in one piece ada pmo.chen PMO-1" in shown
        assert (
            "under waiver" in page.get(f"/findings/{finding_of(config)}").text.lower()
            or "W-2026-001" in page.get(f"/findings/{finding_of(config)}").text
        )
        clock.wait(days=2)
        assert "expired" in text_of(page.get("/waivers").text)
        assert "W-2026-001" not in page.get(f"/rules/{FAILING}").text


def test_mistakes_that_are_made_meanwhile_leave_in_force_what_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = make_site(tmp_path)
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(WAIVER.format(last="2026-07-01"), encoding="utf-8")
    with served(config) as page:
        assert "W-2026-001" in page.get("/waivers").text
        waivers.write_text("[[waiver]]\nid = 7\n", encoding="utf-8")
        os.utime(waivers, ns=(1, 1))
        answer = page.get("/waivers")
        assert answer.status_code == 200 and "W-2026-001" in answer.text
        assert page.get("/healthz").json() == {"status": "old_configuration"}
        waivers.write_text("", encoding="utf-8")
        assert "W-2026-001" not in page.get("/waivers").text
        assert page.get("/healthz").json() == {"status": "ok"}
    assert "serve.configuration_refused" in capfd.readouterr().err


def test_mistakes_at_the_start_end_it(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    (tmp_path / "waivers.toml").write_text("[[waiver]]\nid = 7\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught, served(config):
        pass
    assert any("waivers.toml" in problem.file for problem in caught.value.problems)
