"""The whole of `plumbrule init`, from the first question to the files."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from connectors.currencies import CurrencyCode
from connectors.jira.survey import kind_of
from connectors.zones import ZoneName
from plumbrule.example import schema
from plumbrule.joins import Join, without_clashes
from plumbrule.listing import Listing
from plumbrule.speech import says
from plumbrule.starting import placing
from plumbrule.starting.asking import Asker, Check, given_or_asked, one_of, some_of
from plumbrule.starting.joining import chosen_rows, joined
from plumbrule.starting.looking import looked_at
from plumbrule.starting.sources import Given, SourceDraft, Sources, as_address
from plumbrule.starting.written import Chosen, summary, written
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, PlumbruleError
from portfolio.ports import Survey

_SHOWN = 25
_LANGUAGES = ("en", "zh-Hans")


def set_up(given: Given, who: Asker, folder: Path, *, force: bool, today: date) -> str:
    """Ask, look, propose, write; what was done and what comes next, in words.

    Raises PlumbruleError where something is missing or cannot be looked at; then no configuration is written.
    """
    placing.refuse_what_stands(folder, force=force)
    if not (given.names_a_source or who.is_guided):
        raise ConfigurationError(
            "no source is given",
            code="init.no_sources",
            remedy="give one of --jira URL, --pwa URL, --dataverse URL, --files GLOB; or call `plumbrule init` on a "
            "terminal without --yes, where it asks",
        )
    folder.mkdir(parents=True, exist_ok=True)
    drafts = list(_drafts(given, who, folder))
    if not drafts:
        raise ConfigurationError(
            "no source was named, so there is nothing to write",
            code="init.no_sources",
            remedy="call init again and give one; `plumbrule demo` shows what it is for without any",
        )
    chosen = _decided(given, who, drafts)
    text = written(chosen, today)
    placing.check(text, folder)
    if who.is_guided:
        who.tell(f"\n{text}")
        if not who.yes(says("Write this to {folder}?", folder=folder / placing.CONFIG), default=True):
            raise ConfigurationError("nothing was written", code="init.declined", remedy="call init again")
    kept = placing.place({placing.CONFIG: text, placing.SCHEMA: schema()}, folder)
    return "\n".join(_end(chosen, folder, kept))


def _drafts(given: Given, who: Asker, folder: Path) -> Iterator[SourceDraft]:
    """The sources, each looked at as soon as it can be."""
    sources = Sources(who, given, folder)
    if (found := _jira(given, who, folder)) is not None:
        url, kind = found
        yield _selected(_looked(who, folder, lambda: sources.jira(url, kind)), given, who)
    plans = "plans"
    if url := _address(given.pwa, who, given, "--pwa", "Address of your Project Web App (nothing: none)"):
        yield _looked(who, folder, lambda: sources.pwa(url))
        plans = "planner"
    if url := _address(
        given.dataverse, who, given, "--dataverse", "Address of Dataverse, for Planner Premium (nothing: none)"
    ):
        yield _looked(who, folder, lambda: sources.dataverse(url, plans))
    pattern = given.files
    if pattern is None and who.is_guided and not given.names_a_source:
        pattern = who.text("--files", says("Plans as files, such as plans/*.xml (nothing: none)"), "", str)
    if pattern:
        yield _looked(who, folder, lambda: sources.files(pattern))


def _address(said: str | None, who: Asker, given: Given, option: str, question: str) -> str:
    """An address; empty for none. Where options name sources, only those are meant."""
    if said is None and (given.names_a_source or not who.is_guided):
        return ""
    return given_or_asked(who, said, option, question, default="", check=lambda told: told and as_address(told))


def _jira(given: Given, who: Asker, folder: Path) -> tuple[str, str] | None:
    """Address and kind of a Jira; None for none. At a terminal, an address with no Jira can be answered anew."""
    bundle = folder.resolve() / Path(given.ca_bundle).expanduser() if given.ca_bundle else None
    while url := _address(given.jira, who, given, "--jira", "Address of your Jira (nothing: none)"):
        who.tell(says("Looking for a Jira at {url} ...", url=url))
        try:
            kind = kind_of(url, allow_http=given.allow_http, ca_bundle=bundle)
        except PlumbruleError as error:
            if not who.is_guided or given.jira is not None:
                raise
            who.tell(f"  {error.what}\n  {error.remedy}")
            continue
        who.tell(says("{url} is a Jira {kind}.", url=url, kind="Cloud" if kind == "jira_cloud" else "Data Center"))
        return url, kind
    return None


def _looked(who: Asker, folder: Path, ask: Callable[[], SourceDraft]) -> SourceDraft:
    """A draft that was looked at. At a terminal, what went wrong can be answered anew."""
    while True:
        draft = ask()
        if draft.signs_in_later:
            who.tell(says("{name}: a person signs in there; it is looked at once somebody has.", name=draft.name))
            return draft
        who.tell(says("Looking at {draft} ...", draft=draft.values.get("url") or draft.values.get("path")))
        try:
            seen = looked_at(draft, folder)
        except PlumbruleError as error:
            if not who.is_guided:
                raise
            who.tell(f"  {error.what}\n  {error.remedy}")
            if not who.yes(says("  Try again with other answers?"), default=True):
                raise
            continue
        _tell(who, seen)
        return seen


def _tell(who: Asker, draft: SourceDraft) -> None:
    survey: Survey | None = draft.survey
    if survey is None:
        return
    who.tell(f"  {survey.deployment}, as {survey.account}")
    for line in survey.found:
        who.tell(f"  - {line}")
    for one in survey.proposals:
        said = ", ".join(one.value) if isinstance(one.value, tuple) else one.value
        mark = "proposed" if one.sure else says("to decide")
        who.tell(f"  {mark}: {'.'.join(one.steps)} = {said} ({one.why})")


def _selected(draft: SourceDraft, given: Given, who: Asker) -> SourceDraft:
    """A Jira source with the projects that are to be read."""
    rows = sorted(chosen_rows(draft), key=lambda row: str(row.get("key")))
    keys = [str(row["key"]) for row in rows if row.get("key")]
    if who.is_guided and not given.projects:
        listed = [{"key": r.get("key"), "name": r.get("name"), "category": r.get("category")} for r in rows[:_SHOWN]]
        more = says("\nand {shown} more", shown=len(rows) - _SHOWN) if len(rows) > _SHOWN else ""
        who.tell(f"{Listing(listed).as_text()}{more}")
    said = ", ".join(given.projects) if given.projects else None
    question = "Which projects (all, or keys with commas between)"
    answer = given_or_asked(who, said, "--project", question, default="all", check=some_of(keys, "all"))
    if answer == "all":
        return draft
    return replace(draft, values={**draft.values, "projects": answer.split(", ")})


def _decided(given: Given, who: Asker, drafts: Sequence[SourceDraft]) -> Chosen:
    """All that concerns more than one source."""
    surveys = [draft.survey for draft in drafts if draft.survey is not None]
    zone = next((s.time_zone for s in surveys if s.time_zone), None) or _zone_of_machine()
    name = given_or_asked(who, given.name, "--name", "Name of the portfolio", default="Portfolio")
    zone = given_or_asked(who, given.timezone, "--timezone", "Time zone", default=zone, check=_valid(ZoneName))
    currency = given_or_asked(
        who, given.currency, "--currency", "Currency of amounts, such as EUR (nothing: not known)", default="",
        check=lambda told: told and _valid(CurrencyCode)(told.upper()),
    )  # fmt: skip
    language = given_or_asked(
        who, given.language, "--lang", "Language of the page (en, zh-Hans)", default="en", check=one_of(_LANGUAGES)
    )
    accepted, left = _joins(given, who, drafts)
    return Chosen(
        name=name,
        timezone=zone,
        language=language,
        sources=[_with_place(draft, zone, currency) for draft in drafts],
        waiting_statuses=sorted({status for survey in surveys for status in survey.waiting_statuses}),
        joins=accepted,
        open_joins=left,
    )


def _with_place(draft: SourceDraft, zone: str, currency: str) -> SourceDraft:
    """With the time zone and the currency, where the source does not tell them itself."""
    more: dict[str, str] = {}
    if draft.kind in ("pwa", "mspdi", "mpp", "odata_dump", "dataverse"):
        more["timezone"] = zone
    if currency and draft.kind in ("jira_cloud", "jira_data_center", "pwa", "odata_dump"):
        more["currency"] = currency
    return replace(draft, values={**draft.values, **more})


def _joins(given: Given, who: Asker, drafts: Sequence[SourceDraft]) -> tuple[Sequence[Join], Sequence[Join]]:
    """The joins that are taken, and those that nobody decided on."""
    if len(drafts) < 2:
        return (), ()
    found = joined(drafts)
    fitting, taken = without_clashes(found.likely)
    if found.by_key:
        who.tell(
            says("Joined across tools by the key that they hold: {found}.", found=counted(found.by_key, "project"))
        )
    if given.join_above is not None:
        least = given.join_above
        return [j for j in fitting if j.score >= least], [*(j for j in fitting if j.score < least), *taken]
    if not who.is_guided or not fitting:
        return (), found.likely
    who.tell(says("Likely the same project:"))
    for join in fitting:
        who.tell(f"  {join.id}  {join.score:.0%}  {join.left} = {join.right}")
    answer = who.text(
        "--join-above", says("Which of them to join (all, none, or ids with commas between)"), "none",
        _ids([join.id for join in fitting]),
    )  # fmt: skip
    wanted = [join for join in fitting if answer == "all" or join.id in answer.split(", ")]
    return wanted, [join for join in found.likely if join not in wanted]


def _ids(known: Sequence[str]) -> Check:
    some = some_of(known, "all")

    def check(answer: str) -> str:
        return "none" if answer.casefold() in ("none", "") else some(answer)

    return check


def _valid(kind: Any) -> Check:
    """Values as the settings take them, with their words for what is wrong."""

    def check(told: str) -> str:
        try:
            return str(TypeAdapter(kind).validate_python(told))
        except ValueError as error:
            words = str(error).splitlines()[1].strip().removeprefix("Value error, ").partition(" [type=")[0]
            raise ValueError(words) from None

    return check


def _zone_of_machine() -> str:
    """As TZ or the link /etc/localtime say; UTC where they say nothing."""
    told = os.environ.get("TZ", "").removeprefix(":")
    linked = Path("/etc/localtime")
    if not told and linked.is_symlink():
        told = str(linked.resolve()).partition("zoneinfo/")[2]
    try:
        return _valid(ZoneName)(told)
    except ValueError:
        return "UTC"


def _end(chosen: Chosen, folder: Path, kept: Sequence[Path]) -> Iterator[str]:
    path = folder / placing.CONFIG
    option = "" if path.resolve() == (Path.cwd() / placing.CONFIG) else f" -c {path}"
    yield f"{path}: {summary(chosen)}."
    for aside in kept:
        yield says("What stood there before is kept as {aside}.", aside=aside)
    if named := sorted(_variables(chosen)):
        yield says("Wherever runs start, the environment must hold {named}.", named=", ".join(named))
    yield "Next:"
    later = [draft.name for draft in chosen.sources if draft.signs_in_later]
    first = f"plumbrule auth login {later[0]}{option}" if later else f"plumbrule doctor{option}"
    last = f"plumbrule match suggest{option}" if chosen.open_joins else f"plumbrule plan{option}"
    told = {
        first: says("a person signs in") if later else says("each source: rights, what is visible, what expires"),
        f"plumbrule run{option}": says("pull, check, and write the page; nothing is written into the tools"),
        last: says("likely joins, to accept") if chosen.open_joins else says("what would be written into Jira"),
    }
    width = max(map(len, told))
    yield from (f"  {command:<{width}}   # {why}" for command, why in told.items())


def _variables(chosen: Chosen) -> Iterator[str]:
    for draft in chosen.sources:
        auth = draft.values.get("auth")
        values = [*draft.values.values(), *(auth.values() if isinstance(auth, dict) else ())]
        yield from (told[4:] for told in values if isinstance(told, str) and told.startswith("env:"))
