"""What readers get: one model of the portfolio, pages made from it, and the marks written back into the tools."""

from reports.build import build

__all__ = ["build"]
