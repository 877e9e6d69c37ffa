"""How the PWA connector talks to a site: addresses, paging, sign-in, throttling, language, retirement."""

import base64
import re

import pytest
import responses
from pydantic import ValidationError

from connectors.pwa import odata
from connectors.pwa.settings import PwaSource
from portfolio.errors import ConfigurationError, RateLimited, RemoteError, RemoteRefusal, SignInError
from tests.connectors.pwa_site import P1, P2, URL, FakePwa, ok, page_of_html, project, pulled, reader, refuse, site_of

LIST = "ProjectData/[en-us]/Projects"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


def three_pages(next_links):
    """Answers for the project list: `next_links` by the page that carries them."""
    holder = FakePwa({"Projects": [project()], "Resources": [], "Tasks": []})

    def answer(query):
        if query.get("$top") == "1":
            return ok([])
        number = int(query.get("$skiptoken", "0"))
        return ok([project(f"{P1[:-1]}{number + 1}")], next_links.get(number))

    holder.answers[LIST] = answer
    return holder


def link(number: int) -> str:
    return f"{URL}/_api/ProjectData/[en-us]/Projects?$skiptoken={number}"


def test_a_list_of_three_pages_is_followed_to_its_end(mock):
    three_pages({0: link(1), 1: "Projects?$skiptoken=2"}).install(mock)
    _, (first, *others) = reader().partitions({})
    assert [first.key[-1], *(p.key[-1] for p in others[:2])] == ["1", "2", "3"]


def test_a_next_link_that_repeats_is_an_error_and_not_an_endless_loop(mock):
    three_pages({0: link(1), 1: link(1)}).install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().partitions({})
    assert refused.value.code == "pwa.repeated_link"


def test_a_next_link_to_another_host_is_never_followed(mock):
    three_pages({0: "https://evil.example/pwa/_api/ProjectData/Projects?$skiptoken=1"}).install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().partitions({})
    assert refused.value.code == "remote.foreign_address"
    assert all("evil.example" not in call.request.url for call in mock.calls)


@pytest.mark.parametrize(
    ("after", "least"), [({"Retry-After": "7"}, 7.0), ({}, 2.0)], ids=["with retry-after", "without retry-after"]
)
def test_a_429_is_waited_out_and_repeated(mock, after, least):
    site, sleeps, answered = site_of(), [], []

    def once(query):
        answered.append(query)
        return refuse(429, **after) if len(answered) == 1 else ok([project()])

    site.answers[LIST] = once
    site.install(mock)
    source = reader(sleeps)
    _, stage = source.partitions({})
    assert [p.stream for p in stage] == ["plan", "time"]
    assert max(sleeps) >= least
    assert source.traffic.throttled == 1


def test_a_429_that_stays_ends_with_the_time_of_the_next_try(mock):
    site = site_of()
    site.answers[LIST] = lambda query: refuse(429, **{"Retry-After": "3600"})
    site.install(mock)
    with pytest.raises(RateLimited):
        reader().partitions({})


def test_a_server_that_is_briefly_away_is_asked_again(mock):
    site, answered = site_of(), []

    def twice(query):
        answered.append(query)
        return refuse(503) if len(answered) < 3 else ok([project()])

    site.answers[LIST] = twice
    site.install(mock)
    assert reader().partitions({})
    assert len(answered) == 4


def test_a_server_that_stays_away_is_a_remote_error(mock):
    site = site_of()
    site.answers[LIST] = lambda query: refuse(503)
    site.install(mock)
    with pytest.raises(RemoteError):
        reader().partitions({})


@pytest.mark.parametrize("where", [LIST, "ProjectData/[en-us]/$metadata"], ids=["data", "metadata"])
def test_a_sign_in_page_instead_of_data_is_a_sign_in_error(mock, where):
    site = site_of()
    site.answers[where] = lambda query: page_of_html()
    site.install(mock)
    with pytest.raises(SignInError) as refused:
        reader().partitions({})
    assert refused.value.remedy
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("status", [401, 403], ids=["refused sign-in", "missing permission"])
def test_a_refused_account_is_a_sign_in_error_that_is_not_repeated(mock, status):
    site = site_of()
    site.answers[LIST] = lambda query: refuse(status)
    site.install(mock)
    with pytest.raises(SignInError) as refused:
        reader().probe()
    assert len(site.asked) == 1
    if status == 403:
        assert "Portfolio Viewer" in refused.value.remedy


@pytest.mark.parametrize(
    "answer",
    [refuse(410), refuse(404), page_of_html(), (301, {"Location": "https://tenant.example/sites/pwa"}, "")],
    ids=["410", "404", "a page", "a redirect"],
)
def test_a_retired_project_online_is_named_as_such_and_not_asked_again(mock, answer):
    site = FakePwa()
    mock.add_callback(
        responses.GET,
        re.compile(r"https://projects\.example/.*"),
        callback=lambda r: site.asked.append(r.url) or answer,
    )
    sleeps: list[float] = []
    with pytest.raises(ConfigurationError, match="Project Online was retired on 2026-09-30") as refused:
        reader(sleeps, flavour="online").probe()
    assert refused.value.code == "pwa.online_retired"
    assert "mspdi" in refused.value.remedy
    assert sleeps == []
    assert len(site.asked) <= 2


def test_a_project_server_that_answers_410_is_not_called_project_online(mock):
    site = site_of()
    site.answers[LIST] = lambda query: refuse(410)
    site.install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().probe()
    assert refused.value.code == "remote.removed"


def test_english_names_are_asked_for(mock):
    site = site_of()
    site.install(mock)
    pulled(reader())
    data = [path for path in site.asked if path.startswith("ProjectData")]
    assert data
    assert all(path.startswith("ProjectData/[en-us]/") for path in data)


def test_a_site_without_the_language_segment_is_read_without_it(mock):
    site = site_of(Tasks=[])
    site.english = False
    site.install(mock)
    pages = pulled(reader())
    assert pages["projects:all"][0].rows["project"][0]["name"] == "Project 1"
    assert sum("[en-us]" in path for path in site.asked) == 1, "it is tried once"


def test_a_site_without_project_data_says_what_to_check(mock):
    FakePwa(english=False).install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().probe()
    assert refused.value.code == "pwa.no_project_data"
    assert "/pwa" in refused.value.remedy


@pytest.mark.parametrize("text", ["<edmx:Edmx", "<Edmx/>"], ids=["cut off", "empty"])
def test_metadata_that_cannot_be_read_is_refused(mock, text):
    site = site_of()
    site.answers["ProjectData/[en-us]/$metadata"] = lambda query: (200, {}, text)
    site.install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().probe()
    assert refused.value.code == "pwa.bad_metadata"


@pytest.mark.parametrize("body", ['{"name": 1}', "[]", '"x"'], ids=["object", "list", "text"])
def test_an_answer_of_another_shape_is_refused(mock, body):
    site = site_of()
    site.answers[LIST] = lambda query: (200, {"Content-Type": "application/json"}, body)
    site.install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().partitions({})
    assert refused.value.code == "pwa.bad_shape"


def test_only_columns_that_the_server_has_are_selected(mock):
    site = site_of()
    site.install(mock)
    pulled(reader())
    selected = next(path for path in site.asked if "ProjectCost" in path).partition("$select=")[2].split(",")
    assert set(selected) == set(project())


def test_a_select_that_would_be_refused_for_its_length_is_left_out():
    assert odata.select_of(f"Column{number:06}" for number in range(400)) is None
    assert odata.select_of(["B", "A"]) == "A,B"


def test_literals_double_quotes_and_blanks_are_percent_encoded():
    where = "Name eq " + odata.guid_literal("o'hara")
    assert odata.address("Projects", filter=where) == "Projects?$filter=Name%20eq%20guid'o''hara'"


def test_requests_carry_the_account_and_our_name_and_take_compressed_answers(mock):
    site = site_of()
    site.install(mock)
    reader(auth={"type": "basic", "user": r"CORP\王", "password": "geheim"}).probe()
    sent = site.headers[0]
    assert base64.b64decode(sent["Authorization"].removeprefix("Basic ")).decode() == r"CORP\王:geheim"
    assert sent["User-Agent"].startswith("NONISV|Plumbrule|")
    assert "gzip" in sent["Accept-Encoding"]


def test_a_bearer_token_is_sent_as_it_is(mock):
    site = site_of()
    site.install(mock)
    assert reader(auth={"type": "bearer", "token": "abc"}).probe().account == "bearer token"
    assert site.headers[0]["Authorization"] == "Bearer abc"


def test_an_address_without_tls_is_refused_unless_allowed():
    with pytest.raises(ConfigurationError):
        reader(url="http://projects.example/pwa")
    assert reader(url="http://projects.example/pwa", allow_http=True).kind == "pwa"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Berlin"},
        {"flavour": "2016"},
        {"auth": {"type": "ntlm"}},
        {"site": "x"},
        {"url": f"{URL}/default.aspx"},
        {"url": f"{URL}/_api/ProjectData"},
        {"url": f"{URL}?view=1"},
        {"currency": "Euro"},
    ],
    ids=str,
)
def test_a_mistake_in_the_settings_is_refused(wrong):
    good = {"kind": "pwa", "url": URL, "auth": {"type": "bearer", "token": "x"}}
    with pytest.raises(ValidationError):
        PwaSource.model_validate({**good, **wrong})


def test_secrets_do_not_show():
    assert "geheim" not in repr(
        PwaSource(kind="pwa", url=URL, auth={"type": "basic", "user": "a", "password": "geheim"})
    )


@pytest.mark.parametrize("auth", [{"type": "basic", "user": "a", "password": ["geheim"]}, {"password": "geheim"}])
def test_nor_do_they_when_they_are_of_the_wrong_shape(auth):
    with pytest.raises(ValidationError) as raised:
        PwaSource.model_validate({"kind": "pwa", "url": URL, "auth": auth})
    assert "geheim" not in str(raised.value)


def test_a_site_that_suddenly_shows_no_project_deletes_nothing(mock):
    site = site_of()
    site.install(mock)
    source, positions = reader(), {}
    pulled(source, positions)
    site.sets["Projects"] = []
    site.columns["Projects"] = set(project())
    with pytest.raises(RemoteRefusal) as refused:
        reader().partitions(positions)
    assert refused.value.code == "pwa.all_gone"
    assert P2 not in str(refused.value)
