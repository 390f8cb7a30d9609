import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.errors import NoEnvelope
from callevents.tasks.envelope import AlertEnvelope, Asker, CommandEnvelope, open_envelope, task_id

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
COMMAND = CommandEnvelope(
    jobs=(JOB,),
    instance="ccc-test",
    asker=Asker(user="U1", team="T1", channel="C1", language="zh-CN"),
    asked_at=1795334591.0,
    response_url="https://hooks.slack.com/commands/1",
)
ALERT = AlertEnvelope(
    sender="grafana", title="Call dropped", state="firing", channel="C1", instance="ccc-test", jobs=(JOB,),
    thread_key="k", received_at=1795334591.0,
)  # fmt: skip


@pytest.mark.parametrize("envelope", [COMMAND, ALERT])
def test_an_envelope_arrives_as_it_was_sent(envelope: CommandEnvelope | AlertEnvelope) -> None:
    assert envelope == open_envelope(envelope.model_dump_json().encode())


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2}, {"kind": "other"}, {"jobs": []}, {"jobs": ["nonsense"]}, {"jobs": [JOB] * 11},
        {"credentials": {"access_key_id": "x"}}, {"asker": None}, {"asked_at": "now"}, {"response_url": 1},
    ],
)  # fmt: skip
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    payload = json.loads(COMMAND.model_dump_json()) | change

    with pytest.raises(NoEnvelope):
        open_envelope(json.dumps(payload).encode())


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_bytes_do_more_than_be_refused(payload: bytes) -> None:
    with pytest.raises(NoEnvelope):
        open_envelope(payload)


def test_the_refusal_says_nothing_of_the_content() -> None:
    with pytest.raises(NoEnvelope) as raised:
        open_envelope(b'{"kind": "command", "jobs": ["13800000101"]}')

    assert "138" not in str(raised.value)


def test_a_task_id_has_the_form_function_compute_wants_and_tells_parts_apart() -> None:
    first, second = task_id("ab", "c"), task_id("a", "bc")

    assert first != second
    assert first == task_id("ab", "c")
    assert first[0] == "t"
    assert len(first) <= 128
    assert first.replace("_", "").isalnum()
