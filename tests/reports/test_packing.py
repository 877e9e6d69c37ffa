"""What the page's data leaves out can always be put back."""

from hypothesis import given
from hypothesis import strategies as st
from page_reading import join

from reports.render.packing import packed_items, packed_messages

KEYS = st.one_of(st.from_regex(r"[A-Z]{2,4}-[0-9]{1,5}", fullmatch=True), st.text(max_size=8), st.just(""))
TEXTS = st.one_of(st.text(alphabet="ab 0123456789.,-٣²", max_size=30), st.text(max_size=20)).filter(
    lambda text: "\x01" not in text  # no control character is in a message
)


@given(st.lists(st.tuples(KEYS, st.integers(-1, 3), TEXTS)))
def test_keys_and_messages_come_back_as_they_were(rows: list[tuple[str, int, str]]) -> None:
    keys, projects, texts = ([row[n] for row in rows] for n in range(3))
    items, told = packed_items(keys, projects, 4), packed_messages(texts)  # type: ignore[arg-type]
    found = {
        "item": list(items.items),
        "prefixes": list(items.prefixes),
        "project": projects,
        "message": list(told.pattern),
        "patterns": list(told.patterns),
        "numbers": list(told.numbers),
    }
    join(found)
    assert found["item"] == keys
    assert found["message"] == texts


def test_what_repeats_is_told_once() -> None:
    assert packed_messages(["12 of 30 late", "7 of 9 late", "none"]).patterns == ("\x01 of \x01 late", "none")
    assert packed_items(["APP-1", "APP-07", "OPS-2", "APP-3", ""], [0, 0, 0, 0, -1], 1).items == (
        1,
        "APP-07",
        "OPS-2",
        3,
        "",
    )
