"""Reading Jira Cloud (REST v3): projects, versions, issues with histories and worklogs, and what is gone."""
