"""Several pages of one partition as one, so that a writer that lags behind needs fewer transactions."""

from collections.abc import Sequence

from portfolio.ports import Page, Row


def merged(pages: Sequence[Page]) -> Page | None:
    """The page that does what these do one after the other, or None when there is no such page.

    A scope speaks of its own page only. A row that it leaves out and a later page brings is there in the end either
    way; but where the same scope comes twice, the first page's rows may be gone by the second, and order matters. So
    it does for a census, which speaks of rows on other pages, and for a page that is the whole of its partition.
    """
    scopes = [scope for page in pages for scope in page.scopes]
    if len(set(scopes)) < len(scopes) or any(page.censuses or page.whole for page in pages):
        return None
    rows: dict[str, list[Row]] = {}
    for page in pages:
        for table, these in page.rows.items():
            rows.setdefault(table, []).extend(these)
    positions = [page.position for page in pages if page.position is not None]
    rejected = [rejection for page in pages for rejection in page.rejected]
    return Page(rows, positions[-1] if positions else None, scopes, rejected)
