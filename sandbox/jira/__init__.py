"""A pretend Jira Cloud site: database (`site`), REST v3 (`routes`), real records played back (`replay`)."""
