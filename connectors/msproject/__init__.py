"""connectors/msproject."""
