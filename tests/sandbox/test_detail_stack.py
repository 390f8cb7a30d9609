"""Calls without notification records, and finding calls, on the whole stack: whatever the detail records are like."""

import re
from collections.abc import Iterator

import pytest

from callevents_sandbox.__main__ import SETTINGS
from callevents_sandbox.ccc.details.modes import FINDING, KEEPING, SPELLING
from callevents_sandbox.ccc.details.names import AGENT_PHONE, PLACE
from callevents_sandbox.control.front_door import ask_with_retries, final_message
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack import Posted
from callevents_sandbox.stack import Stack, open_stack

SURVEYED, TRANSFER = sample("after-the-call"), sample("blind-transfer")
DAYS = "2026-03-04 2026-03-05"
# What a detail record holds and nobody is to see: private phones, places, a model's view of people.
PRIVATE = (AGENT_PHONE, AGENT_PHONE[-8:], PLACE, "ANGRY", "furious", "Refund", "wife", "sip.example")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Slack reads these in a message's text and in mrkdwn; in plain text and in rich text they are letters like others.
MARKUP = re.compile(r"<!|<@|<http")
# A search that meets one of these is tried again.
PASSING = ("unavailable", "internal_error", "throttled", "reset", "cut_off", "not_ok", "bad_gateway")
FAULTS = (
    "no_permission", "permission_common", "unavailable", "internal_error", "throttled", "reset", "not_json", "empty",
    "truncated", "cut_off", "not_object", "null_data", "absent_data", "not_ok", "bad_gateway", "gzip",
)  # fmt: skip


@pytest.fixture(scope="module", name="served")
def _served() -> Iterator[Stack]:
    with open_stack(environ=SETTINGS, ack_timeout=30.0) as stack:
        yield stack


@pytest.fixture(name="stack")
def _stack(served: Stack) -> Iterator[Stack]:
    served.center.faults.add(Fault("no_records", times=None))
    yield served
    served.center.faults.clear()


@pytest.fixture(name="forgetful")
def _forgetful(stack: Stack) -> Iterator[Stack]:
    """The stack, which remembers afterwards nothing of what was refused."""
    yield stack
    for name in ("callevents-slack", "callevents-worker"):
        stack.platform.deploy(stack.platform.function(name))


def say(stack: Stack, text: str) -> Posted:
    """Return what Slack shows in the end for a command."""
    shown = ask_with_retries(lambda: stack.command(text), stack.settle)
    message = final_message(stack, shown)
    assert shown.error is None
    assert message is not None
    return message


def check(message: Posted) -> str:
    """Return the whole of *message*, in which nothing private and nothing live may stand."""
    whole = f"{message.text} {message.blocks}"
    assert [each for each in PRIVATE if each in whole] == []
    texts = [message.text, *(text for block in message.blocks for text in _texts(block))]
    marked = [message.text, *(text for block in message.blocks for text in _texts(block, "mrkdwn"))]
    assert [text for text in texts if CONTROL.search(text)] == []
    assert [text for text in marked if MARKUP.search(text)] == []
    assert not re.search(r"(?<!\d)13\d{9}(?!\d)", re.sub(r"job-[0-9a-f-]{36}", "", whole)), "a full number"
    return whole


def _texts(part: object, kind: str = "") -> Iterator[str]:
    """Yield the texts in a block, those of one kind of text object if *kind* is given."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "caption"} and isinstance(value, str) and kind in {"", part.get("type")}:
                yield value
            yield from _texts(value, kind)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each, kind)


@pytest.mark.parametrize("mode", [*SPELLING, *KEEPING])
@pytest.mark.parametrize("job", [SURVEYED.job_id, TRANSFER.job_id])
def test_any_detail_record_is_an_answer(stack: Stack, mode: str, job: str) -> None:
    stack.center.faults.add(Fault(mode, times=None, seconds=3600 if mode == "record_late" else 0))

    whole = check(say(stack, job))

    assert job in whole
    assert ("No records found" in whole) is (mode in {"record_missing", "record_late"})


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("operation", ["GetCallDetailRecord", "ListCallDetailRecordsV2"])
def test_what_fails_costs_only_what_it_would_have_told(forgetful: Stack, kind: str, operation: str) -> None:
    forgetful.center.faults.add(Fault(kind, times=None, match=operation))

    whole = check(say(forgetful, TRANSFER.job_id))

    assert TRANSFER.job_id in whole
    complete = operation != "GetCallDetailRecord" or kind == "gzip"
    assert bool(re.search(r"Answered by alice\b.*, then bob\b", whole)) is complete


@pytest.mark.parametrize("mode", [*SPELLING, *FINDING, "record_missing", "record_running"])
@pytest.mark.parametrize("text", [f"find agent alice {DAYS}", f"find 13800001601 {DAYS}", f"missed {DAYS}"])
def test_any_row_is_found(stack: Stack, mode: str, text: str) -> None:
    stack.center.faults.add(Fault(mode, times=None))

    message = say(stack, text)

    whole = check(message)
    if mode != "record_missing":
        assert "job-" in whole


@pytest.mark.parametrize("kind", FAULTS)
def test_a_search_that_fails_is_a_sentence(forgetful: Stack, kind: str) -> None:
    passes = kind in PASSING
    forgetful.center.faults.add(Fault(kind, times=2 if passes else None, match="ListCallDetailRecordsV2"))

    whole = check(say(forgetful, f"find agent alice {DAYS}"))

    assert ("job-" in whole) is (passes or kind == "gzip")
