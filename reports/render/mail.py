"""The report as a mail: subject, HTML and plain text. The channel puts them together and sends them.

HTML as mail programs take it: nested tables, inline styles, no images, no style sheet, no script; bars are cells. Every
text that has a colour has a ground of its own, so that it stays readable where a program turns the mail dark. Budget:
95,000 bytes of HTML, since Gmail cuts a mail off at about 102 KB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.model import ReportModel
from reports.render.digest import SHAPES, Digest, Size, fitted, plain_text
from reports.render.palette import LIGHT
from reports.render.summary import make_digest
from reports.words import Words

BUDGET = 95_000
SECTIONS = (
    "attention",
    "decisions",
    "changes",
    "budget_by_programme",
    "milestones",
    "risks",
    "rules",
    "levels",
    "portfolio",
    "waived",
    "gaps",
)
SIZES = (Size(12), Size(10, 240), Size(8, 200), Size(7, 180), Size(6, 160), Size(4, 120), Size(2, 80), Size(0, 60))
_GAP = "\n\n"
"""Between subject and text in the file; no subject holds it."""


@dataclass(frozen=True)
class Mail:
    """What a mail is made of. The subject is one line, without any character that could end it."""

    subject: str
    html: str
    text: str


def render_mail(model: ReportModel, page: str | None = None) -> Mapping[str, bytes]:
    """The parts as files: `html` and `txt`, whose first line is the subject."""
    mail = compose(model, page)
    return {"html": mail.html.encode(), "txt": f"{mail.subject}{_GAP}{mail.text}".encode()}


def subject_and_text(content: bytes) -> tuple[str, bytes]:
    """What a file `txt` holds, told apart: the subject, and the text that is mailed under it."""
    subject, _, text = content.partition(_GAP.encode())
    return subject.decode(), text


def compose(model: ReportModel, page: str | None = None) -> Mail:
    """The mail, its HTML at most BUDGET bytes."""
    words = Words(model.language)
    return fitted(
        lambda size: _mail(make_digest(model, size, SECTIONS, page), words),
        SIZES,
        lambda mail: len(mail.html.encode()) <= BUDGET,
    )


def _mail(d: Digest, words: Words) -> Mail:
    total = sum(n for _, _, n in d.health)
    shares = [(colour, word, n, round(100 * n / total)) for colour, word, n in d.health if n] if total else []
    page = _environment().get_template("mail.html.j2")
    html = page.render(d=d, c=LIGHT, shapes=SHAPES, shares=shares, subject=_subject(d, words))
    return Mail(_subject(d, words), html, _text(d, words))


def _subject(d: Digest, words: Words) -> str:
    counts = words(", ").join(f"{n} {word}" for colour, word, n in d.health if colour in ("red", "amber"))
    return f"{d.title}{words(': ')}{counts}"


def _text(d: Digest, words: Words) -> str:
    colon = words(": ")
    parts = ["\n".join([d.title, d.as_of]), d.verdict]
    if d.page:
        parts.append(f"{d.look}{colon}{d.page}")
    tiles = [f"- {t.title}{colon}{t.figure} {t.unit}".rstrip() + "".join(f" · {n}" for n in t.notes) for t in d.tiles]
    parts.append("\n".join(tiles))
    for section in d.sections:
        lines = [*section.lines, *(row.line for row in section.rows)]
        told = [f"- {plain_text(line)}" for line in lines]
        if not section.rows and section.empty and not section.more:
            told.append(section.empty)
        if section.more:
            told.append(d.cut(section.more))
        parts.append("\n".join([section.title.upper(), *told]))
    parts.append("\n".join(f"- {plain_text(line)}" for line in d.sources))
    parts.append(d.made_by)
    return "\n\n".join(part for part in parts if part) + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reports.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
