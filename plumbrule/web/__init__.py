"""`plumbrule serve`: a small read-only page over the latest published snapshot (extra `web`).

`settings` and `mistakes` are light and always loaded; everything else is imported by the command alone.
`published` holds the snapshot, `sight` says who may see what, `pages` make what is shown, `site` answers requests.
"""
