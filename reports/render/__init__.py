"""Renderers: one model in, bytes out. Same model, same bytes. `formats` lists them all.

The way of a document: `summary.make_digest` → one renderer's escaping, ever smaller until it fits (`digest.fitted`).
The way of a table: `data_lists.datasets` → CSV, Excel, Parquet.
"""

from reports.render.html import render_html
from reports.render.json import render_json

__all__ = ["render_html", "render_json"]
