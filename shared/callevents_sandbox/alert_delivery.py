"""Sends an alert as its sender does, and notes in the journal what went over the wire."""

import httpx

from callevents_sandbox import wire
from callevents_sandbox.alerts import PreparedAlert
from callevents_sandbox.journal import Journal

_PATIENCE = 30.0  # seconds


def deliver(journal: Journal, name: str, alert: PreparedAlert, address: str, query: str) -> httpx.Response:
    """Send *alert*, called *name*, to the webhook at *address*, with *query* added to its own; return the answer."""
    headers = {name: value for name, value in alert.headers.items() if name.lower() != "host"}
    path = alert.path + (("&" if "?" in alert.path else "?") + query if query else "")
    sent = wire.request(alert.method, path, headers.items(), alert.body)
    began = journal.write("alert", f"sent {name}", bytes=len(alert.body), request=sent).at
    answer = httpx.request(
        alert.method, address + path, headers=headers, content=alert.body, timeout=_PATIENCE, trust_env=False
    )
    journal.write(
        "alert",
        f"answered {name}",
        status=answer.status_code,
        milliseconds=round((journal.now() - began) * 1000),
        response=wire.response(answer.status_code, answer.content),
    )
    return answer
