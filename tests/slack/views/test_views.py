"""Tests for callevents.slack.views.modals and home."""

import json
from typing import Any

import pytest

from callevents.report.viewer import Viewer
from callevents.slack.messages.help import help_message
from callevents.slack.requests.action_value import ActionValue, decode
from callevents.slack.requests.recent_calls import RecentCall
from callevents.slack.views.events_json import events_message, events_view
from callevents.slack.views.home import home
from callevents.slack.views.modals import notice_view, search_form

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
LANGUAGES = ["en", "zh-CN"]


RECENT = [RecentCall(JOB, "ccc-test", "✅ Answered by alice", 1795334591), RecentCall("<x>", "")]


def page_of(view: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The events of a page and its buttons."""
    text = "".join(piece["text"] for piece in view["blocks"][0]["elements"][1]["elements"])
    buttons = [
        element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]
    return json.loads(text), buttons


@pytest.mark.parametrize("language", LANGUAGES)
class TestWindows:
    """Every window is one that Slack opens."""

    def test_the_form(self, language: Any, judges: Any) -> None:
        """Ids, an instance where there is a choice, a channel where there is none yet."""
        viewer = Viewer(language)
        small = search_form(viewer)
        assert [block["block_id"] for block in small["blocks"]] == ["jobs"]  # type: ignore[attr-defined]  # JSON
        large: Any = search_form(
            viewer, instances=["a", "b"], jobs=[JOB] * 10, private_metadata="m" * 3000, choose_channel=True
        )
        assert [block["block_id"] for block in large["blocks"]] == ["jobs", "instance", "channel"]
        assert large["blocks"][0]["element"]["initial_value"].split("\n") == [JOB] * 10
        assert large["callback_id"] == "search_form"
        judges.modal(small)
        judges.modal(large)

    def test_a_form_with_very_many_instances(self, language: Any, judges: Any) -> None:
        """A select has 100 choices of 75 characters."""
        judges.modal(
            search_form(Viewer(language), instances=[f"instance-{n}" for n in range(150)] + ["x" * 80])
        )

    def test_notices(self, language: Any, judges: Any) -> None:
        """Any message fits into a window."""
        judges.modal(notice_view(help_message(Viewer(language)), Viewer(language)))

    def test_no_events(self, language: Any, judges: Any, call: Any) -> None:
        """Nothing to show is said."""
        judges.modal(events_view([call(events=())], Viewer(language)))

    def test_home(self, language: Any, judges: Any) -> None:
        """Help, a search, and the last calls of this person."""
        view: Any = home(Viewer(language), recent=RECENT * 12, instances=["a"])
        assert next(judges.view.iter_errors(view), None) is None
        judges.blocks(view["blocks"])
        assert len(view["blocks"]) <= 100
        assert sum("open_call_" in json.dumps(block) for block in view["blocks"]) == 10


def test_the_pages_together_are_all_events(call: Any, event: Any, judges: Any) -> None:
    """Any size: each page is JSON by itself, and leads to the next."""
    summary = call(
        events=tuple(event(number, "Muted", detail=f"event {number} “名”") for number in range(500))
    )
    seen: list[str] = []
    page: int | None = 0
    while page is not None:
        view = events_view([summary], Viewer(), page)
        judges.modal(view)
        events, buttons = page_of(view)
        seen += [each["detail"] for each in events]
        following = [decode(button["value"]) for button in buttons if button["action_id"] == "events_next"]
        assert all(value == ActionValue("events", (JOB,), "ccc-test", page + 1) for value in following)
        page = page + 1 if following else None
    assert seen == [f"event {number} “名”" for number in range(500)]


def test_a_page_too_far_is_the_last(call: Any, event: Any) -> None:
    """A call that shrank, or a forged page."""
    summary = call(events=tuple(event(number, "Muted") for number in range(100)))
    _, buttons = page_of(events_view([summary], Viewer(), 60_000))
    assert [button["action_id"] for button in buttons] == ["events_previous"]


def test_the_first_and_the_last_page_are_one_press_away(call: Any, event: Any, judges: Any) -> None:
    """Nobody presses a hundred times to see how a long call ended; beside the last page it would be the same button."""
    summary = call(events=tuple(event(number, "Muted") for number in range(500)))
    first, middle = events_view([summary], Viewer()), events_view([summary], Viewer(), 3)
    for view in (first, middle):
        judges.modal(view)
    rows = [[button["action_id"] for button in page_of(view)[1]] for view in (first, middle)]
    assert rows == [
        ["events_next", "events_last"],
        ["events_first", "events_previous", "events_next", "events_last"],
    ]
    last = decode(page_of(first)[1][-1]["value"])
    assert last is not None
    events, buttons = page_of(events_view([summary], Viewer(), last.page))
    assert "events_next" not in [button["action_id"] for button in buttons]
    assert len(events) > 0


def test_an_event_has_the_keys_of_the_contract_and_masked_numbers(call: Any, event: Any) -> None:
    """The same as `--json`."""
    events = (event(0, "Held", leg="agent", agent="alice@ccc-test", detail="13800000101"),)
    shown, _ = page_of(events_view([call(events=events)], Viewer()))
    assert shown == [
        {
            "at": "2026-03-04T10:22:11.309Z",
            "type": "Held",
            "label": "Held",
            "leg": "agent",
            "agent": "alice@ccc-test",
            "detail": "138******01",
        }
    ]
    whole, _ = page_of(events_view([call(events=events)], Viewer(full_numbers=True)))
    assert whole[0]["detail"] == "13800000101"


def test_of_several_calls_each_event_says_which(call: Any) -> None:
    """The ids stand in the events."""
    shown, _ = page_of(events_view([call(), call(job_id="job-1234")], Viewer()))
    assert {event["job_id"] for event in shown} == {JOB, "job-1234"}


def test_metadata_that_slack_would_refuse_is_a_mistake_of_ours() -> None:
    """3000 characters, not more."""
    with pytest.raises(ValueError, match="3000"):
        search_form(Viewer(), private_metadata="x" * 3001)


@pytest.mark.parametrize("count", [1, 10])
def test_where_no_window_opens_a_page_fits_a_message(call: Any, event: Any, judges: Any, count: int) -> None:
    """With the longest ids and every button."""
    jobs = [f"job-{number:x<64}" for number in range(count)]
    events = tuple(event(number, "Muted", detail=f"{number} “名”" * 20) for number in range(300))
    calls = [call(job_id=job, instance_id="i" * 128, events=events) for job in jobs]
    for page in (0, 3):
        judges.message(events_message(calls, Viewer("zh-CN"), page))


@pytest.mark.parametrize("full_numbers", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "  " * 300 + "長" * 400,
        "\u200b" * 250 + "長" * 250,
        "\\" * 300,
        '"' * 299,
        "\x00\u2028" * 150,
        "\uff11\uff13\uff18" * 99,
        "𠮷" * 300,
        "\ud800" * 300,
    ],
    ids=["blanks", "unseen", "backslashes", "quotes", "control", "digits", "pairs", "halves"],
)
def test_what_is_shorter_before_it_is_shown_than_after_fits_all_the_same(
    call: Any, event: Any, judges: Any, text: str, full_numbers: bool
) -> None:
    """Events are counted before they are made harmless, so each must be counted as long as it can become."""
    job = "job-" + "x" * 64
    events = tuple(event(number, text, agent=text, label=text, detail=text) for number in range(30))
    viewer = Viewer("zh-CN", full_numbers=full_numbers)
    calls = [call(job_id=job, instance_id="i" * 128, events=events)] * 10
    for page in (0, 1, 60_000):
        judges.message(events_message(calls, viewer, page))
