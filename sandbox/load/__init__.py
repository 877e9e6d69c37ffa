"""A big pretend Jira Cloud site that is quick to serve: for measuring what reads it, not for trying features.

    python -m sandbox.load --issues 20000 --latency-ms 50 --port 0

prints one line of JSON when it is ready: {"jira": "http://127.0.0.1:…", "issues": …, "worklogs": …, "changes": …}.
Signed in as on the sandbox company's site (`sandbox.serve.JIRA_EMAIL`, `JIRA_TOKEN`). Each issue has three worklogs and
eight changelog entries and weighs about 16 KB with all its fields. The site is the same at every start.

Nothing is held per issue but what a touch changed: ids and times follow from an issue's place (`scale`), texts from the
few issues of a true `JiraSite` (`model`), whose own answers are cut into templates (`templates`). So the shapes are
those of the sandbox's Jira, and 200,000 issues weigh as little as 200.

Calls that no Jira has, without sign-in:

- `POST /load/touch {"percent": 1}` (or `{"issues": 200}`): edits every hundredth issue, which gains a worklog and a
  change of status; the site's clock moves on by an hour.
- `GET /load/expected`: what a complete store must hold now: {"issues": …, "worklogs": …, "changes": …}.
- `GET /load/requests`: requests since the start or the last `DELETE` of it, in all and by endpoint.
"""
