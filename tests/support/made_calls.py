"""Calls and events as a test wants them, with what it leaves open filled in."""

from collections.abc import Callable
from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, CallSummary, JourneyPhase, Phrase, TimelineEvent

START = 1_772_619_731_309_000_000  # 2026-03-04T10:22:11.309Z
JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


def make_event(
    after: float | None = 0.0,
    type_: str = "Ringing",
    label: str | None = None,
    *,
    leg: Any = None,
    agent: str | None = None,
    detail: str | None = None,
) -> TimelineEvent:
    at = None if after is None else START + round(after * SECOND)
    details = () if detail is None else (Phrase("%s", detail),)
    return TimelineEvent(at, type_, type_ if label is None else label, leg, agent, details)


def make_call(**changes: Any) -> CallSummary:
    facts: dict[str, Any] = {
        "job_id": JOB,
        "instance_id": "ccc-test",
        "sources": ("notifications",),
        "direction": "outbound",
        "media": "audio",
        "outcome": "answered",
        "started_at": START,
        "answered_at": START + round(12.345 * SECOND),
        "answered_by": "alice@ccc-test",
        "ended_at": START + 130 * SECOND,
        "queue_seconds": None,
        "ring_seconds": 7.145,
        "talk_seconds": 117.655,
        "hold_seconds": 0.0,
        "ended_by": "customer",
        "release_code": 200,
        "release_text": "Okay",
        "caller": "05700000081",
        "callee": "13800000101",
        "agents": ("alice@ccc-test",),
        "skill_groups": ("support@ccc-test",),
        "transfers": (),
        "recordings": ("recording-1.wav",),
        "legs": (
            CallLeg(
                "agent", "alice@ccc-test", START, START + 2 * SECOND, START + 130 * SECOND, None, 117.655
            ),
            CallLeg(
                "customer",
                None,
                START + round(5.2 * SECOND),
                START + round(12.345 * SECOND),
                START + 130 * SECOND,
                7.145,
                117.655,
            ),
        ),
        "journey": (
            JourneyPhase("wait", START, 5.2, ()),
            JourneyPhase("ring", START + round(5.2 * SECOND), 7.145, ()),
            JourneyPhase("talk", START + round(12.345 * SECOND), 117.655, ("alice@ccc-test",)),
        ),
        "complete": True,
        "warnings": (),
        "events": (
            make_event(0, "Dialing", leg="agent", agent="alice@ccc-test"),
            make_event(5.2, "Ringing", leg="customer"),
            make_event(12.345, "Established", leg="customer", agent="alice@ccc-test"),
            make_event(130, "Released", leg="customer", detail="200 - Okay"),
        ),
    }
    return CallSummary(**{**facts, **changes})


@pytest.fixture(scope="session", name="call")
def _call() -> Callable[..., CallSummary]:
    return make_call


@pytest.fixture(scope="session", name="event")
def _event() -> Callable[..., TimelineEvent]:
    return make_event
