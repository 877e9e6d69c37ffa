"""Drafts beside the published plans: who has checked a project out, what was changed, and the queue that publishes it.

The feed shows what is published. A job of the queue takes a few looks at it until it is done, and what it does happens
then; one may be told to fail.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.pwa.literals import Value

READY, PROCESSING, SUCCESS, FAILED = 1, 3, 4, 5
"""JobState of the client library."""
_IDS = uuid.UUID("b5b1f8a2-3ac6-5c0a-9a83-0d8a1b6e2f11")


class Refused(Exception):
    """What the project server refuses, by its error code and name (Microsoft, "Project Server error codes")."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(name)
        self.code, self.name = code, name


@dataclass
class Job:
    """One entry of the queue. `looks` is how often it has been asked after; `act` happens when it succeeds."""

    id: str
    project: str
    kind: str
    act: Callable[[], None]
    fails: bool
    looks: int = 0
    state: int = READY


@dataclass
class Draft:
    """A project that somebody works on. Custom field values by column, as far as they differ."""

    by: str | None = None
    since: datetime | None = None
    values: dict[str, Value] = field(default_factory=dict)


class Drafts:
    """The drafts of one site and its queue. `looks_until_done` polls see a job through; `failing` jobs fail next."""

    def __init__(self) -> None:
        self.looks_until_done = 3
        self.failing = 0
        self.jobs: dict[str, Job] = {}
        self._drafts: dict[str, Draft] = {}

    def of(self, project: str) -> Draft:
        """The draft of a project."""
        return self._drafts.setdefault(project, Draft())

    def check_out(self, project: str, by: str, at: datetime) -> None:
        """Check a project out, or refuse as the server does when somebody has it already."""
        draft = self.of(project)
        if draft.by is not None:
            own = draft.by == by
            raise Refused(*((10101, "CICOAlreadyCheckedOutToYou") if own else (10100, "CICOCheckedOutToOtherUser")))
        draft.by, draft.since = by, at

    def need(self, project: str, by: str) -> Draft:
        """The draft of a project that `by` has checked out; refused to anybody else, and while a job is pending."""
        draft = self.of(project)
        if draft.by is None:
            raise Refused(10102, "CICONotCheckedOut")
        if draft.by != by:
            raise Refused(10100, "CICOCheckedOutToOtherUser")
        if any(job.project == project and job.state < SUCCESS for job in self.jobs.values()):
            raise Refused(1030, "ProjectWriteLock")
        return draft

    def check_in(self, project: str) -> None:
        """Give a project back; what was not published stays in the draft."""
        draft = self.of(project)
        draft.by = draft.since = None

    def queue(self, project: str, kind: str, act: Callable[[], None]) -> Job:
        """Put a job into the queue."""
        job = Job(str(uuid.uuid5(_IDS, f"{len(self.jobs)}")), project, kind, act, fails=self.failing > 0)
        self.failing = max(0, self.failing - 1)
        self.jobs[job.id] = job
        return job

    def look(self, job_id: str) -> Job:
        """See how far a job is, which moves it on; KeyError where there is none."""
        job = self.jobs[job_id]
        if job.state in (SUCCESS, FAILED):
            return job
        job.looks += 1
        job.state = PROCESSING
        if job.looks >= self.looks_until_done:
            job.state = FAILED if job.fails else SUCCESS
            if not job.fails:
                job.act()
        return job
