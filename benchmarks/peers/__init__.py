"""Other people's tools, each used as its own documentation shows, and pointed at a Jira on loopback."""
