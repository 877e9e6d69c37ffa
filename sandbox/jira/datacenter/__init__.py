"""Jira Data Center's REST v2 over a `JiraSite(edition="data_center")`: `routes.routes(site)`.

Apart from Cloud: users are `name` and `key`, texts are wiki text, search pages by `startAt` and ends at a window, epics
are custom fields, and nothing of `search/jql`, `project/search`, `bulkfetch` or `bulk` exists. `limits.Limits` holds
what an administrator sets: page sizes, the result window, the rate limit.
"""
