"""A big pretend site that is quick to serve: for measuring what reads it, not for trying features.

Jira Cloud:

    python -m sandbox.load --issues 20000 --latency-ms 50 --port 0

prints one line of JSON when it is ready: {"jira": "http://127.0.0.1:…", "issues": …, "worklogs": …, "changes": …}.
Signed in as on the sandbox company's site (`sandbox.serve.JIRA_EMAIL`, `JIRA_TOKEN`). Each issue has three worklogs and
eight changelog entries and weighs about 16 KB with all its fields. The site is the same at every start.

Nothing is held per issue but what a touch changed: ids and times follow from an issue's place (`scale`), texts from the
few issues of a true `JiraSite` (`model`), whose own answers are cut into templates (`templates`). So the shapes are
those of the sandbox's Jira, and 200,000 issues weigh as little as 200.

Project Web App, in the same way one model project and a rule how others differ from it (`plans`, `plans_feed`):

    python -m sandbox.load --pwa --projects 2000 --tasks 100 --edition server --latency-ms 50 --port 0

prints {"pwa": …, "projects": …, "tasks": …, "assignments": …, "task_baselines": …, "links": …}. Page sizes are those of
the edition; ProjectData under `[en-us]` or without, and what ProjectServer tells of a project.

Calls that no such tool has, without sign-in:

- `POST /load/touch {"percent": 1}` (or `{"issues": 200}`, `{"projects": 20}`): edits every hundredth issue, which
  gains a worklog and a change of status, or publishes every hundredth project anew; the clock moves on by an hour.
- `GET /load/expected`: what a complete store must hold now: {"issues": …, "worklogs": …, "changes": …}.
- `GET /load/requests`: requests since the start or the last `DELETE` of it, in all and by endpoint.
"""
