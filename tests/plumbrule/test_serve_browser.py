"""The served pages in Chromium and Firefox: no fault by axe-core, no breach of the policy, no request elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import SCHEMES, SHORT, each_browser, faults, needs_browser, opened, overhang, window
from web_world import BRIDGE, FAILING, Page, finding_of, make_site, served

pytestmark = needs_browser

LOOKS = [("en", "light", 1280), ("zh-Hans", "dark", 390)]
if not SHORT:
    LOOKS = [(language, scheme, width) for language in ("en", "zh-Hans") for scheme in SCHEMES for width in (1280, 390)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("site"), "[serve]\nwaiver_requests = true\n")


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Page]:
    with served(site) as running:
        yield running


@each_browser
@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_no_page_has_a_fault(
    browsers: Any, page: Page, site: Path, name: str, language: str, scheme: str, width: int
) -> None:
    finding = f"/findings/{finding_of(site)}"
    reports = ("/", f"/projects/{BRIDGE}")
    others = (f"/projects/{BRIDGE}/rules", finding, "/rules", f"/rules/{FAILING}", "/waivers", "/history", "/no/such")
    with window(browsers, name, scheme, width) as context:
        for path in (*reports, *others):
            address = f"{page.url}{path}?lang={language}"
            found = opened(context, address, scripted=path in reports, home=page.url)
            trouble = [one for one in found.trouble if "404" not in one]  # what Chromium says of /no/such
            assert (path, faults(found.page), trouble, overhang(found.page)) == (path, [], [], 0)
            found.page.close()
