"""ProjectServer's drafts as `responses` answers them: check-outs, custom fields, a queue, and digests."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import responses

from tests.connectors.pwa_site import URL

STATE = "Custom_00000000000000000000000000000001"
SCORE = "Custom_00000000000000000000000000000002"
COLOUR = "Custom_00000000000000000000000000000003"
ENTRIES = {"Entry_r": "Red", "Entry_a": "Amber", "Entry_g": "Green"}


def definition(internal: str, name: str, kind: int, entries: dict[str, str] | None = None, entity: str = "Project"):
    return {
        "Id": f"{internal[7:15]}-{internal[15:19]}-{internal[19:23]}-{internal[23:27]}-{internal[27:]}",
        "Name": name,
        "InternalName": internal,
        "FieldType": kind,
        "EntityType": {"Name": entity},
        "LookupEntries": [{"InternalName": k, "FullValue": v} for k, v in (entries or {}).items()],
    }


@dataclass
class FakeDrafts:
    """`values` by project; `held` by whom; `published` how often; `states` are what the queue says of the next jobs."""

    values: dict[str, dict[str, str]]
    held: dict[str, str] = field(default_factory=dict)
    fields: list[dict] = field(
        default_factory=lambda: [
            definition(STATE, "PMO state", 21),
            definition(SCORE, "PMO score", 15),
            definition(COLOUR, "PMO colour", 21, ENTRIES),
        ]
    )
    wants_digest: bool = True
    offers: bool | None = None
    """What $metadata says of UpdateCustomFields; None: there is no $metadata."""
    states: list[int] = field(default_factory=list)
    refuse: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Step -> status and words, for as long as it stands here."""
    digests: int = 0
    asked: list[str] = field(default_factory=list)
    written: list[tuple[str, dict]] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    jobs: dict[str, list[int]] = field(default_factory=dict)

    def install(self, mock: responses.RequestsMock) -> "FakeDrafts":
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(re.escape(f"{URL}/_api/") + ".*"), callback=self._answer)
        return self

    @property
    def posts(self) -> list[str]:
        """The steps that were sent, without ids."""
        return [step.removeprefix("POST ") for step in self.asked if step.startswith("POST ")]

    def _answer(self, request):
        path = unquote(urlsplit(request.url).path).removeprefix("/pwa/_api/")
        step = re.sub(r"^ProjectServer/", "", path)
        project = match[1] if (match := re.match(r"Projects\('([^']*)'\)/?", step)) else ""
        step = step[match.end() :] if match else step
        self.asked.append(f"{request.method} {step}")
        if step in self.refuse:
            status, words = self.refuse[step]
            return status, {"Content-Type": "application/json"}, json.dumps({"error": {"message": {"value": words}}})
        if step == "contextinfo":
            self.digests += 1
            told = {"FormDigestValue": f"0xD{self.digests}", "FormDigestTimeoutSeconds": 1800}
            return self._ok({"GetContextWebInformation": told})
        if step == "$metadata":
            return self._metadata()
        if step == "CustomFields":
            return self._ok({"results": self.fields})
        if job := re.fullmatch(r"QueueJobs\('(.*)'\)", step):
            left = self.jobs[job[1]]
            return self._ok({"Id": job[1], "JobState": left.pop(0) if len(left) > 1 else left[0]})
        if project not in self.values:
            return 404, {}, "{}"
        if request.method == "GET":
            return self._read(project, step)
        if self.wants_digest and request.headers.get("X-RequestDigest") != f"0xD{self.digests}":
            return 403, {}, '{"error": "The security validation for this page is invalid (26031)"}'
        return self._post(project, step, request)

    def _read(self, project: str, step: str):
        if step == "":
            return self._ok({"Id": project, "IsCheckedOut": project in self.held, "CheckOutDescription": "LAPTOP-7"})
        if step == "CheckedOutBy":
            return self._ok({"Title": self.held[project]})
        assert step == "Draft/IncludeCustomFields"  # the draft's own record does not hold them
        return self._ok({"Id": project, **{k.replace("_", "_x005f_", 1): v for k, v in self.values[project].items()}})

    def _post(self, project: str, step: str, request):
        if step == "checkOut":
            if project in self.held:
                return 400, {}, '{"error": "CICOCheckedOutToOtherUser"}'
            self.held[project] = "pmo-bot"
            return self._ok({})
        assert self.held.get(project) == "pmo-bot", f"{step} without a check-out of ours"
        if step == "Draft/UpdateCustomFields()":
            body = json.loads(request.body)
            assert request.headers["Content-Type"] == "application/json;odata=verbose"
            for pair in body["customFieldDictionary"]:
                assert pair["__metadata"] == {"type": "SP.KeyValue"}
                self.values[project][pair["Key"]] = pair["Value"]
                self.written.append((project, {k: v for k, v in pair.items() if k != "__metadata"}))
        elif step == "Draft/Publish(true)":
            self.published.append(project)
            del self.held[project]
        else:
            assert step == "Draft/CheckIn(true)"
            del self.held[project]
        return self._ok({step.partition("/")[2].partition("(")[0]: self._job()})

    def _job(self) -> dict:
        native = f"job-{len(self.jobs) + 1}"
        self.jobs[native] = [self.states.pop(0) if self.states else 4]
        if self.jobs[native] == [3]:
            self.jobs[native] = [3, 3, 4]
        return {"Id": native, "JobState": 1}

    def _metadata(self):
        if self.offers is None:
            return 404, {}, ""
        named = '<FunctionImport Name="UpdateCustomFields"/>' if self.offers else ""
        return 200, {"Content-Type": "application/xml"}, f"<edmx:Edmx>{named}</edmx:Edmx>"

    @staticmethod
    def _ok(told: dict):
        return 200, {"Content-Type": "application/json"}, json.dumps({"d": told})
