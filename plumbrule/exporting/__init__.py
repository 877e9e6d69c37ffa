"""`plumbrule export`: what the latest check saw, as files for other programs."""
