"""Asking for a waiver: a form about one open finding. What is sent becomes a request, never a waiver."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from plumbrule.waiver_requests import AlreadyAsked, QueueFull, WaiverRequest
from plumbrule.web.bodies import form_endpoint
from plumbrule.web.front import Front, audit, unkept
from plumbrule.web.look import Absent, Look, Row
from plumbrule.web.pages.finding import finding_of, may_ask
from plumbrule.web.people import Asker
from plumbrule.web.trouble import trouble_page
from reports.render.live import Field, Form, LivePage, live_policy
from reports.render.places import finding_path
from reports.spoken import printable

_LONGEST = {"reason": 2000, "compensating": 1000, "requested_by": 120}


@dataclass(frozen=True)
class _Asked:
    """What the form said, cleaned, and what is wrong with it."""

    reason: str
    compensating: str
    requested_by: str
    until: str
    faults: tuple[str, ...] = ()


def waiver_routes(front: Front) -> list[Route]:
    """Their routes; none while nobody may ask."""
    if not front.settings.serve.waiver_requests:
        return []
    desk = _Desk(front)
    return [
        Route("/findings/{finding}/waiver", desk.form),
        Route("/findings/{finding}/waiver", form_endpoint(desk.ask), methods=["POST"]),
    ]


class _Desk:
    def __init__(self, front: Front) -> None:
        self._front = front

    def form(self, request: Request) -> Response:
        """The empty form."""
        look, asker, found = self._about(request)
        return self._form(request, look, asker, found, _Asked("", "", "", ""))

    def ask(self, request: Request, form: dict[str, str]) -> Response:
        """Note the request down, or show the form again with what is wrong."""
        front = self._front
        look, asker, found = self._about(request)
        if not front.cookies.is_own_form(request, form.get("token", ""), _bound(found, asker)):
            content = trouble_page("foreign_form", look.language, front.places())
            return unkept(content, policy=live_policy(forms=False), status=403)
        asked = _read(look, asker, form)
        if asked.faults:
            return self._form(request, look, asker, found, asked, status=422)
        words = look.words
        try:
            front.queue.add(_request(front, look, found, asked))
        except AlreadyAsked:
            told = words("Somebody has asked for that already; it is not decided yet.")
        except QueueFull:
            told = words("Too many requests wait for a decision. Tell the PMO.")
        else:
            audit.info("serve.waiver_requested", user=asked.requested_by, finding=found["id"], path=request.url.path)
            return RedirectResponse(f"{front.settings.serve.base}/waivers#requests", status_code=303)
        return self._form(request, look, asker, found, _Asked(**{**vars(asked), "faults": (told,)}), status=409)

    def _about(self, request: Request) -> tuple[Look, Asker, Row]:
        """Raises Absent where nothing may be asked about that finding."""
        asker = self._front.people.asker(request)
        look = self._front.look(request, asker)
        with look.edition.lock:
            found = finding_of(look, request.path_params["finding"])
        if not may_ask(look, found):
            raise Absent
        return look, asker, found

    def _form(
        self, request: Request, look: Look, asker: Asker, found: Row, asked: _Asked, *, status: int = 200
    ) -> Response:
        words, held = look.words, Response()
        token = self._front.cookies.form_token(request, held, _bound(found, asker))
        fields = [
            Field("token", "", token, "hidden"),
            Field("reason", words("Why is it right to break the rule here?"), asked.reason, "text", longest=2000),
            Field("until", words("Last day"), asked.until, "day"),
            Field("compensating", words("What is done in its place?"), asked.compensating, "text", False, 1000),
        ]
        if asker.viewer is None:
            fields.append(Field("requested_by", words("Your name"), asked.requested_by, longest=120))
        note = words("This only asks. Somebody else decides, and until then nothing changes.")
        form = Form("ask", words("Ask for a waiver"), f"{finding_path(found['id'])}/waiver", fields, words("Ask"),
                    asked.faults, note)  # fmt: skip
        page = LivePage(f"{found['rule_id']} {words('Ask for a waiver')}", [form], look.edition.as_of, found["message"])
        answer = self._front.fresh(page, look.language, status=status)
        answer.raw_headers.extend(pair for pair in held.raw_headers if pair[0] == b"set-cookie")
        return answer


def _bound(found: Row, asker: Asker) -> str:
    """What a form is good for: this finding, this person."""
    return f"waiver of {found['id']} by {asker.viewer.name if asker.viewer else ''}"


def _read(look: Look, asker: Asker, form: dict[str, str]) -> _Asked:
    words, faults = look.words, []
    texts = {name: printable(form.get(name, "")).strip() for name in _LONGEST}
    if asker.viewer is not None:
        texts["requested_by"] = asker.viewer.name
    texts["requested_by"] = " ".join(texts["requested_by"].split())
    if not texts["reason"]:
        faults.append(words("Say why."))
    if not texts["requested_by"]:
        faults.append(words("Say who you are."))
    if any(len(texts[name]) > longest for name, longest in _LONGEST.items()):
        faults.append(words("A text is too long."))
    until = _day(form.get("until", ""))
    if until is None:
        faults.append(words("Say until which day."))
    elif until < look.edition.app.today:
        faults.append(words("The last day has passed."))
    return _Asked(**texts, until=form.get("until", "")[:10], faults=tuple(faults))


def _request(front: Front, look: Look, found: Row, asked: _Asked) -> WaiverRequest:
    until = _day(asked.until)
    assert until is not None  # noqa: S101 - it would be a fault
    keys = look.rows("SELECT key FROM projects WHERE project_id = $project", project=found["project_id"])
    subject = keys[0]["key"] if keys else found["subject_id"]
    return WaiverRequest(
        finding=found["id"],
        about=f"{found['rule_id']}, {subject}",
        reason=asked.reason,
        requested_by=asked.requested_by,
        requested_at=front.clock(),
        until=until,
        compensating=asked.compensating or None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
