"""What a plain author makes of a call: records to a few facts to blocks, with the standard library alone.

Copied beside the `index.py` of every contender but this project's own: they differ in how they ask and answer.
"""

import json
from typing import Any

LISTED = 40


def message(job_id: str, records: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the answer about a call; a record is its type and its content."""
    events = sorted((_event(kind, content) for kind, content in records), key=lambda event: event[0])
    if not events:
        return {"response_type": "ephemeral", "text": f"No records of {job_id}."}
    agents = list(dict.fromkeys(agent for _, _, _, agent, _ in events if agent))
    answered = next((at for at, kind, leg, _, _ in events if kind == "Established" and leg == "agent"), None)
    released = [(at, data) for at, kind, _, _, data in events if kind == "Released"]
    ended, last = released[-1] if released else (None, {})
    verdict = "Answered" if answered else "Not answered"
    if last:
        verdict += f", ended by {last.get('releaseInitiator')}: {last.get('releaseReason')}"
    first = events[0][4]
    facts = {
        "Job": job_id,
        "From": _masked(first.get("caller")),
        "To": _masked(first.get("callee")),
        "Agents": ", ".join(agents) or "–",
        "Began": events[0][0],
        "Answered": answered or "–",
        "Ended": ended or "–",
    }
    lines = [f"`{at[11:19]}` {kind} ({leg}) {agent}" for at, kind, leg, agent, _ in events[:LISTED]]
    if len(events) > LISTED:
        lines.append(f"… and {len(events) - LISTED} more")
    fields = [{"type": "mrkdwn", "text": f"*{name}*\n{_safe(value)}"} for name, value in facts.items()]
    return {
        "response_type": "ephemeral",
        "text": verdict,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": verdict[:150]}},
            {"type": "section", "fields": fields},
            {"type": "section", "text": {"type": "mrkdwn", "text": _safe("\n".join(lines))[:3000]}},
        ],
    }


def _event(kind: str, content: str) -> tuple[str, str, str, str, dict[str, Any]]:
    try:
        data = json.loads(content)
    except ValueError:
        return "9", kind, "unknown", "", {}
    channel = data.get("channelId") or ""
    leg = "customer" if channel.startswith(("ch-customer", "ch:customer")) else "unknown"
    leg = "agent" if channel.startswith(("ch-user", "ch:user")) else leg
    return data.get("eventTime") or "9", kind, leg, data.get("agentId") or "", data


def _masked(number: str | None) -> str:
    return f"{number[:3]}…{number[-2:]}" if number and len(number) > 6 else number or "–"


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
