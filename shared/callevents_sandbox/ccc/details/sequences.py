"""The four lists of a detail record: what happened to each agent, customer, queue and flow."""

from collections.abc import Iterable, Mapping

from callevents_sandbox.ccc.details.calls.call import Call
from callevents_sandbox.ccc.details.calls.events import Event
from callevents_sandbox.ccc.details.calls.legs import Leg
from callevents_sandbox.ccc.details.names import agent_name, group_name

Document = dict[str, object]

# The names that the vendor lists for agents; those that a notification calls otherwise stand on the right.
_AGENT_EVENTS: Mapping[str, str] = {
    **{
        name: name
        for name in ("Dialing", "Ringing", "Established", "Released", "BlindTransfer", "StartConference")
    },
    "StartConsultant": "Consulting",
    "StartMonitor": "Monitoring",
    "StartCoach": "Coaching",
    "BargeIn": "Barging",
    "Intercept": "Intercepting",
}
_CUSTOMER_EVENTS = ("Dialing", "Ringing", "Established", "Released")
_QUEUE_EVENTS = (
    "Enqueue", "AssignAgent", "Abandoned", "QueueingTimeout", "QueueingOverflow", "QueueingFailure", "QueueingRerouted",
)  # fmt: skip


def agent_events(call: Call) -> list[Document]:
    """Return AgentEvents: one entry per agent's line."""
    return [
        {
            "AgentId": leg.party,
            "AgentName": agent_name(leg.party),
            "SkillGroupId": leg.skill_group,
            "EventSequence": _with_durations(leg),
        }
        for leg in call.agents
    ]


def customer_events(call: Call) -> list[Document]:
    """Return CustomerEvents: the customer's line, then those to numbers outside."""
    return [
        {
            "CustomerId": leg.party,
            "EventSequence": [_entry(each) for each in leg.events if each.type in _CUSTOMER_EVENTS],
        }
        for leg in call.others
    ]


def queue_events(call: Call) -> list[Document]:
    """Return QueueEvents: one entry per skill group."""
    queues: dict[str, list[Event]] = {}
    for each in call.events:
        if each.type in _QUEUE_EVENTS and each.text("skillGroupId"):
            queues.setdefault(each.text("skillGroupId"), []).append(each)
    return [
        {
            "QueueId": group,
            "QueueName": group_name(group),
            "QueueType": 1,
            "FlowId": _first(events, "contactFlowId"),
            "EventSequence": [_entry(each) for each in events],
        }
        for group, events in queues.items()
    ]


def ivr_events(call: Call) -> list[Document]:
    """Return IvrEvents: one entry per flow."""
    flows: dict[str, list[Event]] = {}
    for each in call.events:
        in_ivr = each.type == "Abandoned" and each.text("abandonPhase") == "IVR"
        if each.type == "Route2IVR" or in_ivr:
            flows.setdefault(each.text("contactFlowId"), []).append(each)
    return [
        {
            "FlowId": flow,
            "FlowType": _first(events, "contactFlowType") or "MAIN_FLOW",
            "EventSequence": [_entry(each) for each in events],
        }
        for flow, events in flows.items()
    ]


def _with_durations(leg: Leg) -> list[Document]:
    """Return an agent's sequence; each state lasts until the next one, in whole seconds."""
    events = [each for each in leg.events if each.type in _AGENT_EVENTS]
    entries = [_entry(each, _AGENT_EVENTS[each.type]) for each in events]
    for entry, event, following in zip(entries, events, events[1:], strict=False):
        entry["Duration"] = (following.at - event.at) // 1000
    return entries


def _entry(event: Event, name: str | None = None) -> Document:
    return {"Event": name or event.type, "EventTime": event.at}


def _first(events: Iterable[Event], name: str) -> str:
    return next((each.text(name) for each in events if each.text(name)), "")
