"""What readers get: one model of the portfolio, pages made from it, and the marks written back into the tools."""

from reports.build import build
from reports.render import render_html, render_json

__all__ = ["build", "render_html", "render_json"]
