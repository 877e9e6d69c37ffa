"""`plumbrule serve` on one's own machine: what its pages say, and how they are sent."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_world import BRIDGE, FAILING, ROAD, Page, finding_of, links, make_site, rows, served, text_of

from plumbrule.explaining import explain
from rules.load import load_rules


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("site"), "[serve]\nmetrics = true\n")


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Page]:
    with served(site) as running:
        yield running


def test_every_link_that_begins_at_the_first_page_leads_somewhere(page: Page) -> None:
    seen: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen or (path.startswith("/rules/") and len([p for p in seen if p.startswith("/rules/")]) > 12):
            continue
        answer = page.get(path)
        seen[path] = answer.status_code
        waiting += links(answer.text)
    assert {path: status for path, status in seen.items() if status != 200} == {}
    kinds = {path.split("/")[1] for path in seen}
    assert kinds == {"", "projects", "findings", "rules", "waivers", "history"}
    assert {f"/projects/{BRIDGE}", f"/projects/{BRIDGE}/rules", f"/projects/{ROAD}"} <= set(seen)


def test_the_portfolio_is_the_report_with_links_to_pages(page: Page, site: Path) -> None:
    answer = page.get("/")
    assert "Works" in text_of(answer.text) and "Road <b>&" in text_of(answer.text)
    assert f"/findings/{finding_of(site)}" in links(answer.text)
    assert "Road <b>" not in answer.text  # what people wrote never becomes markup


def test_a_project_has_the_report_on_it_alone(page: Page) -> None:
    answer = page.get(f"/projects/{BRIDGE}")
    assert "Bridge" in text_of(answer.text) and "Road" not in text_of(answer.text)
    assert f"/projects/{BRIDGE}/rules" in links(answer.text)


def test_verdicts_tell_of_every_rule_that_was_evaluated(page: Page, site: Path) -> None:
    shown = text_of(page.get(f"/projects/{BRIDGE}/rules").text)
    known = rows(site, "SELECT rule_id FROM rule_result WHERE project_id LIKE '%INI-1' AND subject_kind = 'project'")
    assert known
    assert [rule for (rule,) in known if rule not in shown] == []
    assert "not applicable" in shown


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_finding_is_explained_as_the_command_does(page: Page, site: Path, language: str) -> None:
    finding = finding_of(site)
    shown = text_of(page.get(f"/findings/{finding}", cookies={"plumbrule-language": language}).text)
    lines = explain(finding, site, language).splitlines()[2:]
    told = [" ".join(line.split()) for line in lines]
    folder = f"{site.parent.resolve()}/"
    missing = [line for line in told if line.replace(folder, "") not in shown]
    assert missing == []
    assert folder not in shown


def test_a_finding_is_found_by_the_beginning_of_its_id_as_reports_print_it(page: Page, site: Path) -> None:
    finding = finding_of(site)
    assert page.get(f"/findings/{finding[:10]}").text == page.get(f"/findings/{finding}").text
    assert page.get(f"/findings/{finding[:3]}").status_code == 404


def test_a_rule_tells_limits_in_force_and_who_fails_it(page: Page, site: Path) -> None:
    shown = text_of(page.get(f"/rules/{FAILING}").text)
    assert "Large items" in shown and "points > $most" in shown
    assert "most 3 built-in 3 everything that it is about" in shown
    assert "BR-1 has 8 points; limit 3." in shown and "INI-1" in shown and "INI-2" not in shown


def test_limits_that_policy_sets_for_a_department_stand_beside_the_others(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    policy = '[policy]\nlevel = "department"\ndepartment = "Infrastructure"\nowner = "x"\npmo_level = "supportive"\n'
    policy += '[[set]]\nrule = "PRO-08"\nparams.max_days = 7\nreason = "every week"\n'
    (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
    config.write_text(config.read_text().replace("waivers =", 'policy = ["policy.toml"]\nwaivers ='), encoding="utf-8")
    with served(config) as page:
        shown = text_of(page.get("/rules/PRO-08").text)
    assert re.search(r"max_days 7 .*policy\.toml\S* \d+ 1 of those it judges", shown), shown
    assert re.search(r"max_days (\d+) built-in \1 (1 of those it judges|all others)", shown), shown


def test_who_could_not_be_judged_is_told_with_the_reason(page: Page, site: Path) -> None:
    found = rows(
        site, "SELECT rule_id FROM rule_result WHERE outcome = 'unknown' AND subject_kind = 'project' ORDER BY ALL"
    )
    shown = text_of(page.get(f"/rules/{found[0][0]}").text)
    assert re.search(r"not evaluated INI-\d (Bridge|Road <b>&) \w+", shown), shown


def test_the_list_of_rules_names_each_one(page: Page) -> None:
    shown = page.get("/rules").text
    assert [rule.id for rule in load_rules().rules if f"/rules/{rule.id}" not in links(shown)] == []


def test_history_tells_checks_events_and_runs(page: Page) -> None:
    shown = text_of(page.get("/history").text)
    assert "run-7" in shown and "partial" in shown and "90 s" in shown
    assert "BR-1 has 8 points; limit 3." in shown
    assert "The whole house leans." in text_of(page.get("/").text)


def test_a_page_is_sent_once_and_then_only_asked_for(page: Page) -> None:
    first = page.get("/", headers={"Accept-Encoding": "identity"})
    tag = first.headers["ETag"]
    again = page.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert page.get("/waivers").headers["ETag"] != tag
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_pages_are_packed_where_the_browser_takes_that(page: Page) -> None:
    plain = page.get("/", headers={"Accept-Encoding": "identity"})
    packed = page.get("/", headers={"Accept-Encoding": "br, gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(raw) == plain.content
    assert "Content-Encoding" not in page.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_head_answers_as_get_without_the_body(page: Page) -> None:
    head = page.session.head(page.url + "/", headers={"Accept-Encoding": "identity"}, timeout=30)
    got = page.get("/", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content)) and head.headers["ETag"] == got.headers["ETag"]


@pytest.mark.parametrize("path", ["/", f"/projects/{BRIDGE}", "/history", "/nothing", "/healthz", "/metrics"])
def test_a_browser_may_load_nothing_else_and_show_it_in_no_frame(page: Page, path: str) -> None:
    answer = page.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers and "server" not in answer.headers


def test_a_page_loads_nothing_from_anywhere(page: Page) -> None:
    for path in ("/", "/history", f"/rules/{FAILING}"):
        markup = re.sub(r"<script\b.*?</script>", "", page.get(path).text, flags=re.DOTALL)
        assert re.findall(r'\b(?:src|srcset|poster|action|data)="', markup) == []
        assert re.findall(r"<link\b[^>]*>", markup) == re.findall(r'<link rel="icon" href="data:[^"]*">', markup)
        assert "url(" not in markup


@pytest.mark.parametrize("path", ["/nothing", "/projects/NONE", "/findings/0000000000000", "/rules/XYZ-99", "/account"])
def test_what_is_not_there_is_a_clear_page(page: Page, path: str) -> None:
    answer = page.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "There is nothing here" in text_of(answer.text)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(page: Page, method: str, site: Path) -> None:
    for path in ("/", f"/projects/{BRIDGE}", f"/findings/{finding_of(site)}", "/waivers"):
        answer = page.session.request(method, page.url + path, timeout=30)
        assert answer.status_code == 405 and set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
        assert "That cannot be done here" in text_of(answer.text)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "192.168.0.7"]
)
def test_another_name_that_leads_here_reads_nothing(page: Page, host: str) -> None:
    answer = page.get("/", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert "Bridge" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8571", "127.0.0.1", "[::1]:80"])
def test_names_of_this_machine_are_its_own(page: Page, host: str) -> None:
    assert page.get("/", headers={"Host": host}).status_code == 200


def test_the_language_is_chosen_once_and_kept(page: Page) -> None:
    reader = page.stranger()
    answer = reader.get("/rules?lang=zh-Hans")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rules")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert 'lang="zh-Hans"' in reader.get("/rules").text and "生效的规则" in reader.get("/rules").text
    assert 'lang="zh-Hans"' in reader.get("/").text
    assert "这里没有内容" in reader.get("/nothing").text
    assert page.stranger().get("/rules?lang=xx").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "language"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("de, en;q=0.5", "en"), ("de", "en"), ("", "en")]
)
def test_a_browser_is_answered_in_its_language_where_the_report_has_it(page: Page, wanted: str, language: str) -> None:
    answer = page.stranger().get("/rules", headers={"Accept-Language": wanted})
    assert f'<html lang="{language}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_health_tells_nothing_but_itself_whatever_the_name(page: Page) -> None:
    answer = page.get("/healthz", headers={"Host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_metrics_count_and_name_nobody(page: Page) -> None:
    page.get("/nothing")
    text = page.get("/metrics").text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["plumbrule_snapshot_available"] == values["plumbrule_configuration_ok"] == "1"
    assert int(values['plumbrule_http_requests_total{code="4xx"}']) >= 1
    assert sum(int(v) for k, v in values.items() if k.startswith("plumbrule_projects")) == 2
    assert all(re.fullmatch(r"[a-z_]+(\{[a-z]+=\"[a-z0-9]+\"(,[a-z]+=\"[a-z]+\")*\})? \d+", line)
               for line in text.splitlines() if not line.startswith("#"))  # fmt: skip
    assert "Bridge" not in text and "INI" not in text
