"""Measurements side by side: ours, a floor written for the purpose, other people's tools. See docs/benchmarks.md."""
