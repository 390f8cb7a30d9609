"""An alert as the worker gets it."""

from typing import Any

from callevents.tasks.envelope import AlertEnvelope

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


def an_alert(**changes: Any) -> AlertEnvelope:
    facts: dict[str, Any] = {
        "sender": "grafana",
        "title": "Call dropped",
        "severity": "critical",
        "state": "firing",
        "channel": "C1",
        "instance": "ccc-test",
        "jobs": (JOB,),
        "thread_key": "k",
        "received_at": 1772620000.0,
        "started_at": 1772619065.0,
    }
    return AlertEnvelope(**{**facts, **changes})
