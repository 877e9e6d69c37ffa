"""The invented portfolio as pages in a folder, for browsers: each language as one file, with tiles of its own, and as a
folder of pages."""

from decimal import Decimal
from pathlib import Path

from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.inputs import LANGUAGES
from reports.model import OwnTile, OwnValue
from reports.render import render_html
from reports.render.html_split import render_html_split

OWN = tuple(
    OwnTile(title=title, unit="number", value=OwnValue(value=Decimal(n * n * 1_234)), note=note)
    for n, (title, note) in enumerate(
        (
            ("Invoices that wait", "for work that is accepted"),
            ("Hours of suppliers", None),
            ("Open change requests", "oldest 41 days"),
            ("Days since the last steering committee", None),
            ("Booked in the last week", "in all departments"),
            ("Trainings overdue", None),
        ),
        start=1,
    )
)
"""As many as paper has room for."""
LONG = (
    "Renewal of the whole billing, collection and reconciliation landscape in all twelve companies, second phase",
    "مشروع تجديد نظام الفوترة والتحصيل",
    "X" * 200,
    "更新全集团的结算、收款与对账系统，包括十二家欧洲子公司的第二阶段迁移工作",
)


def write_pages(folder: Path) -> None:
    """`long.html`, whose projects have long names; `<language>.html`, `own-<language>.html`, and
    `<language>/index.html` with `<language>/projects/<key>.html`."""
    named = [{**row, "name": LONG[n % len(LONG)]} for n, row in enumerate(rows()["projects"])]
    long = {
        **rows(),
        "projects": [{**row, "manager_name": "Maximiliane von und zu Hohenstein-Wallerstein"} for row in named],
    }
    (folder / "long.html").write_bytes(render_html(build(MemoryReader(long), **inputs())))
    for language in LANGUAGES:
        model = build(MemoryReader(rows()), **inputs() | {"language": language})
        (folder / f"{language}.html").write_bytes(render_html(model))
        own = build(MemoryReader(rows()), **inputs() | {"language": language, "own_tiles": OWN})
        (folder / f"own-{language}.html").write_bytes(render_html(own))
        for path, content in render_html_split(model).items():
            place = folder / language / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
