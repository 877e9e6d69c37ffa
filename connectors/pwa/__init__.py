"""connectors/pwa."""
