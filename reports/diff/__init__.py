"""What changed between two checks: findings, measures, colours, projects. Pure, from what the store keeps by day."""
