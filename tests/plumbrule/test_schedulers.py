"""`plumbrule schedule print`: entries that their schedulers understand."""

import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.report_settings import Weekday
from plumbrule.schedulers import DAYS, Job, Scheduler, clock_time, entry, weekdays
from portfolio.errors import ConfigurationError, ExitCode

SETTINGS = """\
[portfolio]
timezone = "Europe/Berlin"
[sources.jira]
kind = "jira_cloud"
url = "https://a.atlassian.net"
email = "a@b.example"
token = "env:JIRA_TOKEN"
"""
systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")


def job(days: str = "", folder: str = "/srv/plumbrule", secrets: tuple[str, ...] = ("JIRA_TOKEN",)) -> Job:
    home = Path(folder)
    writes = (home / ".plumbrule", home / "reports-out")
    program = Path("/opt/plumbrule/bin/plumbrule")
    return Job(program, home / "plumbrule.toml", home, (6, 15), weekdays(days), "Europe/Berlin", writes, secrets)


def printed(tmp_path: Path, *words: str) -> Any:
    (tmp_path / "plumbrule.toml").write_text(SETTINGS)
    return CliRunner().invoke(main, ["schedule", "print", *words, "-c", str(tmp_path / "plumbrule.toml")])


@pytest.mark.parametrize(("text", "time"), [("06:30", (6, 30)), ("0:00", (0, 0)), ("23:59", (23, 59))])
def test_a_time_of_day(text: str, time: tuple[int, int]) -> None:
    assert clock_time(text) == time


@pytest.mark.parametrize("text", ["", "6", "24:00", "06:60", "6:5", "06.30", "-1:00", "٦:30", "6:30pm"])
def test_a_time_that_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no time of day"):
        clock_time(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", set()),
        ("mon-fri", set(DAYS[:5])),
        ("Sat, sunday", set(DAYS[5:])),
        ("mon,wed-fri", {DAYS[0], *DAYS[2:5]}),
        ("mon-sun", set()),
    ],
)
def test_days_of_the_week(text: str, days: set[Weekday]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize("text", ["mo", "fri-mon", "weekend", "mon-", "1-5", "mon;tue"])
def test_days_that_are_none_are_refused_with_the_word(text: str) -> None:
    if text == "mon-":
        assert weekdays(text) == {"monday"}
        return
    with pytest.raises(ConfigurationError, match="is no day"):
        weekdays(text)


def test_cron_goes_to_the_folder_and_runs_there() -> None:
    text = entry("cron", job("mon-fri"))
    [line] = [one for one in text.splitlines() if one and not one.startswith(("#", "CRON_TZ"))]
    assert "CRON_TZ=Europe/Berlin" in text.splitlines()
    assert line.startswith("15 6 * * 1,2,3,4,5 cd /srv/plumbrule && ")
    assert shlex.split(line)[9:] == ["run", "--quiet", "--config", "/srv/plumbrule/plumbrule.toml"]
    assert "file:" in text and "JIRA_TOKEN" in text


def test_a_folder_with_spaces_and_percent_signs_is_one_word_everywhere() -> None:
    text = entry("cron", job(folder="/srv/our 100% plan's"))
    line = text.splitlines()[-1]
    assert "100\\%" in line and "%" not in line.replace("\\%", "")
    assert shlex.split(line.replace("\\%", "%"))[6] == "/srv/our 100% plan's"


@systemd
@pytest.mark.parametrize("folder", ["/srv/plumbrule", "/srv/our 100% plan"])
def test_systemd_understands_its_units(folder: str, tmp_path: Path) -> None:
    here = tmp_path / Path(folder).name
    here.mkdir()
    stated = job("mon,sat", str(here), ())
    text = entry("systemd", Job(Path("/bin/true"), *list(vars(stated).values())[1:]))
    service, timer = text.split("# /etc/systemd/system/plumbrule.timer")
    (tmp_path / "plumbrule.service").write_text(service)
    (tmp_path / "plumbrule.timer").write_text(timer)
    units = [str(tmp_path / "plumbrule.service"), str(tmp_path / "plumbrule.timer")]
    ended = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in ended.stderr.splitlines() if "plumbrule" in line]
    assert ours == []


@systemd
def test_systemd_knows_when_it_is_due() -> None:
    [when] = [line for line in entry("systemd", job("mon-fri")).splitlines() if line.startswith("OnCalendar=")]
    words = ["systemd-analyze", "calendar", when.removeprefix("OnCalendar=")]
    ended = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert "Normalized form: Mon..Fri *-*-* 06:15:00 Europe/Berlin" in ended.stdout


def test_kubernetes_reads_a_job_that_never_runs_twice_at_once() -> None:
    cron_job, claim = yaml.safe_load_all(entry("k8s", job("sun")))
    assert (cron_job["kind"], claim["kind"]) == ("CronJob", "PersistentVolumeClaim")
    spec = cron_job["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("15 6 * * 0", "Europe/Berlin", "Forbid")
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "plumbrule-secrets"}}]
    assert pod["securityContext"]["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
    assert {v["name"] for v in pod["volumes"]} == {m["name"] for m in container["volumeMounts"]}
    claimed = next(v for v in pod["volumes"] if "persistentVolumeClaim" in v)["persistentVolumeClaim"]["claimName"]
    assert claimed == claim["metadata"]["name"]


def test_without_secrets_of_the_environment_none_are_asked_for() -> None:
    for scheduler in ("cron", "systemd", "k8s"):
        text = entry(scheduler, job(secrets=()))
        assert "ecret" not in text


@pytest.mark.parametrize("scheduler", ["cron", "systemd", "k8s"])
def test_the_command_takes_zone_folders_and_secrets_from_the_configuration(
    scheduler: Scheduler, tmp_path: Path
) -> None:
    ended = printed(tmp_path, scheduler, "--at", "5:00", "--days", "mon")
    assert ended.exit_code == ExitCode.DONE
    assert "Europe/Berlin" in ended.output and "JIRA_TOKEN" in ended.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("anacron",), "choose one of cron, systemd, k8s"),
        (("cron", "--at", "25:00"), "no time of day"),
        (("cron", "--days", "someday"), "is no day"),
    ],
)
def test_what_means_nothing_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ended = printed(tmp_path, *words)
    assert ended.exit_code == ExitCode.CONFIGURATION and said in ended.output
