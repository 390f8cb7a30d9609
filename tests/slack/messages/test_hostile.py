"""Whatever stands in a call, an alert or a name: every message is one that Slack takes, and nothing in it acts."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.model import CallSummary, Outcome, Phrase, SecondSource, TimelineEvent, Transfer
from callevents.errors import CccInstanceUnknown, CccTimedOut, SettingsError
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import card, resolved
from callevents.slack.blocks.buttons import Buttons
from callevents.slack.messages.answer import answer
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.notices import unknown_instance
from callevents.slack.views.events_json import events_view
from callevents.slack.views.modals import search_form
from callevents.tasks.envelope import AlertEnvelope
from tests.examples import examples

START = 1_772_619_731_309_000_000  # 2026-03-04T10:22:11.309Z
JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
CANARY = "EVIL"
LANGUAGES = ["en", "zh-CN"]
HOSTILE = [
    f"<!channel> {CANARY}",
    f"<@U{CANARY}> <#C1|x> <!subteam^S1>",
    f"<https://evil.example|https://bank> {CANARY}",
    f"https://evil.example/{CANARY} www.evil.example mailto:a@evil.example",
    f"*{CANARY}* _{CANARY}_ ~{CANARY}~ `{CANARY}` ```{CANARY}```",
    f"one\ntwo\r\nthree\u2028four\x85five {CANARY}",
    f":smile: :{CANARY}: @here #general &lt;!channel&gt;",
    f"\u202e{CANARY}\u202c \u200b\u2066 \ufeff\x1b[31m\x00",
    f"\ud800{CANARY}\udc00",
    "\U0001f600" * 10_000,
    "名" * 10_000,
    "&" * 10_000,
    "x" * 10_000,
    f"<!date^1^{{date}}^https://evil.example|{CANARY}>",
    " ",
    "",
    "%(agent)s %s {0}",
]


def hostile_call(call: Callable[..., CallSummary], text: str, **changes: Any) -> CallSummary:
    """A call in which every foreign string is *text*."""
    event = TimelineEvent(START, "Odd", text, "unknown", text, (Phrase("%s", text),))
    facts: dict[str, Any] = {
        "direction": text,
        "media": text,
        "answered_by": text,
        "release_text": text,
        "caller": text,
        "callee": text,
        "agents": (text,) * 30,
        "skill_groups": (text,) * 30,
        "transfers": (Transfer(START, "blind", text, text), Transfer(None, "attended", None, text)) * 20,
        "recordings": (text,) * 30,
        "warnings": ("incomplete", "unreadable_record", "duplicates"),
        "complete": False,
        "events": (event,) * 300,
        "sources": ("detail_record",),
        "second_source": SecondSource("found", "refused", ((text, f"{text} {text}"),), recorded=True),
    }
    return call(**{**facts, **changes})


words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=80),
    st.lists(
        st.sampled_from([*"<>&*_~`:@#/.|^\n\u202e\u200b\ud83d", "://", "名", "\U0001f600", CANARY, "a"]),
        max_size=60,
    ).map("".join),
)
instants = st.one_of(st.none(), st.integers(-(10**22), 10**22), st.integers(START, START + 10**13))
seconds = st.one_of(st.none(), st.floats(0, 10**7), st.integers(0, 10**6))
outcomes = st.sampled_from(get_args(Outcome))
events = st.builds(
    TimelineEvent,
    at=instants,
    type=st.one_of(
        words, st.sampled_from(["Established", "Released", "TextStream", "IvrTracking", "Abandoned"])
    ),
    label=words,
    leg=st.sampled_from([None, "customer", "agent", "supervisor", "unknown"]),
    agent=st.one_of(st.none(), words),
    detail=st.lists(st.builds(Phrase, st.sampled_from(["%s", "by %s"]), words), max_size=3).map(tuple),
)
side = st.one_of(st.none(), words)
transfers = st.builds(Transfer, at=instants, kind=st.sampled_from(["blind", "attended"]), from_=side, to=side)
names = st.lists(words, max_size=12).map(tuple)
calls = st.builds(
    CallSummary,
    job_id=st.just(JOB),
    instance_id=st.just("ccc-test"),
    direction=st.one_of(st.none(), st.just("inbound"), words),
    media=st.one_of(st.none(), words),
    outcome=outcomes,
    started_at=instants,
    answered_at=instants,
    answered_by=st.one_of(st.none(), words),
    ended_at=instants,
    queue_seconds=seconds,
    ring_seconds=seconds,
    talk_seconds=seconds,
    hold_seconds=seconds,
    ended_by=st.sampled_from([None, "agent", "customer", "system"]),
    release_code=st.one_of(st.none(), st.integers(0, 999)),
    release_text=st.one_of(st.none(), words),
    caller=st.one_of(st.none(), words),
    callee=st.one_of(st.none(), words),
    agents=names,
    skill_groups=names,
    transfers=st.lists(transfers, max_size=5).map(tuple),
    recordings=names,
    complete=st.booleans(),
    warnings=st.sampled_from([(), ("incomplete",), ("unreadable_record", "duplicates", "incomplete")]),
    events=st.lists(events, max_size=12).map(tuple),
)


viewers = st.builds(
    Viewer,
    language=st.sampled_from(LANGUAGES),
    site_zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Nowhere/At All", "UTC"]),
    own_zone=st.sampled_from([None, "Asia/Shanghai", "Europe/Berlin"]),
    full_numbers=st.booleans(),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
class TestHostileText:
    """The same text in every place of a call at once."""

    def test_one_call(self, text: str, language: Any, call: Any, judges: Any) -> None:
        """An answer about one call stays within all limits, and nothing in it acts."""
        message = answer(
            [hostile_call(call, text)], Viewer(language), buttons=Buttons(reveal=True), updated_at=1.5e9
        )
        judges.message(message)

    def test_ten_calls(self, text: str, language: Any, call: Any, judges: Any) -> None:
        """A table of ten calls stays within all limits, and nothing in it acts."""
        shown = answer([hostile_call(call, text)] * 10, Viewer(language), buttons=Buttons(), shared_by="U1")
        judges.message(shown)

    def test_card(self, text: str, language: Any, call: Any, judges: Any) -> None:
        """An alert's card and its thread stay within all limits."""
        alert = an_alert(text)
        for summaries in ([], [hostile_call(call, text)], [hostile_call(call, text)] * 10):
            failures = {f"job-{number:04}": CccTimedOut() for number in range(12)}
            shown = card(alert, summaries, Viewer(language), failures=failures)
            for message in (shown.parent, *shown.thread[:1]):
                judges.message(message)
        judges.message(resolved(alert, Viewer(language)))

    def test_notices_and_views(self, text: str, language: Any, call: Any, judges: Any) -> None:
        """A name that somebody typed is repeated without effect; a page of JSON holds anything."""
        viewer = Viewer(language)
        judges.message(unknown_instance(text, [text] * 30, viewer))
        judges.message(error_message(SettingsError(names=text), viewer, text, jobs=[text]))
        judges.message(error_message(CccInstanceUnknown(request_id=text), viewer))
        judges.modal(search_form(viewer, instances=[text, "b", "c"], jobs=[text] * 12))
        judges.modal(events_view([hostile_call(call, text)], viewer, 1))
        judges.modal(events_view([hostile_call(call, text)] * 10, viewer))


NUMBERS = [
    "13800000101",
    "+86 138-0000-0101",
    "call (138) 0000.0101 back",
    "138\u200b0000\u200b0101",
    "1\n38000\t00101",
    "\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff10\uff11\uff10\uff11",
    "<tel:13800000101|x>",
    "job-13800000101x 13800000101",
]


def digits(message: object) -> str:
    """Return what *message* shows, with digits of any script as ASCII and nothing else but letters and stars."""
    shown = unicodedata.normalize("NFKC", json.dumps(message, ensure_ascii=False, default=str))
    return "".join(letter for letter in shown if letter.isalnum() or letter == "*")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", NUMBERS, ids=range(len(NUMBERS)))
def test_no_message_shows_a_whole_number(text: str, language: Any, call: Any) -> None:
    """Wherever in a call or an alert it stands, and whatever stands between its digits."""
    viewer, summary = Viewer(language), hostile_call(call, text)
    alert = an_alert(text).model_copy(update={"jobs": (), "sender": "grafana"})
    shown = card(alert, [summary], viewer, failures={})
    replies = [
        answer([summary], viewer, buttons=Buttons(reveal=True)),
        answer([summary] * 3, viewer, buttons=Buttons()),
        answer([summary], viewer._replace(own_zone=None), shared_by="U1"),
        events_view([summary], viewer),
        events_view([summary] * 3, viewer, 60_000),
        (shown.parent, *shown.thread),
        resolved(alert, viewer),
    ]
    whole = "138000001" + "01"
    assert [whole in digits(message).replace("job13800000101x", "") for message in replies] == [False] * len(
        replies
    )
    revealed = answer([summary], Viewer(language, full_numbers=True), buttons=Buttons())
    assert whole in digits(revealed)


def an_alert(text: str) -> AlertEnvelope:
    return AlertEnvelope.model_construct(
        sender=text,
        title=text,
        severity=text,
        state="mixed",
        channel="C1",
        instance="ccc-test",
        jobs=(JOB,),
        resolved_jobs=(JOB,) * 100,
        left_out=(JOB,) * 100,
        left_out_count=120,
        thread_key="k",
        received_at=2e9,
        started_at=1e9,
    )


@examples(80)
@given(summaries=st.lists(calls, min_size=0, max_size=3), viewer=viewers, share=st.booleans())
def test_any_call_is_told_within_the_limits(summaries: Any, viewer: Viewer, share: bool, judges: Any) -> None:
    """Any summaries at all become a message that Slack takes."""
    message = answer(
        summaries, viewer, buttons=Buttons(share=share, reveal=True), updated_at=1.7e9, shared_by="U123"
    )
    judges.message(message, parsed=False)


@examples(40)
@given(summary=calls, viewer=viewers, page=st.integers(-1, 3))
def test_any_events_fit_into_a_window(summary: Any, viewer: Viewer, page: int, judges: Any) -> None:
    """Any events become pages that Slack takes."""
    judges.modal(events_view([summary], viewer, page))
