"""A failure is accepted for a time, end to end: the command, the finding, the flags in Jira, the page, the way back."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from house import House, house, small_company

from plumbrule import waiver_desk
from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.options import Form
from plumbrule.summary import Summary
from plumbrule.waiver_desk import Asked
from portfolio.errors import ConfigurationError, ExitCode
from sandbox.company import Company
from sandbox.serve import Sandbox

RULE = "SCO-04"
WHY = Asked(reason='Said "no"\nto both', requested_by="pm.lee", approved_by="pmo.chen", ticket="PMO-88")


def one_project() -> Company:
    whole = small_company()
    kept = tuple(e for e in whole.endeavours if e.key == "INI-11")
    keys = {issue.key for e in kept for issue in e.tracker.issues}
    return replace(whole, endeavours=kept, links=tuple(x for x in whole.links if {x.source, x.target} <= keys))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Summary]]:
    with house(tmp_path_factory.mktemp("waiving"), Sandbox(company=one_project())) as made:
        text = made.config.read_text(encoding="utf-8")
        text = re.sub(r'\[initiatives."INI-12"\]\nprojects = .*\n|\[\[people\]\]\nsame = .*\n', "", text)
        text = text.replace("[report]", '[rules]\nwaivers = ["waivers.toml"]\n\n[report]')
        made.config.write_text(text, encoding="utf-8")
        (made.folder / "waivers.toml").write_text("# Ours.\n")
        yield made, made.run()


@pytest.fixture
def built(ran: tuple[House, Summary]) -> Iterator[House]:
    """The same house, without a waiver before and after the test."""
    made = ran[0]
    file, config = made.folder / "waivers.toml", made.config.read_bytes()
    yield made
    made.config.write_bytes(config)
    file.write_text("# Ours.\n")


@pytest.fixture
def flagged(ran: tuple[House, Summary]) -> dict[str, Any]:
    return dict(next(f for f in ran[1].findings if f["rule_id"] == RULE and f["subject_kind"] == "item"))


def asked(what: str, **changes: Any) -> Asked:
    return replace(WHY, what=what, expires=date(2026, 12, 31), **changes)


def touched(made: House, native: str, *methods: str) -> set[str]:
    """Ends of the addresses of an issue that were written to."""
    requests = [r for r in made.sandbox.server.log if r.method in methods and f"/{native}/" in r.path]
    return {r.path.rpartition("/")[2] for r in requests}


def page(made: House) -> dict[str, Any]:
    return made.page("en")


def test_a_waiver_takes_the_flag_away_and_its_end_brings_it_back(built: House, flagged: dict[str, Any]) -> None:
    native = flagged["subject_id"].rpartition(":")[2]
    told = waiver_desk.add(built.config, asked(flagged["id"]))
    assert f"waiver W-2026-001 of {RULE}" in told
    [written] = tomllib.loads((built.folder / "waivers.toml").read_text())["waiver"]
    assert (written["rule"], written["reason"]) == ([RULE], 'Said "no"\nto both')
    assert (built.folder / "waivers.toml").read_text().startswith("# Ours.\n\n# added by `plumbrule waive add`")

    built.sandbox.server.log.clear()
    summary = built.run()
    assert [f["id"] for f in summary.waived] == [flagged["id"]]
    assert flagged["id"] not in {f["id"] for f in summary.findings}
    gone = {
        r.path.rpartition("/")[2] for r in built.sandbox.server.log if r.method == "DELETE" and f"/{native}/" in r.path
    }
    assert gone >= {"plumbrule", "remotelink"}
    assert "1 under waiver" in summary.as_text()
    assert json.loads(summary.as_json())["findings"]["waived"] == 1

    report = page(built)
    [row] = report["waived"]
    assert (row["waiver_id"], row["requested_by"], row["approved_by"]) == ("W-2026-001", "pm.lee", "pmo.chen")
    assert (row["ticket"], row["expires_on"], row["days_left"]) == ("PMO-88", "2026-12-31", 38)
    assert {f["waived_by"] for f in report["findings"] if f["id"] == flagged["id"]} == {"W-2026-001"}
    for language in ("en", "zh-Hans"):
        assert 'class="waived"' in built.pages()[f"portfolio.{language}.html"].decode()

    again = built.run()
    assert again.written is not None
    assert (again.written.planned, again.opened, again.resolved) == (0, 0, 0)
    assert "W-2026-001   in force" in waiver_desk.listed(built.config)
    [line] = [r for r in json.loads(waiver_desk.listed(built.config, Form.JSON)) if r["id"] == "W-2026-001"]
    assert (line["covers"], line["matches"], line["days_left"]) == (1, 1, 38)

    assert "from 2026-11-23 on" in waiver_desk.revoke(built.config, "W-2026-001")
    with pytest.raises(ConfigurationError, match="does not count any more: ended"):
        waiver_desk.revoke(built.config, "W-2026-001")
    built.sandbox.server.log.clear()
    back = built.run()
    assert flagged["id"] in {f["id"] for f in back.findings}
    put = {
        r.path.rpartition("/")[2]
        for r in built.sandbox.server.log
        if r.method in ("PUT", "POST") and f"/{native}/" in r.path
    }
    assert put >= {"plumbrule", "remotelink"}
    events = [row for row in built.tables()["finding_event"] if row[0] == flagged["id"]]
    assert [e[1] for e in sorted(events, key=lambda e: e[4])] == ["opened", "waived", "waiver_ended"]


def test_waivers_apply_when_the_page_is_made_without_a_new_check(built: House, flagged: dict[str, Any]) -> None:
    waiver_desk.add(built.config, asked(flagged["id"]))
    with open_app(built.config) as app:
        app.report(Reporter())
    assert [row["waiver_id"] for row in page(built)["waived"]] == ["W-2026-001"]
    built.change("as_of = 2026-11-23T06:00:00Z", "as_of = 2026-12-31T22:30:00Z")  # half past eleven in Berlin
    with open_app(built.config) as app:
        app.report(Reporter())
    assert len(page(built)["waived"]) == 1
    built.change("as_of = 2026-12-31T22:30:00Z", "as_of = 2026-12-31T23:30:00Z")  # the new year in Berlin, not in UTC
    with open_app(built.config) as app:
        app.report(Reporter())
    assert page(built)["waived"] == []


def test_waived_findings_make_no_exit_code_and_leave_nothing_green(built: House, ran: tuple[House, Summary]) -> None:
    rules = sorted({f["rule_id"] for f in ran[1].findings if f["severity"] in ("critical", "high", "medium", "low")})
    assert rules
    built.change("[rules]\n", '[rules]\noff = ["PMO-03"]\n')  # that much is waived is a finding of its own
    for n, rule in enumerate(rules):
        waiver_desk.add(built.config, asked("", rules=(rule,), project="INI-11", ticket=f"PMO-{n}"))
    with open_app(built.config) as app:
        summary = app.check(Reporter())
    left = {f["rule_id"] for f in summary.findings}
    assert not left & set(rules)
    assert summary.exit_code("low") == ExitCode.DONE
    built.run()
    [project] = [p for p in page(built)["projects"] if p["ref"]["key"] == "INI-11"]
    assert project["computed"] in ("amber", "unknown")
    assert any(r["waived"] for r in project["reasons"])
    assert "green" not in {project["dimensions"][r["dimension"]] for r in project["reasons"] if r["waived"]}
    assert page(built)["tiles"]["compliance"]["score_without_waived"] > page(built)["tiles"]["compliance"]["score"]


def test_an_explanation_tells_the_waiver(built: House, flagged: dict[str, Any]) -> None:
    from plumbrule.explaining import explain

    waiver_desk.add(built.config, asked(flagged["id"]))
    of_finding = explain(flagged["id"], built.config, "en")
    assert "waiver     W-2026-001, until 2026-12-31" in of_finding
    assert "(asked by pm.lee, granted by pmo.chen)" in of_finding
    assert "（pm.lee 申请，pmo.chen 批准）" in explain(flagged["id"], built.config, "zh-Hans")
    told = explain(flagged["subject_id"], built.config, "en")
    assert "under waiver W-2026-001 until 2026-12-31" in told
    assert "granted by pmo.chen" in told
    assert "waiver     W-2026-001, until 2026-12-31" in explain(flagged["id"], built.config, "en")


def test_rule_and_subject_are_understood_as_reports_quote_them(built: House, flagged: dict[str, Any]) -> None:
    key = next(f["item_key"] for f in page(built)["findings"] if f["id"] == flagged["id"])
    assert f"on {key}," in waiver_desk.add(built.config, asked(f"{RULE}, {key}"))
    assert "W-2026-002 of SCO-04 on INI-11" in waiver_desk.add(built.config, asked(f"{RULE} INI-11"))


def test_what_is_under_waiver_already_is_not_waived_twice_in_silence(built: House, flagged: dict[str, Any]) -> None:
    waiver_desk.add(built.config, asked(flagged["id"]))
    before = (built.folder / "waivers.toml").read_bytes()
    key = next(f["item_key"] for f in page(built)["findings"] if f["id"] == flagged["id"])
    for again in (flagged["id"], f"{RULE}, {key}"):
        with pytest.raises(ConfigurationError, match=r"under waiver W-2026-001 already, .* until 2026-12-31") as caught:
            waiver_desk.add(built.config, asked(again, ticket="PMO-99"))
        assert caught.value.code == "waive.covered"
        assert "`--renews W-2026-001`" in (caught.value.remedy or "")
        assert (built.folder / "waivers.toml").read_bytes() == before
    after = replace(asked(flagged["id"], starts=date(2027, 1, 1)), expires=date(2027, 1, 31))
    assert "W-2026-002" in waiver_desk.add(built.config, after)
    assert "W-2026-003" in waiver_desk.add(built.config, asked(flagged["id"], renews="W-2026-001"))


def test_a_finding_about_the_whole_is_waived_listed_and_looked_after(built: House, ran: tuple[House, Summary]) -> None:
    rules = sorted({f["rule_id"] for f in ran[1].findings if f["severity"] in ("high", "medium", "low")})
    waiver_desk.add(built.config, asked("", rules=tuple(rules), project="INI-11"))
    with open_app(built.config) as app:
        app.check(Reporter())
    with duckdb.connect(str(built.folder / "store" / "portfolio.duckdb"), read_only=True) as store:
        whole = "SELECT id FROM finding WHERE rule_id = 'PMO-03' AND state = 'open'"
        [(finding,)] = store.sql(whole).fetchall()  # so much is waived that this fails
    told = waiver_desk.add(built.config, asked(finding))
    assert "W-2026-002 of PMO-03 on the organisation, " in told
    [_, written] = tomllib.loads((built.folder / "waivers.toml").read_text())["waiver"]
    assert (written["rule"], written["subject"]) == (["PMO-03"], {"organisation": True})
    [_, row] = json.loads(waiver_desk.listed(built.config, Form.JSON))
    assert (row["subject_kind"], row["covers"], row["matches"]) == ("organisation", 1, 1)
    assert "PMO-03 on the organisation: 2026-11-23" in waiver_desk.listed(built.config)
    with pytest.raises(ConfigurationError, match="on the organisation is under waiver W-2026-002 already"):
        waiver_desk.add(built.config, asked("", rules=("PMO-03",), organisation=True))

    file = built.folder / "waivers.toml"
    file.write_text(file.read_text().replace("2026-12-31", "2026-12-01"))
    with open_app(built.config) as app:
        summary = app.check(Reporter())
        app.report(Reporter())
    assert finding in {f["id"] for f in summary.waived}
    [shown] = [row for row in page(built)["waived"] if row["finding_id"] == finding]
    assert (shown["waiver_id"], shown["project"]) == ("W-2026-002", None)
    assert (shown["subject_kind"], shown["item_key"]) == ("organisation", None)
    with duckdb.connect(str(built.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as snapshot:
        kept = "SELECT waiver_id, subject_kind, subject_id, covered_findings FROM waivers WHERE project_id IS NULL"
        assert snapshot.sql(kept).fetchall() == [("W-2026-002", "organisation", "organisation", 1)]
        ends = "SELECT outcome, numerator FROM rule_result WHERE rule_id = 'REC-26'"
        assert snapshot.sql(ends).fetchall() == [("fail", 1)]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"reason": ""}, "a waiver needs --reason"),
        ({"approved_by": "PM.Lee"}, "asks for it and grants it"),
        ({"rules": ("SCO-4",)}, "there is no rule `SCO-4`"),
        ({"item": "INI-11"}, "one subject"),
        ({"organisation": True}, "one subject"),
        ({"project": None, "department": "Nope"}, "there is no department `Nope`"),
        ({"project": None, "organisation": True}, "no rule of this waiver judges a organisation"),
        ({"what": "SCO-04, NOPE-1"}, "there is no project or item `NOPE-1`"),
        ({"what": "abcdef0123456789"}, "no finding has the id"),
        ({"what": "one two three"}, "is not a rule and a subject"),
        ({"renews": "W-1"}, "there is no waiver `W-1`"),
        ({"until_value": float("nan")}, "--until-value is nan"),
        ({"reason": "\udcff"}, "--reason is not UTF-8"),
        ({"reason": "a\x1b[2J"}, "it holds U+001B, which cannot be seen"),
    ],
)
def test_what_the_loader_would_refuse_is_not_written(built: House, changes: dict[str, Any], what: str) -> None:
    before = (built.folder / "waivers.toml").read_bytes()
    basic = {"rules": (RULE,), "project": "INI-11"}
    given = {} if "what" in changes else basic
    with pytest.raises(ConfigurationError) as caught:
        waiver_desk.add(built.config, asked(**{"what": ""} | given | changes))
    said = " ".join([caught.value.what, *(p.what for p in caught.value.problems)])
    assert what in said
    assert (built.folder / "waivers.toml").read_bytes() == before


def test_too_long_a_waiver_is_refused_with_the_remedy(built: House) -> None:
    with pytest.raises(ConfigurationError) as caught:
        waiver_desk.add(built.config, replace(WHY, rules=(RULE,), project="INI-11", expires=date(2027, 11, 1)))
    [problem] = caught.value.problems
    assert problem.code == "R405"
    assert "[rules.waiver_limits]" in problem.help


def test_every_other_byte_of_the_file_stays(built: House) -> None:
    file = built.folder / "waivers.toml"
    odd = "\ufeff# élan\r\n[[waiver]]\r\nid = \"W-2026-007\"\r\nrule = 'SCO-01'\r\nsubject = {project='INI-11'}\r\n"
    odd += 'reason = """two\r\nlines"""\r\nrequested_by = "a"\r\napproved_by = "b"\r\nticket = "T-1"\r\n'
    odd += "starts = 2026-11-01\r\n  expires = 2026-12-01 # here"
    file.write_bytes(odd.encode())
    file.chmod(0o640)
    waiver_desk.add(built.config, asked("", rules=(RULE,), project="INI-11"))
    after = file.read_bytes()
    assert after.startswith(odd.encode())
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert b'id = "W-2026-008"' in after
    assert file.stat().st_mode & 0o777 == 0o640
    waiver_desk.revoke(built.config, "W-2026-007")
    ended = file.read_bytes()
    assert ended == after.replace(b"2026-12-01 # here\r\n", b"2026-12-01 # here\r\n  revoked_on = 2026-11-23\r\n")


def test_the_file_is_made_when_it_is_first_needed(built: House) -> None:
    (built.folder / "waivers.toml").unlink()
    waiver_desk.add(built.config, asked("", rules=(RULE,), project="INI-11"))
    assert waiver_desk.listed(built.config).startswith("W-2026-001")


def test_a_file_that_is_not_there_yet_is_no_mistake_beside_others(built: House) -> None:
    (built.folder / "waivers.toml").unlink()
    built.change("[rules]\n", '[rules]\noff = ["NOPE-01"]\n')
    with pytest.raises(ConfigurationError) as caught:
        waiver_desk.listed(built.config)
    assert not [p for p in caught.value.problems if p.file.endswith("waivers.toml")]
    with pytest.raises(ConfigurationError) as caught, open_app(built.config):
        pass
    [told] = [p for p in caught.value.problems if p.file.endswith("waivers.toml")]
    assert "`plumbrule waive add` makes the file" in told.help


def test_without_a_configured_file_the_command_says_what_to_write(built: House) -> None:
    built.change('waivers = ["waivers.toml"]\n', "")
    with pytest.raises(ConfigurationError) as caught:
        waiver_desk.add(built.config, asked("", rules=(RULE,), project="INI-11"))
    assert 'waivers = ["waivers.toml"]' in caught.value.remedy


def test_a_waiver_of_nothing_is_told_by_a_check(built: House) -> None:
    waiver_desk.add(built.config, asked("", rules=(RULE,), project="NOPE"))
    with open_app(built.config) as app:
        summary = app.check(Reporter())
    assert [p.what for p in summary.objections] == [
        "waiver W-2026-001 covers nothing: there is no project or item `NOPE`"
    ]
    assert summary.exit_code("never") == ExitCode.PARTIAL


def test_the_command_line_adds_lists_and_revokes(built: House) -> None:
    config = ("--config", str(built.config))
    words = ("--rule", RULE, "--project", "INI-11", "--reason", "r", "--requested-by", "a", "--approved-by", "b")
    made = built.cli("waive", "add", *words, "--ticket", "T-1", "--expires", "2026-12-31", *config)
    assert (made.returncode, made.stderr) == (0, "")
    assert "W-2026-001" in built.cli("waive", "list", *config).stdout
    assert built.cli("waive", "revoke", "W-2026-001", *config).returncode == 0
    refused = built.cli("waive", "revoke", "W-9", *config)
    assert refused.returncode == ExitCode.CONFIGURATION
    assert "there is no waiver `W-9`" in refused.stderr


def test_mistakes_in_waivers_come_with_all_others(built: House) -> None:
    file: Path = built.folder / "waivers.toml"
    file.write_text("[[waiver]]\nid = 'W-1'\n")
    built.change("[rules]", '[rules]\noff = ["NOPE-01"]')
    shown = built.cli("config", "check", "--config", str(built.config))
    assert shown.returncode == ExitCode.CONFIGURATION
    assert "NOPE-01" in shown.stderr
    assert "`expires` is missing (waiver W-1)" in shown.stderr
