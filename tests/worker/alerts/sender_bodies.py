"""Bodies as senders of alerts send them: alerts that name a call, and their ends, which name none."""

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
# A moment before the worker's clock, in the forms that senders use.
STARTED, STARTED_UNIX = "2026-03-04T10:25:00Z", 1772619900
FINGERPRINT = "6f1b0d2c9a47e853"


def member(status: str, *, call: str = "", number: int = 1, **facts: object) -> dict[str, object]:
    return {
        "status": status,
        "labels": {"alertname": "CallDropped", "number": str(number)},
        "annotations": {"summary": call} if call else {},
        "startsAt": STARTED,
        "fingerprint": f"{FINGERPRINT}{number}",
    } | facts


def group(*members: dict[str, object]) -> dict[str, object]:
    return {"status": "firing", "alerts": list(members)}


def sls(status: str, **facts: object) -> dict[str, object]:
    return {
        "status": status,
        "fingerprint": FINGERPRINT,
        "fire_time": STARTED_UNIX,
        "alert_name": "drops",
    } | facts


def pagerduty(kind: str, **data: object) -> dict[str, object]:
    about = {"id": "Q1", "title": "Call dropped", "created_at": STARTED}
    return {"event": {"id": f"01-{kind}", "event_type": f"incident.{kind}", "data": about | data}}


def opsgenie(action: str, **facts: object) -> dict[str, object]:
    return {
        "action": action,
        "alert": {"alertId": "052652ac", "message": "Call dropped", "updatedAt": 1} | facts,
    }


def datadog(transition: str, **facts: object) -> dict[str, object]:
    return {
        "alert_cycle_key": "34",
        "alert_transition": transition,
        "title": "Calls dropped",
        "id": transition,
    } | facts


def issue(action: str, **facts: object) -> dict[str, object]:
    return {"action": action, "data": {"issue": {"id": "43", "title": "CallDropped"} | facts}}


# The alert of a sender, and its end, which names no call.
ENDS: dict[str, tuple[str, object, object]] = {
    "Grafana": ("grafana", group(member("firing", call=A)), group(member("resolved"))),
    "Grafana, no annotations": (
        "grafana",
        group(member("firing", call=A)),
        group(member("resolved", annotations=None)),
    ),
    "Alertmanager": ("alertmanager", group(member("firing", call=A)), group(member("resolved"))),
    "Alertmanager, at generic": ("generic", group(member("firing", call=A)), group(member("resolved"))),
    "Alertmanager, without fingerprints": (
        "alertmanager",
        group(member("firing", call=A, fingerprint="")),
        group(member("resolved", fingerprint="")),
    ),
    "Alertmanager, two at once": (
        "alertmanager",
        group(member("firing", call=A), member("firing", call=B, number=2)),
        group(member("resolved"), member("resolved", number=2)),
    ),
    "Alertmanager, a further end": (
        "alertmanager",
        group(member("firing", call=A)),
        group(member("resolved"), member("resolved", number=2)),
    ),
    "Alertmanager, another fires on": (
        "alertmanager",
        group(member("firing", call=A)),
        group(member("resolved"), member("firing", call=B, number=2)),
    ),
    "Alertmanager, one end names its call": (
        "alertmanager",
        group(member("firing", call=A), member("firing", call=B, number=2)),
        group(member("resolved", call=A), member("resolved", number=2)),
    ),
    "ARMS": ("arms", group(member("firing", call=A)), group(member("resolved"))),
    "SLS": ("sls", sls("firing", labels={"contactId": A}), sls("resolved")),
    "SLS, merged": ("sls", [sls("firing", labels={"contactId": A})], [sls("resolved")]),
    "SLS over EventBridge": (
        "eventbridge",
        {"type": "sls:AlertEvent:Firing", "id": "1", "data": sls("firing", labels={"contactId": A})},
        {"type": "sls:AlertEvent:Resolved", "id": "2", "data": sls("resolved")},
    ),
    "PagerDuty": ("pagerduty", pagerduty("triggered", title=A), pagerduty("resolved")),
    "PagerDuty, from a note": (
        "pagerduty",
        {
            "event": {
                "event_type": "incident.annotated",
                "id": "1",
                "data": {"incident": {"id": "Q1"}, "content": A},
            }
        },
        pagerduty("resolved"),
    ),
    "Opsgenie": ("opsgenie", opsgenie("Create", details={"contactId": A}), opsgenie("Close")),
    "Datadog": ("datadog", datadog("Triggered", tags=A), datadog("Recovered")),
    "Sentry's issue": (
        "sentry",
        {
            "action": "triggered",
            "data": {"event": {"issue_id": "43", "title": "x", "tags": [["contact_id", A]]}},
        },
        issue("resolved"),
    ),
    "Sentry's metric alert": (
        "sentry",
        {"action": "critical", "data": {"metric_alert": {"id": "7", "title": "many"}, "description_text": A}},
        {"action": "resolved", "data": {"metric_alert": {"id": "7", "title": "many"}}},
    ),
    "CloudMonitor": ("cloudmonitor", f"transId=1&alertState=ALERT&dimensions={A}", "transId=1&alertState=OK"),
    "CloudMonitor's event": (
        "cloudmonitor",
        {"alert": {"dedupId": "d", "alertStatus": "TRIGGERED", "eventContentMap": {"contactId": A}}},
        {"alert": {"dedupId": "d", "alertStatus": "RESOLVED"}},
    ),
    "generic": (
        "generic",
        {"id": "drop-1", "status": "firing", "call": A},
        {"id": "drop-1", "status": "Cleared"},
    ),
    "generic, broken": (
        "generic",
        {"id": "drop-1", "status": "firing", "call": A},
        '{"id": "drop-1",\n "status": "up",}',
    ),
    "Grafana's template": (
        "grafana",
        {"id": "drop-1", "state": "alerting", "call": A},
        "<a id='drop-1' state='ok'><b/></a>",
    ),
    "OnCall": (
        "generic",
        {
            "event": {"type": "alert group created"},
            "alert_group": {"id": "I1", "state": "firing", "title": "x"},
            "c": A,
        },
        {"event": {"type": "resolve"}, "alert_group": {"id": "I1", "state": "resolved", "title": "x"}},
    ),
    "Uptime Kuma": (
        "generic",
        {
            "heartbeat": {"status": 0, "time": "1", "msg": A},
            "monitor": {"id": 1, "name": "Softphone"},
            "msg": "Down",
        },
        {
            "heartbeat": {"status": 1, "time": "2", "msg": "OK"},
            "monitor": {"id": 1, "name": "Softphone"},
            "msg": "Up",
        },
    ),
}
