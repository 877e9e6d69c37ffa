"""Entries for schedulers that run `plumbrule run`: cron, systemd, Kubernetes. Pure: text from a `Job`."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from plumbrule.report_settings import Weekday
from portfolio.errors import ConfigurationError

Scheduler = Literal["cron", "systemd", "k8s"]
DAYS: tuple[Weekday, ...] = get_args(Weekday)
_SYSTEMD_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CRON_DAYS = ("1", "2", "3", "4", "5", "6", "0")
PARTIAL_IS_SEEN = "A run that was partial ends with 3: the scheduler tells it as failed, and the next run goes on."


@dataclass(frozen=True)
class Job:
    """When and how a run is started. `at` is hour and minute in `zone`; no `days` are all days."""

    program: Path
    config: Path
    folder: Path
    at: tuple[int, int]
    days: frozenset[Weekday]
    zone: str
    writes: Sequence[Path] = ()
    """Folders in which a run leaves something."""
    secrets: Sequence[str] = ()
    """Names of environment variables that the configuration takes secrets from."""


def clock_time(text: str) -> tuple[int, int]:
    """`06:30` as hour and minute. Raises ConfigurationError for what is no time of a day."""
    hour, colon, minute = text.partition(":")
    good = colon and hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit() and len(minute) == 2
    if not good or int(hour) > 23 or int(minute) > 59:
        raise ConfigurationError(
            f"--at {text!r} is no time of day", code="usage.time", remedy="write hours and minutes, such as 06:30"
        )
    return int(hour), int(minute)


def weekdays(text: str) -> frozenset[Weekday]:
    """`mon-fri`, `sat,sun`, or nothing for every day. Raises ConfigurationError for a day that is none."""
    found: set[Weekday] = set()
    for part in [part.strip().lower() for part in text.split(",") if part.strip()]:
        first, _, last = part.partition("-")
        begin, end = (
            next((n for n, day in enumerate(DAYS) if _is_day(word, day)), None) for word in (first, last or first)
        )
        if begin is None or end is None or end < begin:
            raise ConfigurationError(
                f"--days {text!r}: {part!r} is no day and no range of days",
                code="usage.days",
                remedy="write days as mon, tue, … or ranges such as mon-fri, separated by commas",
            )
        found |= set(DAYS[begin : end + 1])
    return frozenset(found) if len(found) < len(DAYS) else frozenset()


def _is_day(word: str, day: str) -> bool:
    return len(word) >= 3 and day.lower().startswith(word)


def entry(scheduler: Scheduler, job: Job) -> str:
    """The text to install, with a comment that says where it goes."""
    return {"cron": _cron, "systemd": _systemd, "k8s": _k8s}[scheduler](job)


def _command(job: Job) -> list[str]:
    return [str(job.program), "run", "--quiet", "--config", str(job.config)]


def _cron_times(job: Job) -> str:
    """The five fields of cron, which Kubernetes takes too."""
    hour, minute = job.at
    days = ",".join(number for day, number in zip(DAYS, _CRON_DAYS, strict=True) if day in job.days) or "*"
    return f"{minute} {hour} * * {days}"


def _cron(job: Job) -> str:
    lines = [
        "# Plumbrule, for `crontab -e`. Cron mails what a run prints.",
        f"# {PARTIAL_IS_SEEN}",
        f"CRON_TZ={job.zone}",
    ]
    if job.secrets:
        lines += [f"# cron knows no secrets: take {', '.join(job.secrets)} from files (`file:…` in the configuration)."]
    command = f"cd {shlex.quote(str(job.folder))} && {shlex.join(_command(job))}"
    lines.append(f"{_cron_times(job)} " + command.replace("%", r"\%"))  # a bare % would end the command
    return "\n".join(lines) + "\n"


def _systemd(job: Job) -> str:
    hour, minute = job.at
    days = ",".join(name for day, name in zip(DAYS, _SYSTEMD_DAYS, strict=True) if day in job.days)
    command = " ".join(_quoted(word) for word in _command(job))
    secrets = (
        [f"# holds {', '.join(job.secrets)}, one NAME=value a line, readable by root alone"] if job.secrets else []
    )
    secrets += ["EnvironmentFile=/etc/plumbrule/secrets.env"] if job.secrets else []
    return "\n".join(
        [
            "# /etc/systemd/system/plumbrule.service",
            "[Unit]",
            "Description=Plumbrule: one run over the project portfolio",
            "Wants=network-online.target",
            "After=network-online.target",
            "",
            "[Service]",
            "Type=oneshot",
            "User=plumbrule",
            f"WorkingDirectory={_escaped(str(job.folder))}",
            f"ExecStart={command}",
            *secrets,
            "# 1: done, with findings",
            "SuccessExitStatus=1 143",
            "TimeoutStartSec=6h",
            "UMask=0077",
            "NoNewPrivileges=yes",
            "PrivateTmp=yes",
            "ProtectSystem=strict",
            "ProtectHome=read-only",
            "# these folders must be there before the first run, and belong to the user",
            *(f"ReadWritePaths={_quoted(str(path))}" for path in job.writes),
            "",
            "# /etc/systemd/system/plumbrule.timer",
            "[Unit]",
            "Description=Plumbrule: when it runs",
            "",
            "[Timer]",
            f"OnCalendar={days + ' ' if days else ''}*-*-* {hour:02}:{minute:02}:00 {job.zone}",
            "RandomizedDelaySec=5min",
            "Persistent=yes",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
            "# systemctl enable --now plumbrule.timer; journalctl -u plumbrule shows what runs said",
            f"# {PARTIAL_IS_SEEN}",
            "",
        ]
    )


def _escaped(text: str) -> str:
    """Without what systemd would take for a specifier."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    escaped = _escaped(text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$"))
    return f'"{escaped}"' if any(c in text for c in " \t\"'\\;") else escaped


def _k8s(job: Job) -> str:
    secrets = ["              envFrom: [{secretRef: {name: plumbrule-secrets}}]"] if job.secrets else []
    keys = " ".join(f"--from-literal={name}=…" for name in job.secrets)
    return "\n".join(
        [
            "# kubectl create configmap plumbrule-config --from-file=plumbrule.toml",
            *([f"# kubectl create secret generic plumbrule-secrets {keys}"] if keys else []),
            f"# {PARTIAL_IS_SEEN}",
            "apiVersion: batch/v1",
            "kind: CronJob",
            "metadata: {name: plumbrule}",
            "spec:",
            f'  schedule: "{_cron_times(job)}"',
            f'  timeZone: "{job.zone}"',
            "  concurrencyPolicy: Forbid",
            "  startingDeadlineSeconds: 3600",
            "  successfulJobsHistoryLimit: 7",
            "  failedJobsHistoryLimit: 7",
            "  jobTemplate:",
            "    spec:",
            "      backoffLimit: 0",
            "      activeDeadlineSeconds: 21600",
            "      template:",
            "        spec:",
            "          restartPolicy: Never",
            "          securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001}",
            "          containers:",
            "            - name: plumbrule",
            "              image: plumbrule:latest  # built from deploy/Dockerfile; name your registry here",
            "              args: [run, --quiet, --config, /config/plumbrule.toml]",
            "              workingDir: /data",
            "              env:",
            "                - {name: PLUMBRULE_STORE__FOLDER, value: /data/store}",
            "                - {name: PLUMBRULE_REPORT__FOLDER, value: /data/report}",
            *secrets,
            "              resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 3Gi}}",
            "              securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}",
            "              volumeMounts:",
            "                - {name: config, mountPath: /config, readOnly: true}",
            "                - {name: data, mountPath: /data}",
            "                - {name: tmp, mountPath: /tmp}",
            "          volumes:",
            "            - {name: config, configMap: {name: plumbrule-config}}",
            "            - {name: data, persistentVolumeClaim: {claimName: plumbrule-data}}",
            "            - {name: tmp, emptyDir: {}}",
            "---",
            "apiVersion: v1",
            "kind: PersistentVolumeClaim",
            "metadata: {name: plumbrule-data}",
            "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}",
            "",
        ]
    )
