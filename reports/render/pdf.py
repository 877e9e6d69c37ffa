"""The report as PDF through Typst (extra `pdf`): to print, to file, to send to who opens no attachment of HTML.

The template is ours and the data reaches it as JSON, so that no title is markup. The page is tagged for screen readers,
its time of creation is the report's, and the same model with the same fonts gives the same bytes. Budget: 5 MB.
"""

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from portfolio.errors import ConfigurationError
from reports.model import SECTIONS, ReportModel
from reports.render.digest import SHAPES, Digest, Size, fitted
from reports.render.palette import LIGHT
from reports.render.plain import legal_texts
from reports.render.summary import make_digest

BUDGET = 5_000_000
SIZES = (Size(200), Size(100), Size(50), Size(25, 200), Size(10, 120), Size(0, 60))
FONTS = ("Noto Sans", "Source Sans 3", "DejaVu Sans")
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Zen Hei", "Noto Serif CJK SC", "Noto Serif SC", "SimHei", "SimSun",
)  # fmt: skip


def render_pdf(model: ReportModel, page: str | None = None) -> bytes:
    """The PDF, A4 across. Raises ConfigurationError where a Chinese report finds no Chinese font."""
    require_font(model.language)
    return fitted(
        lambda size: _compiled(template_data(make_digest(model, size, SECTIONS, page)), model),
        SIZES,
        lambda made: len(made) <= BUDGET,
    )


def template_data(d: Digest) -> dict[str, Any]:
    """What the template is given: the digest as plain data, with the sentences for what was cut."""
    sections = [{**asdict(s), "cut": d.cut(s.more) if s.more else ""} for s in d.sections]
    for section in sections:
        section["rows"] = [row["cells"] for row in section["rows"]]
    data: dict[str, Any] = legal_texts(
        {
            "language": d.language,
            "title": d.title,
            "as_of": d.as_of,
            "verdict": d.verdict,
            "look": d.look,
            "page": d.page,
            "made_by": d.made_by,
            "health": [list(one) for one in d.health],
            "tiles": _listed([asdict(tile) for tile in d.tiles]),
            "sections": _listed(sections),
            "sources": _listed([[asdict(span) for span in line] for line in d.sources]),
            "shapes": dict(SHAPES),
            "ink": {name: LIGHT[name] for name in LIGHT},
            "fonts": [*FONTS, *CHINESE_FONTS],
        }
    )
    return data


def _listed(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, list | tuple):
        return [_listed(one) for one in value]
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return value


def _compiled(data: dict[str, Any], model: ReportModel) -> bytes:
    import typst

    source = files("reports.render").joinpath("templates", "report.typ").read_bytes()
    made: bytes = typst.compile(
        source,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        timestamp=model.as_of.replace(microsecond=0),
        pdf_standards=["ua-1"],
    )
    return made


@cache
def _families() -> frozenset[str]:
    import typst

    return frozenset(name.casefold() for name in typst.Fonts().families())


def require_font(language: str) -> None:
    """Raises ConfigurationError where the language needs a font that this machine does not have."""
    if language == "zh-Hans" and not any(name.casefold() in _families() for name in CHINESE_FONTS):
        raise ConfigurationError(
            "a Chinese report as PDF needs a Chinese font, and this machine has none that is known",
            code="pdf.no_font",
            remedy="Install one, for instance the package fonts-noto-cjk, or take pdf out of `formats` of `[report]` "
            f"and `[[reports]]`. Known: {', '.join(CHINESE_FONTS)}.",
        )
