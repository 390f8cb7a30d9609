"""Tests for callevents.slack.requests.signature: Slack's own vector, every failure, and it never raises."""

import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.requests.signature import signature_failure, usable_secret
from tests.examples import examples

# Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = "1531420618"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
NOW = float(STAMP)


def failure_of(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "secret": SECRET,
        "timestamp": STAMP,
        "signature": SIGNATURE,
        "body": BODY,
        "now": NOW,
    } | changes
    return signature_failure(**given)


def test_slacks_own_verifier_in_javascript_says_the_same() -> None:
    """What @slack/bolt said of these (`make judges` asks it again)."""
    kept = json.loads((Path(__file__).parents[2] / "data/slack/bolt-verdicts.json").read_text("utf-8"))
    theirs = [each.pop("genuine") for each in kept]

    assert [signature_failure(**{**each, "body": each["body"].encode()}) is None for each in kept] == theirs
    assert {True, False} == set(theirs)


def test_slacks_own_example_is_genuine() -> None:
    assert failure_of() is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"timestamp": None}, "missing"),
        ({"timestamp": ""}, "missing"),
        ({"signature": None}, "missing"),
        ({"signature": ""}, "missing"),
        ({"timestamp": "abc"}, "malformed"),
        ({"timestamp": " 1531420618"}, "malformed"),
        ({"timestamp": "1531420618.0"}, "malformed"),
        ({"timestamp": "-1531420618"}, "malformed"),
        ({"timestamp": "1e9"}, "malformed"),
        ({"timestamp": "9" * 5000}, "malformed"),
        ({"timestamp": "\u0661\u0665\u0663"}, "malformed"),
        ({"timestamp": "1531420618\n"}, "malformed"),
        ({"signature": SIGNATURE[3:]}, "malformed"),
        ({"signature": SIGNATURE.upper()}, "malformed"),
        ({"signature": "v0=" + "\u00e9" * 64}, "malformed"),
        ({"signature": SIGNATURE + "\n"}, "malformed"),
        ({"signature": f"{SIGNATURE},{SIGNATURE}"}, "malformed"),
        ({"now": NOW + 300}, None),
        ({"now": NOW - 300}, None),
        ({"now": NOW + 301}, "expired"),
        ({"now": NOW - 301}, "expired"),
        ({"now": float("nan")}, "expired"),
        ({"body": BODY + b"&"}, "mismatch"),
        ({"body": b"\xff\xfe"}, "mismatch"),
        ({"signature": "v0=" + "0" * 64}, "mismatch"),
        ({"secret": "another-signing-secret-here"}, "mismatch"),
        ({"secret": SECRET + "\r\n"}, None),
        ({"secret": f"  {SECRET} "}, None),
        ({"secret": ""}, "unusable_secret"),
        ({"secret": "   \n"}, "unusable_secret"),
        ({"secret": "fifteen-letters"}, "unusable_secret"),
        ({"secret": "kms://callevents/slack-signing-secret"}, "unusable_secret"),
        ({"secret": '"KMS://callevents/slack-signing-secret"'}, "unusable_secret"),
        ({"secret": "\u200bkms\ufeff://callevents/slack-signing-secret"}, "unusable_secret"),
        ({"secret": "8f742231b10e8888 abcd99yyyzzz85a5"}, "unusable_secret"),
        ({"secret": "8f742231b10e8888\u00a0abcd99yyyzzz85a5"}, "unusable_secret"),
    ],
)
def test_each_failure_has_its_reason(changes: dict[str, Any], expected: object) -> None:
    assert failure_of(**changes) == expected


@pytest.mark.parametrize("secret", ["", " ", "short"])
def test_nobody_can_sign_with_a_secret_that_is_none(secret: str) -> None:
    signature = "v0=" + hmac.new(secret.strip().encode(), b"v0:%s:" % STAMP.encode(), sha256).hexdigest()

    assert failure_of(secret=secret, signature=signature, body=b"") == "unusable_secret"


@examples(150)
@given(
    secret=st.text() | st.just(SECRET),
    timestamp=st.none() | st.text() | st.just(STAMP),
    signature=st.none() | st.text() | st.from_regex(r"v0=[0-9a-f]{64}", fullmatch=True),
    body=st.binary(),
    now=st.floats() | st.just(NOW),
)
def test_nothing_makes_it_raise_and_nothing_unsigned_passes(
    secret: str, timestamp: str | None, signature: str | None, body: bytes, now: float
) -> None:
    assert (
        signature_failure(secret=secret, timestamp=timestamp, signature=signature, body=body, now=now)
        is not None
    )


def test_a_secret_that_is_no_unicode_text_still_signs() -> None:
    assert usable_secret("\ud800" * 20) is not None
