"""The account of a soak run: what it calls lost, and when it proves nothing."""

import itertools
import random
from collections.abc import Sequence

import pytest

from callevents_sandbox.ccc import ContactCenter
from callevents_sandbox.function_compute.platform import KINDS as PLATFORM_KINDS
from callevents_sandbox.slack.posted import Block, Posted
from tests.soak.account import FAILED, PENDING, SentRequest, account
from tests.soak.faults import CONTACT_CENTER, KMS, KNOWN_TO_KMS, KNOWN_TO_SLACK, ODD, SLACK, TRIGGER, WORKER

NUMBERS = itertools.count()
JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


def posted(mark: str = "", *, job: str = JOB, channel: str = "C1", deleted: bool = False) -> Posted:
    """Return a message about the call: an answer, or a notice that begins with *mark*."""
    words: list[Block] = [{"elements": [{"elements": [{"text": f"{mark} Call"}]}]}]
    ts = f"1.{next(NUMBERS)}"
    return Posted(channel, ts, "UBOT", f"Call {job}.", words if mark else [], deleted=deleted)


@pytest.mark.parametrize(
    ("error", "messages", "payloads", "became"),
    [
        (None, [posted()], [], "answered"),
        (None, [posted(PENDING), posted()], [], "answered"),
        (None, [posted(), posted()], [], "answered twice"),
        (None, [posted(FAILED)], [], "failure reported"),
        (None, [posted(PENDING)], [], "lost"),
        (None, [], [], "lost"),
        (None, [posted(deleted=True)], [], "lost"),
        (None, [posted(job=JOB.replace("4", "5"))], [b"{}"], "lost"),
        (None, [posted(PENDING)], [JOB.encode()], "failure destination"),
        ("operation_timeout", [], [], "not taken"),
        ("operation_timeout", [posted()], [], "answered"),
    ],
)
def test_what_became_of_a_command(
    error: str | None, messages: Sequence[Posted], payloads: Sequence[bytes], became: str
) -> None:
    asked = SentRequest("commands", JOB, error, 1.0)

    settled = account([asked], messages, payloads)

    assert settled.counts["commands"][became] == 1
    assert settled.lost == ((asked,) if became == "lost" else ())


@pytest.mark.parametrize("became", ["answered", "failure reported", "not taken", "lost"])
def test_of_a_question_nothing_comes_but_its_response(became: str) -> None:
    asked = SentRequest("assistant", JOB, None, 1.0, became=became)

    settled = account([asked], [posted()], [])

    assert settled.counts["assistant"][became] == 1
    assert settled.lost == ((asked,) if became == "lost" else ())


@pytest.mark.parametrize(
    ("taken", "refused", "thin"), [(0, 0, True), (0, 3, True), (1, 2, True), (2, 1, False)]
)
def test_a_run_in_which_little_was_taken_proves_nothing(taken: int, refused: int, thin: bool) -> None:
    asked = [SentRequest("alerts", JOB, None, 1.0)] * taken
    asked += [SentRequest("alerts", JOB.replace("4", "5"), "429", 1.0)] * refused

    assert account(asked, [posted()], []).thin is thin


def test_what_is_shown_in_the_channel_of_one_who_asked_is_for_nobody_else() -> None:
    found = SentRequest("others", JOB.replace("4", "5"), None, 1.0, channel="C2")
    asked = SentRequest("commands", JOB, None, 1.0, channel="C3")

    settled = account([found, asked], [posted(channel="C2")], [])

    assert settled.counts["others"]["answered"] == 1
    assert settled.lost == (asked,)


@pytest.mark.parametrize(("changes", "became"), [(0, "lost"), (1, "answered")])
def test_a_message_that_was_there_before_is_an_answer_only_once_it_is_changed(
    changes: int, became: str
) -> None:
    first = posted(channel="C2")
    pressed = SentRequest("buttons", JOB, None, 1.0, channel="C2", seen={first.ts: first.versions})
    for _ in range(changes):
        first.set(first.text, first.blocks)

    assert account([pressed], [first], []).counts["buttons"][became] == 1


def test_what_was_given_up_is_known_by_its_channel_where_it_names_no_call() -> None:
    asked = SentRequest("threads", JOB, None, 1.0, channel="C0123456789ABCDEF")

    assert account([asked], [], [b'{"channel": "C0123456789ABCDEF", "jobs": []}']).lost == ()


@pytest.mark.parametrize(
    ("twice", "unpreventable", "too_often"), [(1, 0, False), (2, 0, True), (2, 1, False), (4, 1, True)]
)
def test_an_answer_may_come_twice_where_nobody_can_know_that_it_is_there(
    twice: int, unpreventable: int, too_often: bool
) -> None:
    jobs = [JOB.replace("468a", f"{number:04}") for number in range(100)]
    asked = [SentRequest("commands", job, None, 1.0) for job in jobs]
    shown = [posted(job=job) for job in (*jobs, *jobs[:twice])]

    assert account(asked, shown, []).too_often_twice(unpreventable) is too_often


def test_every_fault_of_the_sandbox_comes_or_is_left_out_for_a_reason() -> None:
    chance = random.Random(1)
    given = {
        "ccc": {make(chance).kind for make in CONTACT_CENTER} | ODD.keys() | {"no_records"},
        "slack": {make(chance).kind for make in SLACK},
        "kms": {make(chance).kind for make in KMS},
        "fc": {make(chance).kind for make in (*WORKER, *TRIGGER)},
    }
    known = {
        "ccc": ContactCenter().faults.kinds,
        "slack": KNOWN_TO_SLACK,
        "kms": KNOWN_TO_KMS,
        "fc": PLATFORM_KINDS,
    }

    assert {name: known[name].keys() - given[name] for name in known} == {
        "ccc": set(),
        # What would be true of one address or one workspace for good.
        "slack": {"used_url", "expired_url", "no_data_tables"},
        "kms": set(),
        # The platform's own lies, which no caller can know of.
        "fc": {"lose", "conflict"},
    }
