"""Tests for callevents.tasks.envelope: what was queued is opened, also from an older deployment; nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.errors import NoEnvelope
from callevents.tasks.envelope import AlertEnvelope, CommandEnvelope, Requester, open_envelope

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
COMMAND = CommandEnvelope(
    jobs=(JOB,),
    instance="ccc-test",
    requester=Requester(user="U1", team="T1", channel="C1", language="zh-CN"),
    asked_at=1795334591.0,
    response_url="https://hooks.slack.com/commands/1",
)
ALERT = AlertEnvelope(
    sender="grafana", title="Call dropped", state="firing", channel="C1", instance="ccc-test", jobs=(JOB,),
    thread_key="k", received_at=1795334591.0,
)  # fmt: skip
TASK = "t_" + "0f" * 32
# Messages as they have been queued since version 1: every later version opens them.
QUEUED_COMMAND = (
    f'{{"version": 1, "kind": "command", "jobs": ["{JOB}"], "instance": "ccc-test", "asker": {{"user": "U1", '
    '"team": "T1", "enterprise": "E1", "channel": "C1", "language": "zh-CN", "timezone": "Asia/Tokyo"}, '
    f'"asked_at": 1795334591.5, "queued_at": 1795334593.0, "task": "{TASK}", "response_url": null, '
    '"channel": "C2", "thread": "1795334591.000200", "deed": "refresh", "replace": false, "offers_reveal": true, '
    '"public": true, "shared_by": "U2", "kept": "[{}]", "page": 7, "view": "V1"}'
)
QUEUED_ALERT = (
    '{"version": 1, "kind": "alert", "sender": "grafana", "title": "Call dropped", "severity": null, '
    f'"state": "mixed", "channel": "C1", "instance": "ccc-test", "jobs": ["{JOB}"], "resolved_jobs": ["{JOB}"], '
    f'"left_out": ["{JOB}"], "left_out_count": 3, "thread_key": "k", "delivery": "{TASK}", "ends_once": true, '
    '"follows": true, "action": "reopened", "received_at": 1795334591.0, "started_at": 1795334531.0, '
    '"parent_ts": "1795334591.000200", "tries": 4, "not_before": 1795334651.0}'
)


@pytest.mark.parametrize("envelope", [COMMAND, ALERT])
def test_an_envelope_arrives_as_it_was_sent(envelope: CommandEnvelope | AlertEnvelope) -> None:
    assert envelope == open_envelope(envelope.model_dump_json().encode())


def test_a_command_from_an_older_deployment_is_opened() -> None:
    assert open_envelope(QUEUED_COMMAND.encode()) == CommandEnvelope(
        jobs=(JOB,),
        instance="ccc-test",
        requester=Requester(
            user="U1", team="T1", enterprise="E1", channel="C1", language="zh-CN", timezone="Asia/Tokyo"
        ),
        asked_at=1795334591.5,
        queued_at=1795334593.0,
        task=TASK,
        channel="C2",
        thread="1795334591.000200",
        operation="refresh",
        replace=False,
        offers_reveal=True,
        public=True,
        shared_by="U2",
        alert_blocks="[{}]",
        page=7,
        view="V1",
    )


def test_an_alert_from_an_older_deployment_is_opened() -> None:
    assert open_envelope(QUEUED_ALERT.encode()) == AlertEnvelope(
        sender="grafana",
        title="Call dropped",
        state="mixed",
        channel="C1",
        instance="ccc-test",
        jobs=(JOB,),
        resolved_jobs=(JOB,),
        left_out=(JOB,),
        left_out_count=3,
        thread_key="k",
        delivery=TASK,
        ends_once=True,
        follows=True,
        action="reopened",
        received_at=1795334591.0,
        started_at=1795334531.0,
        parent_ts="1795334591.000200",
        attempts=4,
        not_before=1795334651.0,
    )


@pytest.mark.parametrize("queued", [QUEUED_COMMAND, QUEUED_ALERT])
def test_the_worker_queues_the_same_members_in_the_same_order(queued: str) -> None:
    """An alert's work is identified by these bytes, also across a deployment."""
    again = open_envelope(queued.encode()).model_dump_json()

    assert again == json.dumps(json.loads(queued), separators=(",", ":"))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2}, {"kind": "other"}, {"jobs": []}, {"jobs": ["nonsense"]}, {"jobs": [JOB] * 11},
        {"credentials": {"access_key_id": "x"}}, {"asker": None}, {"asked_at": "now"}, {"response_url": 1},
        {"requester": {"user": "U1", "team": "T1"}}, {"operation": "share"}, {"alert_blocks": ""},
    ],
)  # fmt: skip
def test_anything_else_is_rejected(change: dict[str, object]) -> None:
    payload = json.loads(COMMAND.model_dump_json()) | change

    with pytest.raises(NoEnvelope):
        open_envelope(json.dumps(payload).encode())


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_arbitrary_bytes_are_only_rejected(payload: bytes) -> None:
    with pytest.raises(NoEnvelope):
        open_envelope(payload)


def test_the_error_says_nothing_of_the_content() -> None:
    with pytest.raises(NoEnvelope) as raised:
        open_envelope(b'{"kind": "command", "jobs": ["13800000101"]}')

    assert "138" not in str(raised.value)
