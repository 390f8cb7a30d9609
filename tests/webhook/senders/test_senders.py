"""What each sender's alert says: its state, its words, and what makes it the same alert again."""

import json
from urllib.parse import urlencode

import pytest

from callevents.settings.validators import ROUTES
from callevents.webhook.alert import Alert
from callevents.webhook.body import read_document
from callevents.webhook.senders import SENDERS, sender_of
from callevents.webhook.senders.base import AuthenticatedRequest
from callevents_sandbox.fixtures.alerts import sample
from tests.webhook.builders import make_request, make_webhook, sample_request

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
C = "job-f3e1a770-3333-4444-8555-77aa09b1c2d3"
STARTED = 1795162530.0
FORM = "application/x-www-form-urlencoded"
WANTED = frozenset({"Abandoned", "QueueingTimeout"})


def read_all(route: str, body: object, headers: dict[str, str] | None = None) -> list[Alert]:
    data = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    received = AuthenticatedRequest(
        read_document(data, lower), lower, frozenset({"ccc-demo", "ccc-two"}), WANTED
    )
    return list(SENDERS[route].read(received))


def read(route: str, body: object, headers: dict[str, str] | None = None) -> Alert:
    [alert] = read_all(route, body, headers)
    return alert


def read_sample(name: str) -> Alert:
    each = sample(name)
    return read(each.sender, each.body, dict(each.headers))


def test_the_routes_of_the_settings_are_the_senders() -> None:
    assert tuple(SENDERS) == ROUTES
    assert all(sender_of(f"/{route}") is sender for route, sender in SENDERS.items())


@pytest.mark.parametrize(
    ("name", "title", "severity", "started_at"),
    [
        (
            "alertmanager-firing-label",
            "CallQualityLow: MOS below 2.5 for 2 minutes",
            "warning",
            STARTED + 0.412,
        ),
        ("alertmanager-several-mixed", "CallQualityLow: MOS below 2.5", "warning", 1795161524.9),
        ("alertmanager-custom-payload", f"[FIRING] CallDropped: {A}", "critical", None),
        ("grafana-firing-hmac", "Call quality low: MOS 2.1 on queue sales", "", STARTED),
        ("grafana-custom-payload-text", "Call centre alarm", "", None),
        ("cloudmonitor-threshold-dimensions", "call-quality-low", "WARN", None),
        ("cloudmonitor-threshold-resolved", "call-quality-low", "WARN", None),
        ("cloudmonitor-threshold-name", f"通话中断_{A}", "WARN", None),
        ("cloudmonitor-subscription-json", "ccc:CallDropped", "CRITICAL", STARTED),
        ("cloudmonitor-subscription-form-several", "ccc:CallDropped", "CRITICAL", STARTED),
        ("cloudmonitor-event-legacy-several", "calls-dropped", "CRITICAL", None),
        ("arms-firing-label", "CallQualityLow: MOS 低于 2.5，当前值 2.1", "warning", STARTED + 0.412),
        ("arms-template-text", "告警名称：通话质量低", "", None),
        ("sls-firing-label", "call dropped", "high", STARTED),
        ("sls-resolved", "call dropped", "high", STARTED),
        ("ccc-abandoned", "Abandoned", "", STARTED + 0.412),
        ("ccc-envelope-guess", "Abandoned", "", STARTED + 0.412),
        ("eventbridge-custom-event-signed", "callcentre:Call:Dropped", "", None),
        ("eventbridge-sls-resolved", "call dropped", "high", STARTED),
        ("eventbridge-template-text", f"call {A} dropped: 503", "", None),
        ("pagerduty-triggered-title", f"Call dropped: {A}", "high", STARTED),
        ("pagerduty-note-several", "Call dropped", "", None),
        ("opsgenie-create-details", "Call dropped", "P2", STARTED),
        ("datadog-triggered-default", "Call dropped", "", None),
        ("datadog-form", "Call dropped", "", None),
        ("sentry-event-alert-several", "CallDroppedError: 503 – 通话中断", "error", STARTED + 0.412),
        ("sentry-metric-alert-resolved", "calls dropped", "", STARTED),
        ("generic-json", "Call dropped", "", None),
        ("generic-form", f"Call {A} dropped", "high", None),
    ],
)
def test_an_alert_has_its_sender_s_words(
    name: str, title: str, severity: str, started_at: float | None
) -> None:
    alert = read_sample(name)
    assert (alert.title, alert.severity) == (title, severity)
    assert alert.started_at == (None if started_at is None else pytest.approx(started_at))


@pytest.mark.parametrize(
    ("shown", "title", "severity"),
    [
        ("[Triggered on {queue:sales}] Calls dropped", "Calls dropped", "error"),
        ("[P2] [Triggered on {queue:sales}] Calls dropped", "Calls dropped", "P2"),
        ("[P2] [Warn] [Sales] Calls dropped", "[Sales] Calls dropped", "P2"),
        ("[Sales] Calls dropped", "[Sales] Calls dropped", "error"),
        ("[Recovered]", "[Recovered]", "error"),
    ],
)
def test_datadog_s_title_loses_only_what_datadog_put_before_it(shown: str, title: str, severity: str) -> None:
    alert = read("datadog", {"title": shown, "alert_type": "error", "x": A})
    assert (alert.title, alert.severity) == (title, severity)


@pytest.mark.parametrize("silent", [1, {}, {"labels": {"alertname": "other"}}, "text"])
def test_of_many_members_those_that_name_a_call_are_read(silent: object) -> None:
    many = [silent] * 5000
    for route, body in (
        ("alertmanager", {"alerts": [*many, {"x": A}, *many]}),
        ("sls", [*many, {"x": A}, *many]),
    ):
        alert = read(route, body)
        assert alert.firing == (A,)
        assert alert.key == read(route, {"alerts": [{"x": A}]} if route == "alertmanager" else [{"x": A}]).key


STATES: list[tuple[str, object, str]] = [
    ("alertmanager", {"alerts": [{"status": "RESOLVED", "x": A}]}, "resolved"),
    ("alertmanager", {"alerts": [{"status": "sleeping", "x": A}]}, "firing"),
    ("alertmanager", {"alerts": [{"x": A}]}, "firing"),
    ("alertmanager", {"alerts": [A]}, "firing"),
    ("alertmanager", {"status": "resolved", "call": A}, "resolved"),
    ("alertmanager", {"alerts": "none", "call": A}, "firing"),
    ("grafana", {"state": "ok", "call": A}, "resolved"),
    ("grafana", {"alerts": [{"labels": {"alertname": "TestAlert", "instance": "Grafana", "x": A}}]}, "test"),
    ("grafana", {"alerts": [{"labels": {"alertname": "TestAlert", "instance": "b"}, "x": A}]}, "firing"),
    ("cloudmonitor", f"transId=1&alertState=ALERT&x={A}", "firing"),
    ("cloudmonitor", f"transId=1&alertState=OK&x={A}", "resolved"),
    ("cloudmonitor", f"transId=1&alertState=INSUFFICIENT_DATA&x={A}", "event"),
    ("cloudmonitor", {"alert": {"alertStatus": "TRIGGERED", "x": A}}, "event"),
    ("cloudmonitor", urlencode({"alert": json.dumps({"alertStatus": "RESOLVED", "x": A})}), "resolved"),
    ("cloudmonitor", {"name": "x", "content": {"call": A}}, "event"),
    ("arms", {"alerts": [{"status": "resolved", "annotations": {"message": A}}]}, "resolved"),
    ("sls", [{"status": "resolved", "labels": {"x": A}}], "resolved"),
    ("sls", [json.dumps({"status": "resolved", "labels": {"x": A}})], "resolved"),
    ("sls", [f"a line with {A}", f"another with {B}"], "firing"),
    ("sls", {"status": "resolved", "call": A}, "resolved"),
    ("sls", f'{{"status":"firing","annotations":{{"title":"a "quoted" {A}"}}}}', "firing"),
    ("eventbridge", {"type": "sls:AlertEvent:Firing", "data": {"x": A}}, "firing"),
    ("eventbridge", {"type": "sls:AlertEvent:Resolved", "data": {"x": A}}, "resolved"),
    ("eventbridge", {"type": "callcentre:Call:Resolved", "data": {"x": A}}, "event"),
    ("pagerduty", {"event": {"event_type": "incident.triggered", "data": {"title": A}}}, "firing"),
    ("pagerduty", {"event": {"event_type": "incident.acknowledged", "data": {"title": A}}}, "event"),
    ("pagerduty", {"event": {"event_type": "incident.resolved", "data": {"title": A}}}, "resolved"),
    ("pagerduty", {"event": {"event_type": "pagey.ping", "data": {"message": A}}}, "test"),
    ("pagerduty", {"x": A}, "firing"),
    ("opsgenie", {"action": "Create", "alert": {"message": A}}, "firing"),
    ("opsgenie", {"action": "Close", "alert": {"message": A}}, "resolved"),
    ("opsgenie", {"action": "close", "alert": {"message": A}}, "resolved"),
    ("opsgenie", {"action": "AddNote", "alert": {"note": A}}, "event"),
    ("datadog", {"alert_transition": "Triggered", "body": A}, "firing"),
    ("datadog", {"alert_transition": "Re-Triggered", "body": A}, "firing"),
    ("datadog", {"alert_transition": "Recovered", "body": A}, "resolved"),
    ("datadog", {"alert_transition": "No Data Recovered", "body": A}, "resolved"),
    ("datadog", {"alert_transition": "Recovered from No Data", "body": A}, "resolved"),
    ("datadog", {"alert_transition": "$ALERT_TRANSITION", "title": "[Recovered] x", "body": A}, "resolved"),
    ("datadog", {"title": "[Recovered from No Data on {queue:sales}] x", "body": A}, "resolved"),
    ("datadog", {"alert_transition": "Warn", "body": A}, "event"),
    ("datadog", {"alert_transition": "Re-No Data", "body": A}, "event"),
    ("datadog", {"title": "[Recovered on {queue:sales}] x", "body": A}, "resolved"),
    ("datadog", {"title": "[Warn] x", "body": A}, "event"),
    ("datadog", {"title": "x", "body": A}, "firing"),
    ("datadog", {"title": "[P2] [Recovered on {queue:sales}] x", "body": A}, "resolved"),
    ("datadog", {"title": "[P2] [Re-Triggered] x", "body": A}, "firing"),
    ("datadog", {"title": "[Everything recovered] x", "body": A}, "firing"),
    ("sentry", {"action": "triggered", "data": {"event": {"title": A}}}, "firing"),
    ("sentry", {"action": "created", "data": {"issue": {"title": A}}}, "firing"),
    ("sentry", {"action": "resolved", "data": {"issue": {"title": A}}}, "resolved"),
    ("sentry", {"action": "critical", "data": {"metric_alert": {"title": A}}}, "firing"),
    ("sentry", {"action": "assigned", "data": {"issue": {"title": A}}}, "event"),
    ("sentry", {"action": "created", "data": {"comment": A, "comment_id": 7, "issue_id": 1}}, "event"),
    ("generic", {"status": "resolved", "call": A}, "resolved"),
    ("generic", {"state": "ok", "call": A}, "resolved"),
    ("generic", {"status": "??", "call": A}, "firing"),
    ("generic", {"status": "Acknowledged", "call": A}, "event"),
    ("grafana", {"state": "no_data", "call": A}, "event"),
    ("arms", {"status": "已恢复", "call": A}, "resolved"),
    ("sls", {"status": "恢复", "call": A}, "resolved"),
    ("sls", {"status": "触发", "call": A}, "firing"),
    ("generic", f"job_id={A}&status=Resolved", "resolved"),
    ("generic", {"alerts": [{"status": "resolved", "labels": {"x": A}}], "status": "firing"}, "resolved"),
    ("generic", f"resolved: {A}", "firing"),
]


@pytest.mark.parametrize(("route", "body", "state"), STATES)
def test_an_alert_is_in_the_state_that_its_sender_says(route: str, body: object, state: str) -> None:
    alert = read(route, body)
    assert alert.state == state
    assert A in (alert.resolved if state == "resolved" else alert.firing)
    assert not (alert.firing if state == "resolved" else alert.resolved)


def test_sentry_s_installation_is_a_test() -> None:
    assert read("sentry", {"action": "created"}, {"Sentry-Hook-Resource": "installation"}).state == "test"


def test_texts_of_a_group_tell_only_where_no_member_does() -> None:
    texts = {"message": f"{B} and {A}", "commonLabels": {"x": C}, "title": "[RESOLVED] x"}
    with_member = {"status": "firing", "alerts": [{"status": "resolved", "x": A}], **texts}
    without_member = {"status": "resolved", "alerts": [{"status": "firing", "x": 1}], **texts}
    assert (read("grafana", with_member).firing, read("grafana", with_member).resolved) == ((), (A,))
    assert read("grafana", without_member).resolved == (B, A, C)


def test_an_id_that_is_firing_and_resolved_is_firing() -> None:
    alert = read("sls", [{"status": "resolved", "x": [A, B]}, {"status": "firing", "x": A}])
    assert (alert.state, alert.firing, alert.resolved) == ("mixed", (A,), (B,))


def test_an_alert_of_two_members_says_what_they_share() -> None:
    members = [{"labels": {"alertname": "CallDropped"}, "annotations": {"summary": job}} for job in (A, B)]
    assert read("alertmanager", {"alerts": members}).title == f"CallDropped: {A}"
    shared = {"alerts": members, "commonLabels": {"alertname": "CallDropped"}, "commonAnnotations": {}}
    assert read("alertmanager", shared).title == "CallDropped"


# Two bodies of one route, and whether they are the same delivery and of the same thread.
IDENTITIES: list[tuple[str, object, object, bool, bool]] = [
    (
        "alertmanager",
        {"alerts": [{"fingerprint": "1", "startsAt": "2026-11-20T08:15:30Z", "x": A}]},
        {"alerts": [{"fingerprint": "1", "startsAt": "2026-11-20T08:15:31Z", "x": A}]},
        False,
        False,
    ),
    (
        "alertmanager",
        {"alerts": [{"labels": {"a": 1}, "x": A}]},
        {"alerts": [{"labels": {"a": 2}, "x": A}]},
        False,
        False,
    ),
    (
        "alertmanager",
        {"alerts": [{"labels": {"a": 1, "b": 2}, "x": A}]},
        {"alerts": [{"labels": {"b": 2, "a": 1}, "x": A}]},
        True,
        True,
    ),
    ("arms", f"text {A}", f"text {A}", True, True),
    ("arms", f"text {A}", f"other {A}", False, False),
    (
        "cloudmonitor",
        f"transId=1&alertState=ALERT&triggerLevel=WARN&x={A}",
        f"transId=1&alertState=ALERT&triggerLevel=CRITICAL&x={A}",
        False,
        True,
    ),
    (
        "cloudmonitor",
        f"transId=1&alertState=ALERT&x={A}&timestamp=1",
        f"transId=1&alertState=ALERT&x={A}&timestamp=2",
        True,
        True,
    ),
    ("cloudmonitor", f"transId=1&alertState=ALERT&x={A}", f"transId=2&alertState=ALERT&x={A}", False, False),
    (
        "cloudmonitor",
        {"alert": {"dedupId": "d", "traceId": "1"}, "batchId": "1", "x": A},
        {"alert": {"dedupId": "d", "traceId": "2"}, "batchId": "2", "x": A},
        True,
        True,
    ),
    ("cloudmonitor", {"alert": {"traceId": "1"}, "x": A}, {"alert": {"traceId": "2"}, "x": A}, False, False),
    (
        "cloudmonitor",
        {"id": "1", "status": "Failed", "x": A},
        {"id": "1", "status": "Normal", "x": A},
        False,
        True,
    ),
    (
        "sls",
        {"fingerprint": "1", "fire_time": 5, "alert_time": 6, "x": A},
        {"fingerprint": "1", "fire_time": 5, "alert_time": 7, "x": A},
        True,
        True,
    ),
    (
        "sls",
        {"fingerprint": "1", "fire_time": 5, "x": A},
        {"fingerprint": "1", "fire_time": 6, "x": A},
        False,
        False,
    ),
    (
        "eventbridge",
        {"source": "a", "id": "1", "x": A},
        {"source": "a", "id": "1", "x": A, "time": 2},
        True,
        True,
    ),
    ("eventbridge", {"source": "a", "id": "1", "x": A}, {"source": "b", "id": "1", "x": A}, False, False),
    (
        "pagerduty",
        {"event": {"id": "1", "data": {"id": "Q", "x": A}}},
        {"event": {"id": "2", "data": {"incident": {"id": "Q"}, "x": A}}},
        False,
        True,
    ),
    (
        "opsgenie",
        {"action": "AddNote", "alert": {"alertId": "1", "updatedAt": 1, "x": A}},
        {"action": "AddNote", "alert": {"alertId": "1", "updatedAt": 2, "x": A}},
        False,
        True,
    ),
    (
        "datadog",
        {"alert_cycle_key": "1", "alert_transition": "Triggered", "id": "1", "x": A},
        {"alert_cycle_key": "1", "alert_transition": "Triggered", "id": "2", "x": A},
        True,
        True,
    ),
    ("datadog", {"id": "1", "x": A}, {"id": "2", "x": A}, False, False),
    (
        "sentry",
        {"data": {"issue": {"id": "1"}}, "x": A},
        {"data": {"issue": {"id": "1"}}, "x": A, "action": "resolved"},
        False,
        True,
    ),
    (
        "sentry",
        {"data": {"issue": {"id": "1"}}, "x": A},
        {"data": {"event": {"issue_id": "1"}}, "x": A},
        False,
        True,
    ),
    (
        "sentry",
        {"data": {"issue": {"id": "1"}}, "x": A},
        {"data": {"metric_alert": {"id": "1"}}, "x": A},
        False,
        False,
    ),
    (
        "sentry",
        {"data": {"issue": {"id": "1"}}, "x": A},
        {"data": {"comment": "a", "comment_id": 7, "issue_id": 1}, "x": A},
        False,
        True,
    ),
    (
        "datadog",
        {"alert_cycle_key": "$ALERT_CYCLE_KEY", "id": "1", "x": A},
        {"alert_cycle_key": "$ALERT_CYCLE_KEY", "id": "2", "x": A},
        False,
        False,
    ),
    ("generic", {"id": "1", "x": A}, {"x": A, "id": 1, "y": 2}, True, True),
    ("generic", {"id": "1", "x": A}, {"id": "1", "x": A, "status": "resolved"}, False, True),
    ("generic", {"x": A}, {"x": A, "y": 1}, False, False),
]


@pytest.mark.parametrize(("route", "one", "other", "same_delivery", "same_thread"), IDENTITIES)
def test_what_makes_it_the_same_alert(
    route: str, one: object, other: object, same_delivery: bool, same_thread: bool
) -> None:
    first, second = read(route, one), read(route, other)
    assert (first.key == second.key) is same_delivery
    assert (first.thread == second.thread) is same_thread


def test_sentry_s_request_id_is_not_signed_and_makes_nothing_new() -> None:
    body = {"action": "triggered", "data": {"event": {"title": A}}}
    assert read("sentry", body, {"Request-ID": "1"}).key == read("sentry", body, {"Request-ID": "2"}).key


STARTED_AT = {"fingerprint": "1", "startsAt": "2026-11-20T08:15:30Z", "x": A}


@pytest.mark.parametrize(
    ("route", "body", "ends_once", "follows"),
    [
        ("alertmanager", {"alerts": [STARTED_AT]}, True, False),
        ("alertmanager", {"alerts": [STARTED_AT, {"x": B}]}, False, False),
        ("alertmanager", {"x": A}, False, False),
        ("sls", [{"fingerprint": "1", "fire_time": 5, "x": A}], True, False),
        ("eventbridge", {"type": "sls:AlertEvent:Firing", "data": {"fire_time": 5}, "x": A}, True, False),
        ("eventbridge", {"type": "Call", "id": "1", "x": A}, False, False),
        ("cloudmonitor", f"transId=1&alertState=ALERT&x={A}", True, False),
        ("cloudmonitor", {"alert": {"dedupId": "d", "alertStatus": "TRIGGERED"}, "x": A}, False, False),
        ("datadog", {"alert_cycle_key": "1", "alert_transition": "Triggered", "x": A}, True, False),
        ("datadog", {"alert_cycle_key": "1", "alert_transition": "Re-Triggered", "x": A}, True, True),
        ("datadog", {"alert_cycle_key": "1", "alert_transition": "Renotify", "x": A}, True, True),
        ("datadog", {"alert_cycle_key": "1", "alert_transition": "Recovered", "x": A}, True, False),
        ("datadog", {"id": "1", "alert_transition": "Re-Triggered", "x": A}, False, False),
        ("opsgenie", {"action": "Create", "alert": {"alertId": "1"}, "x": A}, True, False),
        ("opsgenie", {"action": "Acknowledge", "alert": {"alertId": "1"}, "x": A}, False, True),
        ("opsgenie", {"action": "Close", "alert": {"alertId": "1"}, "x": A}, False, False),
        ("pagerduty", {"event": {"event_type": "incident.triggered", "data": {"id": "Q"}}, "x": A}, True, False),
        ("pagerduty", {"event": {"event_type": "incident.reopened", "data": {"id": "Q"}}, "x": A}, False, False),
        ("pagerduty", {"event": {"event_type": "incident.acknowledged", "data": {"id": "Q"}}, "x": A}, False, True),
        ("pagerduty", {"event": {"event_type": "service.updated", "data": {"id": "S"}}, "x": A}, False, False),
        ("sentry", {"action": "assigned", "data": {"issue": {"id": "1"}}, "x": A}, False, True),
        ("sentry", {"action": "unresolved", "data": {"issue": {"id": "1"}}, "x": A}, False, False),
        ("generic", {"id": "1", "status": "firing", "x": A}, False, False),
    ],
)  # fmt: skip
def test_what_may_come_before_and_after_it(
    route: str, body: object, *, ends_once: bool, follows: bool
) -> None:
    alert = read(route, body)
    assert (alert.ends_once, alert.follows) == (ends_once, follows)


@pytest.mark.parametrize(
    ("action", "severity"), [("critical", "critical"), ("warning", "warning"), ("open", "")]
)
def test_a_metric_alert_of_sentry_is_as_severe_as_its_action(action: str, severity: str) -> None:
    body = {
        "action": action,
        "data": {"metric_alert": {"id": "7"}, "description_title": "Many calls"},
        "x": A,
    }
    assert (read("sentry", body).title, read("sentry", body).severity) == ("Many calls", severity)


@pytest.mark.parametrize(
    ("route", "body", "action"),
    [
        (
            "pagerduty",
            {"event": {"event_type": "incident.acknowledged", "data": {"id": "Q"}}, "x": A},
            "acknowledged",
        ),
        ("pagerduty", {"event": {"event_type": "incident.triggered", "data": {"id": "Q"}}, "x": A}, ""),
        ("opsgenie", {"action": "AddNote", "alert": {"alertId": "1"}, "x": A}, "AddNote"),
        ("sentry", {"action": "assigned", "data": {"issue": {"id": "1"}}, "x": A}, "issue assigned"),
        ("datadog", {"alert_transition": "Warn", "x": A}, "Warn"),
        ("datadog", {"alert_cycle_key": "1", "alert_transition": "Renotify", "x": A}, "Renotify"),
    ],
)
def test_an_event_says_what_happened(route: str, body: object, action: str) -> None:
    assert read(route, body).action == action


def test_a_name_that_stands_twice_hides_no_id() -> None:
    alert = read("generic", f'{{"call": "{A}", "call": "{B}", "status": "firing", "status": "resolved"}}')
    assert alert.state == "resolved"
    assert set(alert.resolved) == {A, B}


def event(**changes: object) -> dict[str, object]:
    usual = {
        "eventType": "Abandoned",
        "contactId": A,
        "instanceId": "ccc-demo",
        "eventTime": "2026-11-20T08:15:30.412Z",
    }
    return {**usual, **changes}


def record(content: dict[str, object], **changes: object) -> dict[str, object]:
    return {"InstanceId": "ccc-demo", "NotificationKey": A, "Content": json.dumps(content), **changes}


@pytest.mark.parametrize(
    ("body", "firing"),
    [
        (event(), (A,)),
        (event(instanceId="ccc-two"), (A,)),
        (event(eventType="Released"), None),
        (event(eventType=""), None),
        (event(instanceId="someone-else"), None),
        (event(instanceId=None), None),
        (event(instanceId=["ccc-demo"]), None),
        (record(event()), (A,)),
        (record(event(instanceId=None)), (A,)),
        (record(event(eventType=None), NotificationType="Abandoned"), (A,)),
        (record(event(eventType="Released"), NotificationType="Abandoned"), None),
        (record(event(), InstanceId="someone-else"), None),
        (record(event(instanceId="someone-else")), None),
        (json.dumps(event()), (A,)),
        (json.dumps(json.dumps(event())), (A,)),
        ([event(), event(contactId=B)], (A, B)),
        ([event(), event(eventType="Released", contactId=B), event(instanceId="x", contactId=C)], (A,)),
        ([json.dumps(event()), record(event(contactId=B))], (A, B)),
        ({"Data": [event(), record(event(contactId=C))]}, (A, C)),
        (urlencode({"message": json.dumps(event())}), (A,)),
        ({"Messages": [{"Payload": json.dumps(event())}]}, (A,)),
        ({"specversion": "1.0", "data": event()}, (A,)),
        ([], None),
        ("null", None),
        (f"a text with {A}", None),
        (event(contactId="", channelId=f"ch-user-1-2-1795162471285-{A}"), (A,)),
    ],
)
def test_only_wanted_events_of_our_instances_count(body: object, firing: tuple[str, ...] | None) -> None:
    alerts = read_all("ccc", body)
    assert [alert.firing for alert in alerts] == ([] if firing is None else [firing])
    assert all(alert.state == "event" for alert in alerts)


def test_events_of_two_instances_are_two_alerts() -> None:
    one, two = read_all("ccc", [event(), event(instanceId="ccc-two", contactId=B), event(contactId=C)])
    assert (one.instance, one.firing) == ("ccc-demo", (A, C))
    assert (two.instance, two.firing) == ("ccc-two", (B,))


def test_an_event_is_the_same_however_it_is_wrapped() -> None:
    assert len({read("ccc", body).key for body in (event(), [event()], record(event()))}) == 1
    assert len({read("ccc", event(eventTime=time)).key for time in ("a", "b")}) == 2


def test_events_of_two_instances_are_handed_over_each_to_its_own() -> None:
    webhook = make_webhook(ccc_instances={"two": "ccc-two"})
    body = [event(), event(instanceId="ccc-two", contactId=B)]
    _, answer = webhook.post(make_request("/ccc", body))
    assert (answer["status"], answer["jobs"]) == ("accepted", [A, B])
    assert [(each.instance, each.jobs) for each in webhook.queue.envelopes] == [
        ("ccc-demo", (A,)),
        ("ccc-two", (B,)),
    ]
    assert webhook.post(make_request("/ccc", body))[1]["status"] == "duplicate"


def test_which_events_are_posted_is_a_setting() -> None:
    released = sample("ccc-released-pretty")
    assert make_webhook().post(sample_request(released))[1]["status"] == "ignored"
    webhook = make_webhook(ccc_events=frozenset({"Released"}))
    assert webhook.post(sample_request(released))[1]["status"] == "accepted"
