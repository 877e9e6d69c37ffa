"""plumbrule."""
