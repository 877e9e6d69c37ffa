"""Pages of the documentation that are made from code: commands, settings, exit codes, error codes."""
