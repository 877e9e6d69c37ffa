"""Renderers: one model in, bytes out. Same model, same bytes."""

from reports.render.html import render_html
from reports.render.json import render_json

__all__ = ["render_html", "render_json"]
