"""Messages as text for a terminal."""

from typing import Any

import pytest

from callevents_sandbox.control.terminal import as_text


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        ({"type": "header", "text": plain("Answered")}, "Answered"),
        ({"type": "section", "text": mrkdwn("*Bold* &lt;tag&gt; <https://a|link> <!date^1^{time}|10:00>")},
         "Bold <tag> link 10:00"),
        ({"type": "section", "fields": [mrkdwn("*Caller*"), plain("张伟"), mrkdwn("*To*"), plain("x")]},
         "  Caller        张伟\n  To            x"),
        ({"type": "context", "elements": [plain("one"), mrkdwn("two")]}, "one · two"),
        ({"type": "actions", "elements": [
            {"type": "button", "text": plain("Refresh")},
            {"type": "overflow", "options": [{"text": plain("JSON")}, {"text": plain("Help")}]},
        ]}, "[Refresh]  [⋯ JSON | Help]"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "No."}, {"type": "raw_text", "text": "Call"}],
                                    [{"type": "raw_text", "text": "1"}, rich({"type": "rich_text_section", "elements": [
                                        {"type": "text", "text": "job-1"}]})]]}, "No.  Call\n1    job-1"),
        ({"type": "data_table", "caption": "2 calls", "rows": [
            [{"type": "raw_text", "text": "No."}, {"type": "raw_text", "text": "Length"}],
            [{"type": "raw_number", "value": 1}, {"type": "raw_number", "value": 63, "text": "1 min 3 s"}]]},
         "2 calls\nNo.  Length\n1    1 min 3 s"),
        (rich({"type": "rich_text_section", "elements": [
            {"type": "text", "text": "by "}, {"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "x",
             "unicode": "2705"}, {"type": "emoji", "name": "own"}, {"type": "date", "fallback": "10:00"}]}),
         "by @U1✅:own:10:00"),
        (rich({"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}), "  • one"),
        (rich({"type": "rich_text_list", "style": "ordered", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}), "  1. one"),
        (rich({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\nb"}]}), "  | a\n  | b"),
        ({"type": "divider"}, "─" * 78),
        ({"type": "video"}, "[video]"),
        ({"type": "section", "text": plain("a\x1b[31mb\u202ec\x07d")}, "a [31mb c d"),
    ],
)  # fmt: skip
def test_blocks(block: dict[str, Any], shown: str) -> None:
    assert as_text("unused", [block]) == shown


def test_without_blocks_the_text_counts() -> None:
    assert as_text("*Hello*\x1b]0;title\x07", []) == "Hello ]0;title "


def test_odd_blocks_do_no_harm() -> None:
    odd: list[Any] = [1, None, {}, {"type": "section", "fields": 1}, {"type": "table", "rows": [1, []]},
                      {"type": "actions", "elements": [1, {}]}, rich({"type": "x"})]  # fmt: skip
    assert isinstance(as_text("", odd), str)
