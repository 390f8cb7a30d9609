"""A detail record and a row of the list of them, as the contact center prints them."""

from collections.abc import Iterable

from callevents_sandbox.ccc.details.calls import disposition as filing
from callevents_sandbox.ccc.details.calls.call import Call
from callevents_sandbox.ccc.details.calls.durations import Durations, durations
from callevents_sandbox.ccc.details.names import AGENT_PHONE, PLACE, agent_name, group_name
from callevents_sandbox.ccc.details.sequences import agent_events, customer_events, ivr_events, queue_events

Document = dict[str, object]
# What a model thinks of the people on the line; nobody but the centre's own console should show it.
_REPORT: Document = {
    "Emotion": {"Type": "ANGRY", "Confidence": 93, "Remark": "The customer sounds furious", "Success": True},
    "ProblemSolving": {"Problem": "Late parcel", "Solution": "Refund", "Solved": True},
    "TodoList": {"Tasks": ["Call the customer's wife back"]},
}


def detail_record(call: Call) -> Document:
    """Return `Data` of GetCallDetailRecord."""
    seconds = durations(call).call
    return {
        **_common(call),
        "CallDuration": seconds,
        "AgentEvents": agent_events(call),
        "CustomerEvents": customer_events(call),
        "QueueEvents": queue_events(call),
        "IvrEvents": ivr_events(call),
        **_satisfaction(call),
    }


def list_row(call: Call) -> Document:
    """Return one element of `Data.List` of ListCallDetailRecordsV2."""
    took = durations(call)
    filed_as_answered = filing.disposition(call) == "Success"
    is_timed = call.established_at is not None or not filed_as_answered
    broker, additional = call.named("broker"), call.named("additionalBroker")
    return {
        **_common(call),
        "MediaType": call.named("mediaType") or "AUDIO",
        "CallDuration": str(took.call),
        "IvrTime": took.ivr,
        **(_parts(took) if is_timed else {}),
        "TransferCount": took.transfers,
        **({"Broker": broker, "AdditionalBroker": additional} if broker else {}),
        "EarlyMediaText": next(
            (e.text("earlyMediaText") for e in call.events if e.text("earlyMediaText")), ""
        ),
        "CallIds": f"{call.job_id[-12:]}@sip.example.invalid",
        **_off_site(call),
    }


def _common(call: Call) -> Document:
    agents = _distinct(each.party for each in call.agents if each.party)
    groups = _distinct(group for each in call.events if (group := each.text("skillGroupId")))
    established = call.established_at
    report = bool(call.first("SatisfactionSurveyResponse"))
    common: Document = {
        "ContactId": call.job_id,
        "InstanceId": call.instance_id,
        "ContactType": call.kind,
        "ContactDisposition": filing.disposition(call) if call.over else None,
        "EarlyMediaState": filing.early_media_state(call),
        "CallingNumber": call.named("caller"),
        "CalledNumber": call.named("callee"),
        "CallerLocation": PLACE,
        "CalleeLocation": PLACE,
        "StartTime": call.started_at,
        "EstablishedTime": established,
        "ReleaseTime": call.released_at if call.over else None,
        "ReleaseInitiator": filing.release_initiator(call),
        "ReleaseReason": filing.release_reason(call),
        "OutsideNumberReleaseReason": filing.outside_release_reason(call),
        "AgentIds": ",".join(agents),
        "AgentNames": ",".join(map(agent_name, agents)),
        "SkillGroupIds": ",".join(groups),
        "SkillGroupNames": ",".join(map(group_name, groups)),
        "RecordingReady": established is not None and call.over,
        "SatisfactionSurveyOffered": call.first("SatisfactionSurveyOffer") is not None,
        "AnalyticsReportReady": report,
        "AnalyticsReport": _REPORT if report else None,
    }
    return {name: value for name, value in common.items() if value is not None}


def _parts(took: Durations) -> Document:
    return {
        "QueueTime": took.queue,
        "RingTime": took.ring,
        "WaitTime": took.wait,
        "DialingTime": took.dialing,
        "TalkTime": took.talk,
        "HeldTime": took.held,
        "RecordingDuration": took.talk,
    }


def _satisfaction(call: Call) -> Document:
    rated, offered = call.first("SatisfactionSurveyResponse"), call.first("SatisfactionSurveyOffer")
    channel: Document = {"SatisfactionSurveyChannel": offered.text("surveyChannel")} if offered else {}
    return channel | ({"Satisfaction": rated.fields.get("rating")} if rated else {})


def _off_site(call: Call) -> Document:
    """Return the private phones of agents who work outside: those who answered from a desk phone here."""
    if not any(each.side == "outside" for each in call.legs):
        return {}
    agents = ",".join(_distinct(each.party for each in call.agents))
    return {"OffSiteAgentIds": agents, "OffsiteAgentDestinationNumbers": AGENT_PHONE}


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
