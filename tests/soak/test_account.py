"""The account of a soak run: what it calls lost, and when it proves nothing."""

from collections.abc import Sequence

import pytest

from callevents_sandbox.slack.posted import Block, Posted
from tests.soak.account import FAILED, PENDING, SentRequest, account

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


def posted(mark: str = "", *, job: str = JOB, deleted: bool = False) -> Posted:
    """Return a message about the call: an answer, or a notice that begins with *mark*."""
    words: list[Block] = [{"elements": [{"elements": [{"text": f"{mark} Call"}]}]}]
    return Posted("C1", "1.0", "UBOT", f"Call {job}.", words if mark else [], deleted=deleted)


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
