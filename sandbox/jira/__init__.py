"""A pretend Jira site, Cloud or Data Center: filled in memory, changed as people would change it, served over loopback.

Start one: `with serve_jira(JiraSite(edition="data_center")) as server: ...server.url` (`serving`); with the pretend
company in it and the other tools beside it: `sandbox.serve.Sandbox`.

Fill and change (`site.JiraSite`):
  registering  add_user, add_group, add_project, add_version, add_custom_field, add_status, add_issue_type, …
  filling      add_issue, add_worklog, add_worklogs_at_once, add_history, add_link, add_comment
  sprinting    add_board, add_sprint
  editing      edit_issue, move_issue, archive_issue, delete_issue, rename_project, set_project_status, start_sprint,
               close_sprint, edit_worklog, delete_worklog
  site         hide_issue, hide_worklog, `hidden_projects`, `granted` permissions, `uneditable_issues`, `mails`,
               `write_limit` per issue, `search_lag`, `access` and `oauth` (the ways in), `wait(minutes=5)`
`replay` plays a dump of real records back.

Cloud, below /rest/api/3 (`routes`, one module an area):
  routes_site       serverInfo, myself, mypermissions, field, status, issuetype, resolution, priority, configuration …
  routes_people     user/bulk, users/search, group/member
  routes_projects   project/search, project, versions, entity properties
  routes_search     search/jql, search/approximate-count, issue/bulkfetch; /search is gone with 410
  routes_issues     issue (get, edit, delete), changelog, changelog/bulkfetch
  routes_create     issue (create), createmeta        routes_workflow  transitions
  routes_worklogs   issue worklogs, worklog/updated|deleted|list
  routes_marks      entity properties, remote links                routes_comments  comments and their properties
  routes_bulk       bulk edit of labels and custom fields, queue   routes_tasks  issue/properties/multi, task

The same below /ex/jira/{cloudId}/rest/api/3, the gateway, for scoped tokens and OAuth (`access`, `scopes`); `oauth` is
the authorization server: POST /oauth/token, /oauth/token/accessible-resources; /_edge/tenant_info tells the cloudId.
`site.oauth.add_client`, `site.oauth.grant`, `site.access.add_scoped_token`, `site.access.expire`. `serve_gateway` puts
them on another host than the site's, as in life.

Data Center, below /rest/api/2 (`datacenter.routes`; `datacenter.limits.Limits`: page, result window, bucket):
  serverInfo, myself, mypermissions, user, user/search, group/member, field, status, issuetype, priority, resolution,
  configuration; project (whole list), project, versions, version; search; issue (create, get, edit, delete),
  createmeta, transitions, worklogs, properties, remote links, comments in wiki text; the worklog feeds. Bearer
  (personal access token) and Basic.

Both, below /rest/agile/1.0 (`routes_agile`; on Cloud for granular scopes only, when scopes count): board, its
configuration, its sprints, sprint. The Sprint field of an issue: `agile`.

`/browse/KEY` shows a person what was written. What goes wrong on request: `sandbox.faults`,
`sandbox.distortions`, `burst.BurstLimit` (a gate of the server).
"""
