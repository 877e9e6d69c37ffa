import pytest

from plumbrule.log import HIDDEN, Redaction


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({"api_token": "abc"}, {"api_token": HIDDEN}),
        ({"headers": {"Authorization": "Basic abc"}}, {"headers": {"Authorization": HIDDEN}}),
        ({"event": "sent Bearer eyJhbGciOi.abc"}, {"event": f"sent Bearer {HIDDEN}"}),
        ({"url": "https://x.example/a?sig=abc&b=1"}, {"url": f"https://x.example/a?sig={HIDDEN}&b=1"}),
        ({"what": ["s3cret-value in a list"]}, {"what": [f"{HIDDEN} in a list"]}),
        ({"pages": 3}, {"pages": 3}),
    ],
)
def test_secrets_do_not_reach_the_log(event: dict[str, object], shown: dict[str, object]) -> None:
    assert Redaction(["s3cret-value"])(None, "info", event) == shown


def test_short_words_are_not_taken_for_secrets() -> None:
    assert Redaction(["ab"]).text("able") == "able"


def test_tokens_and_cookies_of_sites_are_hidden_wherever_they_occur() -> None:
    redact = Redaction()
    assert redact.text("sent FedAuth=77u/PD94; rtFa=abc=") == "sent FedAuth=[hidden]; rtFa=[hidden]"
    assert redact.text("got eyJ0eXAiOiJKV1Q.eyJhdWQi.c2ln of it") == "got [hidden] of it"
