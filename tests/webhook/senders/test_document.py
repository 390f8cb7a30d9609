"""Documents of no known form: what they say stands at the top or one level down."""

import json

import pytest

from callevents.tasks.envelope import AlertEnvelope
from tests.webhook.builders import Webhook, make_request, make_webhook

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
NOW = 1795162530.0  # 2026-11-20T08:15:30Z


def send(webhook: Webhook, body: object, now: float = NOW) -> str:
    _, answer = webhook.post(make_request("/generic", json.dumps(body)), now)
    return str(answer["status"])


def read(body: object, now: float = NOW) -> AlertEnvelope:
    webhook = make_webhook()
    assert send(webhook, body, now) == "accepted"
    [envelope] = webhook.queue.envelopes
    return envelope


def oncall(state: str, kind: str = "") -> dict[str, object]:
    return {
        "event": {"type": kind or state, "time": "2026-11-20T08:15:30Z"},
        "user": {"id": "U1", "username": "ops"},
        "alert_group": {
            "id": "I68T24C13IFW1",
            "integration_id": "C1",
            "state": state,
            "title": "Call dropped",
            "alerts_count": 1,
            "created_at": "2026-11-20T08:15:00Z",
        },
        "alert_group_id": "I68T24C13IFW1",
        "alert_payload": {"labels": {"contact_id": A}},
    }


def kuma(status: int, time: str) -> dict[str, object]:
    return {
        "heartbeat": {
            "monitorID": 1,
            "status": status,
            "time": time,
            "msg": f"no answer to {A}",
            "important": True,
        },
        "monitor": {"id": 1, "name": "Softphone", "url": "https://x.example", "active": True, "type": "http"},
        "msg": "[Softphone] [🔴 Down] no answer",
    }


def azure(condition: str) -> dict[str, object]:
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertId": "/subscriptions/1/providers/Microsoft.AlertsManagement/alerts/b9569717",
                "severity": "Sev3",
                "alertRule": "Calls dropped",
                "monitorCondition": condition,
                "firedDateTime": "2026-11-20T08:15:00Z",
                "description": f"lost {A}",
            },
            "alertContext": {"properties": None},
        },
    }


def sns(state: str, changed: str) -> dict[str, object]:
    alarm = {
        "AlarmName": "calls-dropped",
        "AlarmDescription": f"lost {A}",
        "NewStateValue": state,
        "StateChangeTime": changed,
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:calls-dropped",
    }
    return {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "Subject": f"{state}: calls-dropped",
        "Message": json.dumps(alarm),
        "Timestamp": changed,
    }


@pytest.mark.parametrize(
    ("firing", "end", "title", "severity"),
    [
        (oncall("firing", "alert group created"), oncall("resolved", "resolve"), "Call dropped", None),
        (kuma(0, "1"), kuma(1, "2"), "Softphone", None),
        (azure("Fired"), azure("Resolved"), "Calls dropped", "Sev3"),
        (sns("ALARM", "2026-11-20T08:15:00Z"), sns("OK", "2026-11-20T08:25:00Z"), "calls-dropped", None),
        *(
            (
                {level: {"title": "x", "state": "open", "id": 5, "severity": "P1", "m": A}},
                {level: {"id": 5, "title": "x", "state": "up"}},
                "x",
                "P1",
            )
            for level in (
                "alert",
                "event",
                "incident",
                "monitor",
                "data",
                "alert_group",
                "commonAnnotations",
                "Alert",
                "alertGroup",
            )
        ),
        (
            {"id": 5, "alert": json.dumps({"name": "x", "status": "down", "m": A})},
            {"id": 5, "alert": {"name": "x", "status": "ok"}},
            "x",
            None,
        ),
        (
            [{"id": 5, "name": "x", "status": "down", "m": A}],
            [{"id": 5, "name": "x", "status": "ok"}],
            "x",
            None,
        ),
    ],
)
def test_title_state_severity_and_identity_are_found(
    firing: object, end: object, title: str, severity: str | None
) -> None:
    first, second = read(firing), read(end)
    assert (first.state, second.state) == ("firing", "resolved")
    assert (second.title, first.severity) == (title, severity)
    assert first.jobs == (A,)
    assert first.thread_key == second.thread_key


def test_what_stands_at_the_top_comes_first() -> None:
    body = {
        "title": "top",
        "status": "ok",
        "id": 1,
        "alert": {"title": "below", "status": "firing", "id": 2},
        "x": A,
    }
    envelope = read(body)
    assert (envelope.title, envelope.state) == ("top", "resolved")
    assert envelope.thread_key == read({"id": 1, "x": A}).thread_key


@pytest.mark.parametrize(
    "body", [kuma(2, "3"), kuma(3, "3"), oncall("acknowledged"), sns("INSUFFICIENT_DATA", "x")]
)
def test_neither_firing_nor_over_is_an_event(body: object) -> None:
    envelope = read(body)
    assert (envelope.state, envelope.follows) == ("event", True)


@pytest.mark.parametrize("body", [kuma, lambda status, time: sns(["ALARM", "OK"][status], time)])
def test_what_is_down_again_is_another_delivery_and_what_is_repeated_is_none(body: object) -> None:
    assert callable(body)
    webhook = make_webhook()
    sent = [(0, "1"), (0, "1"), (1, "2"), (0, "3"), (1, "4"), (1, "4")]
    statuses = [send(webhook, body(status, time)) for status, time in sent]
    assert statuses == ["accepted", "duplicate", "accepted", "accepted", "accepted", "duplicate"]


def prometheus(job: str, ends: str, **labels: str) -> dict[str, object]:
    return {
        "labels": {"alertname": "CallDropped", "contact_id": job} | labels,
        "annotations": {"summary": "cut off"},
        "startsAt": "2026-11-20T08:00:00Z",
        "endsAt": ends,
        "generatorURL": "http://prometheus:9090/graph",
    }


@pytest.mark.parametrize("route", ["generic", "generic/api/v2/alerts", "alertmanager"])
def test_prometheus_s_own_array_is_an_alert_for_each_member(route: str) -> None:
    webhook = make_webhook()
    later, before = "2026-11-20T08:19:30Z", "2026-11-20T08:15:00Z"

    def post(*members: object, now: float = NOW) -> tuple[object, object]:
        _, answer = webhook.post(make_request(f"/{route}", json.dumps(members)), now)
        return answer["status"], answer["jobs"]

    assert post(prometheus(A, later), prometheus(B, later)) == ("accepted", [A, B])
    assert post(prometheus(B, later), now=NOW + 60) == ("duplicate", [B])
    assert post(prometheus(A, before)) == ("accepted", [A])
    first, second, end = webhook.queue.envelopes
    assert (first.title, first.state, first.jobs) == ("CallDropped: cut off", "firing", (A,))
    assert (second.state, second.jobs) == ("firing", (B,))
    assert (end.state, end.resolved_jobs, end.thread_key) == ("resolved", (A,), first.thread_key)


def test_many_of_prometheus_s_are_one_alert() -> None:
    members = [prometheus(f"job-468a63a2-1111-4222-8333-{number:012x}", "") for number in range(30)]
    assert len(read(members).jobs) == 10


@pytest.mark.parametrize(
    "body", [{"data": []}, {"alert": [1, "x"]}, {"event": {"type": "x"}}, {"Message": "{"}, [[[]]]]
)
def test_another_shape_is_an_alert_all_the_same(body: object) -> None:
    envelope = read([body, A])
    assert (envelope.title, envelope.state, envelope.jobs) == ("Alert", "firing", (A,))


@pytest.mark.parametrize(
    "body",
    [
        {"event": "resolved"},
        {"action": "Resolved"},
        {"type": "resolve"},
        {"event_type": "incident.resolved"},
        {"eventType": "alert.recovered"},
        {"notification_type": "RECOVERY"},
        {"current_state": "OK", "previous_state": "ALARM"},
        {"trigger": {"status": "OK"}},
        {"check": {"state": "up"}},
        {"alarm": {"state": "OK"}},
    ],
)
def test_an_end_is_told_by_what_happened(body: dict[str, object]) -> None:
    envelope = read({"title": "Call dropped", "call": A, **body})
    assert (envelope.state, envelope.resolved_jobs) == ("resolved", (A,))


@pytest.mark.parametrize(
    "body",
    [
        {"event": "call.completed"},
        {"event": "call.ended"},
        {"action": "closed_door"},
        {"type": "success_rate"},
        {"event": "resolved", "status": "firing"},
        {"event_type": "incident.unresolved"},
        {"event": {"type": "something new"}},
    ],
)
def test_what_happened_to_a_call_is_no_end_of_an_alert(body: dict[str, object]) -> None:
    assert read({"title": "Call dropped", "call": A, **body}).state == "firing"
