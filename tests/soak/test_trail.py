"""The trail of a soaked request: when an answer that came twice is excused, and when it is not."""

from collections.abc import Sequence

import pytest

from callevents_sandbox.function_compute.outcome import Outcome
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.journal import Entry
from tests.soak.account import SentRequest
from tests.soak.faults import Given
from tests.soak.trail import LogLine, Trail

CHANNEL = "C468A63A240004000"
ASKED = SentRequest("mentions", "job-1", None, 1.0, channel=CHANNEL)


def entry(what: str, **facts: object) -> Entry:
    return Entry(1, 0.0, "slack", what, {"channel": CHANNEL, **facts})


def outcome(instance: str) -> Outcome:
    return Outcome("1-run", "callevents-worker", instance, cold=False, start_ms=0, billed_ms=1)


def trail(
    entries: Sequence[Entry] = (), *, tries: str = "", fault: str = "", instances: Sequence[str] = ("c-1",)
) -> Trail:
    faults = [Given(0.0, Fault(fault), (f"callevents-worker {CHANNEL}",))] if fault else []
    logged = [LogLine(0.0, {"slack_tries": tries})]
    return Trail(ASKED, [*entries], faults, [outcome(each) for each in instances], logged)


POST = entry("chat.postEphemeral", ok=True)


@pytest.mark.parametrize(
    ("tries", "excused"),
    [
        ("chat.postEphemeral timed out 350, chat.postEphemeral ok 20", True),
        ("chat.postEphemeral ok 20, chat.postEphemeral ok 20", False),
    ],
)
def test_a_message_that_slack_showed_and_did_not_confirm_is_an_excuse(tries: str, excused: bool) -> None:
    assert bool(trail([POST, POST], tries=tries).excuse()) is excused


@pytest.mark.parametrize(
    "entries",
    [
        [entry("chat.postEphemeral", ok=False)],
        [entry("users.info", ok=True)],
        [Entry(1, 0.0, "slack", "chat.postEphemeral", {"channel": "C0ELSEWHERE", "ok": True})],
        # What everybody reads, the app could have looked for.
        [entry("chat.postMessage", ok=True)],
        [entry("response_url", status=200, request={"body": '{"response_type": "in_channel"}'})],
    ],
)
def test_what_was_not_shown_to_who_asked_is_none(entries: list[Entry]) -> None:
    assert trail(entries).excuse() == ""


@pytest.mark.parametrize(("tries", "excused"), [("ReadTimeout 400", True), ("duplicate 20", False)])
def test_a_task_that_was_queued_without_a_word_is_an_excuse(tries: str, excused: bool) -> None:
    logged = [LogLine(0.0, {"slack_tries": "chat.postEphemeral ok 2", "hand_over_tries": tries})]
    queued = entry("queued", function="callevents-worker")

    assert bool(Trail(ASKED, [queued, POST], [], [], logged).excuse()) is excused


@pytest.mark.parametrize(("instances", "excused"), [(("c-1", "c-2"), True), (("c-1", "c-1"), False)])
def test_an_instance_knows_the_tasks_that_it_did(instances: Sequence[str], excused: bool) -> None:
    assert bool(trail(fault="repeat", instances=instances).excuse()) is excused


@pytest.mark.parametrize(
    ("is_counted", "instances", "excused"),
    [(False, ("c-1", "c-2"), True), (False, ("c-1", "c-1"), False), (True, ("c-1", "c-2"), False)],
)
def test_a_custom_runtime_is_not_told_that_a_task_has_run_before(
    is_counted: bool, instances: Sequence[str], excused: bool
) -> None:
    found = trail(fault="kill", instances=instances)._replace(is_counted=is_counted)

    assert bool(found.excuse()) is excused


@pytest.mark.parametrize(
    ("fault", "left", "excused"),
    [("late", -5.0, True), ("kill", -5.0, True), ("", -5.0, False), ("", 12.5, True)],
)
def test_slack_sends_an_event_again_whose_response_it_did_not_get(
    fault: str, left: float, excused: bool
) -> None:
    found = trail([entry("sent event"), entry("sent event")], fault=fault)
    found.logged.append(LogLine(0.0, {"budget_left_ms": left}))

    assert bool(found.excuse()) is excused
