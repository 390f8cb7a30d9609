"""Tests for callevents.slack.api.response_url: which addresses are Slack's, and what the answers to a post mean."""

import time
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackUrlSpent
from callevents.observability.request_log import RequestLog
from callevents.slack.api.response_url import ResponseUrls, allowed
from callevents.slack.blocks.block_kit import Message
from tests.examples import examples

HOSTS = frozenset({"hooks.slack.com", "127.0.0.1", "::1"})
MESSAGE = Message("Call job-1: answered.", [{"type": "divider"}])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", True),
        ("https://HOOKS.slack.com/commands/T1/2/x", True),
        ("https://hooks.slack.com:443/x", True),
        ("http://127.0.0.1:4711/commands/x", True),
        ("https://127.0.0.1:4711/commands/x", True),
        ("http://[::1]:4711/commands/x", True),
        ("", False),
        ("hooks.slack.com/x", False),
        ("https://hooks.slack.com", False),
        ("http://hooks.slack.com/x", False),
        ("ftp://hooks.slack.com/x", False),
        ("//hooks.slack.com/x", False),
        ("https://hooks.slack.com:8443/x", False),
        ("https://hooks.slack.com:0443/x", False),
        ("https://hooks.slack.com:/x", False),
        ("https://hooks.slack.com./x", False),
        ("https://evil.example/x", False),
        ("https://hooks.slack.com.evil.example/x", False),
        ("https://evil-hooks.slack.com/x", False),
        ("https://a.hooks.slack.com/x", False),
        ("https://slack.com/x", False),
        ("https://hooks.slack.com@evil.example/x", False),
        ("https://user:pass@hooks.slack.com/x", False),
        ("https://evil.example#@hooks.slack.com/x", False),
        ("https://evil.example\\@hooks.slack.com/x", False),
        ("https:\\\\hooks.slack.com\\x", False),
        ("https://hooks.slack.com\\.evil.example/x", False),
        ("https://hooks.slack.com%2eevil.example/x", False),
        ("https://hooks.sl\u0430ck.com/x", False),
        ("https://hooks\uff0eslack.com/x", False),
        ("https://hooks.slack.com\t/x", False),
        (" https://hooks.slack.com/x", False),
        ("https://hooks.slack.com/x\n", False),
        ("https://hooks.slack.com/x y", False),
        ("https://hooks.slack.com/x\r\nHost: evil", False),
        ("http://localhost:1/x", False),
        ("http://127.0.0.2:1/x", False),
        ("http://2130706433/x", False),
        ("http://[::ffff:127.0.0.1]/x", False),
        ("https://169.254.169.254/latest", False),
    ],
)
def test_only_slacks_own_addresses_are_posted_to(url: str, expected: bool) -> None:
    assert allowed(url, HOSTS) is expected


@examples(150)
@given(
    st.text()
    | st.text().map(lambda rest: f"https://{rest}")
    | st.text().map(lambda rest: f"https://hooks.slack.com{rest}")
    | st.tuples(
        st.sampled_from(["https://", "HTTPS://", "http://", "ftp://", "//"]),
        st.sampled_from(["", "a@", "a:b@"]),
        st.sampled_from(
            ["hooks.slack.com", "Hooks.Slack.com", "127.0.0.1", "[::1]", "hooks.slack.com.example"]
        ),
        st.sampled_from(["", ":443", ":80", ":8080", ":"]),
        st.sampled_from(["/", "?", "#", "@", "."]),
        st.text(max_size=10),
    ).map("".join)
)
@example("https://hooks.slack.com/commands/T1/2/x")
@example("http://[::1]:8080/x")
def test_any_text_is_an_address_or_not(url: str) -> None:
    if allowed(url, HOSTS):
        parts = urlsplit(url)
        assert parts.username is None
        assert parts.hostname in HOSTS
        if parts.hostname == "hooks.slack.com":
            assert (parts.scheme, parts.port or 443) == ("https", 443)


def posted(slack_env: Any, seconds: float = 5.0, url: str = "") -> None:
    deadline = Deadline.after(seconds, time.monotonic)
    address = url or f"{slack_env.slack_url}/commands/T1/2/secret"
    sleep, request_log = slack_env.slept.append, RequestLog()
    urls = ResponseUrls(slack_env.client, frozenset({"127.0.0.1"}), sleep=sleep, request_log=request_log)
    urls.post(address, MESSAGE, deadline)


def test_a_post_replaces_the_message_for_its_reader_alone(slack_env: Any) -> None:
    posted(slack_env)

    assert slack_env.slack.posts == [
        {
            "response_type": "ephemeral",
            "replace_original": True,
            "text": MESSAGE.text,
            "blocks": MESSAGE.blocks,
        }
    ]


@pytest.mark.parametrize(
    ("answers", "error", "posts"),
    [
        (["ok"], None, 1),
        ([""], None, 1),
        ([500, {"ok": True}], None, 2),
        (["<html>Slack is having a moment</html>", "ok"], None, 2),
        (["\n<!DOCTYPE html>"], SlackError, 4),
        ([(429, 2), {"ok": True}], None, 2),
        ([404], SlackUrlSpent, 1),
        ([410], SlackUrlSpent, 1),
        ([{"ok": False, "error": "used_url"}], SlackUrlSpent, 1),
        ([{"ok": False, "error": "expired_url"}], SlackUrlSpent, 1),
        ([{"ok": False, "error": "invalid_blocks"}], SlackRefused, 1),
        ([{"ok": False, "error": ["x"]}], SlackRefused, 1),
        ([400], SlackRefused, 1),
        ([302], SlackRefused, 1),
        ([307], SlackRefused, 1),
        ([503], SlackError, 4),
        ([(429, 60)], SlackThrottled, 1),
    ],
)
def test_what_the_answer_to_a_post_means(
    slack_env: Any, answers: list[Any], error: type[Exception] | None, posts: int
) -> None:
    slack_env.slack.answers["response_url"] = answers

    if error is None:
        posted(slack_env)
    else:
        with pytest.raises(error) as raised:
            posted(slack_env)
        assert type(raised.value) is error
        assert "secret" not in str(raised.value)
    assert len(slack_env.slack.posts) == posts


def test_the_pause_that_slack_asks_for_is_kept(slack_env: Any) -> None:
    slack_env.slack.answers["response_url"] = [(429, 2), {"ok": True}]

    posted(slack_env)

    assert slack_env.slept == [2.0]


@pytest.mark.parametrize(("seconds", "posts"), [(0.7, 1), (3.0, 2)])
def test_no_attempt_is_made_whose_answer_would_come_too_late(
    slack_env: Any, seconds: float, posts: int
) -> None:
    slack_env.slack.answers["response_url"] = [500, {"ok": True}]

    with pytest.raises(SlackError) if posts == 1 else nullcontext():
        posted(slack_env, seconds=seconds)

    assert len(slack_env.slack.posts) == posts


def test_nothing_is_posted_to_a_stranger(slack_env: Any) -> None:
    with pytest.raises(SlackRefused):
        posted(slack_env, url=f"{slack_env.slack_url}/x".replace("127.0.0.1", "localhost"))

    assert slack_env.slack.posts == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://127.0.0.1:99999/x"])
def test_nobody_there_is_one_of_our_errors(slack_env: Any, url: str) -> None:
    with pytest.raises(SlackError):
        posted(slack_env, url=url)


def test_the_deadline_holds(slack_env: Any) -> None:
    slack_env.slack.pause = 1.0

    with pytest.raises(SlackError):
        posted(slack_env, seconds=0.2)
