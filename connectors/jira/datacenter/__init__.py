"""Reading Jira Data Center (and Server): REST v2, pages by row number, people by key, epics by a field of their own."""
