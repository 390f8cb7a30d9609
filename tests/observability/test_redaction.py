import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callevents.observability.redaction import MAX_CHARS, is_secret, redact_thoroughly, redacted
from tests.scaling import LINEAR, growth

HEX = "0123456789abcdef0123456789abcdef"
SECRETS = [
    "xoxb-1234567890-abcdefGHIJ",
    "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4",
    "xapp-1-A012-34567-abc",
    f"v0={HEX}{HEX}",
    HEX,
    "LTAI5tQ1Zz2Xx3Cc4Vv5Bb6N",
    "STS.NUrHbfpB7kxWEXAMPLE",
    "https://hooks.slack.com/commands/T01/123/abcDEF",
    "https://hooks.slack-gov.com/actions/T01/123/abcDEF",
    "CAIS8AF1q6Ft5B2yfSjIr5bkKNPOqOxT1/OCe2/yo3UGeMFUgYvgqjz2IHlLfXJqAe8avvg+n2Bb",
    "13812345678",
    "+86 138-1234-5678",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "cannot post to {}: refused", '{{"a": "{}"}}', "x={}&y=1", "({})\n", "'{}',"]
)
def test_a_secret_does_not_pass_in_any_surroundings(secret: str, around: str) -> None:
    found = redacted(around.format(secret))

    assert secret not in found
    assert secret[len(secret) // 2 - 4 : len(secret) // 2 + 4] not in found


@pytest.mark.parametrize(
    "text",
    [
        "authorization: Bearer short",
        "Authorization: Basic dXNlcjpwYXNz",
        "'authorization': 'FC akid:short='",
        "{'x-fc-security-token': 'short', 'host': 'h'}",
        '"token": "short"',
        "token=short&team_id=T1",
        "SLACK_SIGNING_SECRET=short",
        "x-acs-security-token:short",
        "password = short",
        "Authorization: ACS3-HMAC-SHA256 Credential=short,SignedHeaders=host;x-acs-date,Signature=short",
        "trigger_id=1.2.short",
        '"response_url":"short"',
        "{'X-Slack-Signature': ['short']}",
        "https://short@example.com/",
        "GET /ccc?token=short HTTP/1.1",
        "https://example.com/ccc?x=short",
        "https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0%2F1%2Fshort",
        r"https:\/\/hooks.slack.com\/commands\/T0\/1\/short",
        "payload=%7B%22token%22%3A%22short%22%7D",
        "Invalid request signature: b'payload=%7B%22a%22%3A%22short%22%7D'",
        "token: b'short'",
        "[('authorization', 'short')]",
        "postgres://user:short@host/x",
        "cookie: d=1; x=short; y=short",
        "xwfp-1-short",
    ],
)
def test_what_stands_under_a_telling_name_goes(text: str) -> None:
    found = redacted(text)

    assert "short" not in found.replace("SignedHeaders", "")
    assert "[redacted]" in found


@pytest.mark.parametrize(
    "text",
    [
        "answered",
        "job-468a63a2-1234-4bcd-9876-123456789012: no records",
        f"queued as t_{HEX}{HEX}",
        "request 0630E5DF-CEB0-445B-8626-D5C7481181C3 took 12 ms",
        "settings rejected: CALLEVENTS_WEBHOOK_TOKEN, SLACK_BOT_TOKEN",
        "CCC answered 503 after 3 tries",
        "lookup: failed: ccc_refused: SignatureDoesNotMatch, wrong secret",
        "通话 not found",
    ],
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_text_that_is_too_long_is_cut() -> None:
    assert len(redacted("é " * MAX_CHARS)) <= MAX_CHARS + 1


def test_lone_surrogates_are_replaced() -> None:
    assert redacted("a\ud800b") == "a?b"


@pytest.mark.parametrize(
    "name", ["Authorization", "x-fc-security-token", "response_url", "signing_secret", "triggerId"]
)
def test_telling_names_are_known(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["status", "code", "jobs", "milliseconds"])
def test_other_names_are_not(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "token=",
        "token:[",
        "https://",
        "https://hooks.",
        "https%3A%2F%2F",
        "payload=",
        "cookie: a;",
        "a://b",
        "?a",
        "v0=",
        "-",
        "1",
        "1 ",
        " FC",
        "[",
        '"secret": "',
        "\\",
    ],
)
def test_the_time_grows_with_the_size_and_no_faster(part: str) -> None:
    assert growth(redact_thoroughly, lambda size: part * size, 2000) < LINEAR
    assert len(redacted(part * 4000)) <= 3 * MAX_CHARS


PIECES = [
    "token",
    "Basic",
    "FC",
    "xoxb",
    "xwfp",
    "LTAI",
    "STS",
    "v0",
    "http",
    "hooks",
    "U0MEI",
    "1234567",
    "9",
    "abcdefgh",
    "job-468a63a2-1111-4222-8333-b1ecf726d4be",
]
SIGNS = [" ", "-", "_", ":", ": ", "=", "/", "?", ".", "@", "\n", "é", '"']


@example(["LTAI", "abcdefgh"])
@example(["Basic", " ", "abcdefgh", ": ", "abcdefgh"])
@example(["token", "-", "9", ":", " ", "U0MEI"])
@given(st.lists(st.sampled_from(PIECES + SIGNS), max_size=8))
def test_the_quick_look_overlooks_nothing(parts: list[str]) -> None:
    text = "".join(parts)
    assert redacted(text) == redact_thoroughly(text)
