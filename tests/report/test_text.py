"""Tests for callevents.report.text."""

import pytest

from callevents.report.text import cut_escaped, escape_mrkdwn, label, masked_label, truncate
from callevents.report.viewer import Viewer


class TestEscapeMrkdwn:
    """Tests for inert()."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("alice@ccc-test", "alice@ccc-test"),
            ("zhang_san@ccc-test", "zhang_san@ccc-test"),
            ("Answered by alice, 200 Okay", "Answered by alice, 200 Okay"),
            ("12.3 s. Then", "12.3 s. Then"),
            ("通话 1 分 58 秒。", "通话 1 分 58 秒。"),
            ("<!channel>", "&lt;!channel&gt;"),
            ("a & b", "a &amp; b"),
            ("&lt;", "&amp;lt;"),
            ("*bold*", "∗bold∗"),
            ("~gone~ `code`", "∼gone∼ 'code'"),
            ("_it_", "＿it＿"),
            ("https://evil.example/x", "https∶∕∕evil․example/x"),
            ("www.evil.example", "www․evil․example"),
            ("#general @here", "＃general ＠here"),
            (":smile: 16:03:11", "∶smile: 16∶03:11"),
        ],
    )
    def test_leaves_words_and_takes_effects(self, text: str, expected: str) -> None:
        """Words stay as they are; whatever Slack would act on is escaped or looks alike."""
        assert escape_mrkdwn(text) == expected


class TestTruncate:
    """Tests for cut()."""

    @pytest.mark.parametrize(
        ("text", "limit", "expected"),
        [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("", 3, ""),
            ("名名名名", 3, "名名…"),
            ("\U0001f600\U0001f600", 4, "\U0001f600\U0001f600"),
            ("\U0001f600\U0001f600", 3, "\U0001f600…"),
            ("a\U0001f600b", 3, "a…"),
        ],
    )
    def test_counts_as_a_browser_does(self, text: str, limit: int, expected: str) -> None:
        """A character outside the basic plane counts twice and is never cut in half."""
        assert truncate(text, limit) == expected

    @pytest.mark.parametrize("limit", range(2, 12))
    def test_never_ends_inside_an_entity(self, limit: int) -> None:
        """Escaped text ends with a whole entity or before it."""
        kept = cut_escaped("&amp;&lt;x&gt;&amp;", limit).removesuffix("…")
        assert "&" not in kept.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


class TestMaskedLabel:
    """Tests for shown() and label()."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("13800000101", "138******01"),
            ("138 0000\u200b0101", "138 ******01"),
            ("one\r\ntwo", "one two"),
            ("\u202eevil\u202c", "evil"),
            ("a\u200bb\ufeffc\u00add", "abcd"),
            ("a \u3000 b", "a b"),
            ("\ud800x", "x"),
            ("   ", ""),
            ("张三", "张三"),
        ],
    )
    def test_is_one_clean_masked_line(self, text: str, expected: str) -> None:
        """Foreign text is one line of characters that can be seen, with its numbers masked."""
        assert masked_label(text, Viewer()) == expected

    def test_masks_before_it_cuts(self) -> None:
        """A number at the edge is not shown because its end is cut off."""
        assert masked_label("x" * 4 + "13800000101", Viewer(), 12) == "xxxx138****…"

    def test_shows_whole_numbers_to_who_may_see_them(self) -> None:
        """Full numbers are for a reader who has them."""
        assert masked_label("13800000101", Viewer(full_numbers=True)) == "13800000101"

    def test_an_id_is_never_masked(self) -> None:
        """Job ids and instances stay readable."""
        assert label("job-109634426711871319\n") == "job-109634426711871319"
        assert masked_label("alice@12345678", Viewer(), 100, "12345678") == "alice@12345678"
