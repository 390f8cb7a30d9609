"""The 59 event types that CCC documents, each with its class and a short label.

Source: https://help.aliyun.com/zh/ccs/developer-reference/message-event-overview
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from callevents.i18n import N_

EventClass: TypeAlias = Literal[
    "agent", "channel", "scenario", "ivr", "supervisor", "stream", "record", "survey", "campaign"
]


class EventType(NamedTuple):
    """A type of event: its name, its class, and a label in English to be translated where it is shown."""

    name: str
    class_: EventClass
    label: str


_TYPES = (
    EventType("AgentCheckIn", "agent", N_("Agent signed in")),
    EventType("AgentReady", "agent", N_("Agent ready")),
    EventType("AgentDialing", "agent", N_("Agent dialling")),
    EventType("AgentRinging", "agent", N_("Agent's phone rings")),
    EventType("AgentTalk", "agent", N_("Agent talking")),
    EventType("AgentRelease", "agent", N_("Agent off the call")),
    EventType("AgentBreak", "agent", N_("Agent on break")),
    EventType("AgentCheckOut", "agent", N_("Agent signed out")),
    EventType("AgentRingingTimeout", "agent", N_("Agent did not answer in time")),
    EventType("Dialing", "channel", N_("Dialling")),
    EventType("Ringing", "channel", N_("Ringing")),
    EventType("Established", "channel", N_("Connected")),
    EventType("Released", "channel", N_("Hung up")),
    EventType("Held", "channel", N_("Put on hold")),
    EventType("Retrieved", "channel", N_("Taken off hold")),
    EventType("Muted", "channel", N_("Muted")),
    EventType("Unmuted", "channel", N_("Unmuted")),
    EventType("RingingTimeout", "channel", N_("Rang too long")),
    EventType("BlindTransfer", "scenario", N_("Blind transfer")),
    EventType("AttendedTransfer", "scenario", N_("Attended transfer")),
    EventType("InitiateConsultant", "scenario", N_("Consultation begun")),
    EventType("StartConsultant", "scenario", N_("Consultation connected")),
    EventType("StopConsultant", "scenario", N_("Consultation ended")),
    EventType("StartConference", "scenario", N_("Conference started")),
    EventType("StopConference", "scenario", N_("Conference ended")),
    EventType("Threeway", "scenario", N_("Three-way call")),
    EventType("Route2IVR", "ivr", N_("Entered the IVR")),
    EventType("Abandoned", "ivr", N_("Caller gave up")),
    EventType("Enqueue", "ivr", N_("Entered the queue")),
    EventType("QueueingTimeout", "ivr", N_("Waited too long in the queue")),
    EventType("AssignAgent", "ivr", N_("Assigned to an agent")),
    EventType("QueueingOverflow", "ivr", N_("Queue full")),
    EventType("QueueingCancelled", "ivr", N_("Removed from the queue")),
    EventType("QueueingRerouted", "ivr", N_("Moved to another queue")),
    EventType("DispatchingFailure", "ivr", N_("Dispatching failed")),
    EventType("QueueingFailure", "ivr", N_("Could not enter the queue")),
    EventType("AssignAgentFailure", "ivr", N_("Agent could not be assigned")),
    EventType("IvrTracking", "ivr", N_("IVR step")),
    EventType("StartMonitor", "supervisor", N_("Supervisor starts to listen")),
    EventType("StopMonitor", "supervisor", N_("Supervisor stops listening")),
    EventType("StartCoach", "supervisor", N_("Supervisor starts to coach")),
    EventType("StopCoach", "supervisor", N_("Supervisor stops coaching")),
    EventType("BargeIn", "supervisor", N_("Supervisor joined the call")),
    EventType("Intercept", "supervisor", N_("Supervisor took the call over")),
    EventType("TextStream", "stream", N_("Live transcript piece")),
    EventType("MediaStream", "stream", N_("Media stream")),
    EventType("RecordingReady", "record", N_("Recording ready")),
    EventType("DualTrackRecordingReady", "record", N_("Dual-track recording ready")),
    EventType("VoicemailReady", "record", N_("Voicemail ready")),
    EventType("VnRecordingReady", "record", N_("Voice bot recording ready")),
    EventType("CDRReady", "record", N_("Call detail record ready")),
    EventType("SatisfactionSurveyOffer", "survey", N_("Survey offered")),
    EventType("SatisfactionSurveyResponse", "survey", N_("Survey answered")),
    EventType("CampaignSubmitted", "campaign", N_("Campaign submitted")),
    EventType("CampaignPaused", "campaign", N_("Campaign paused")),
    EventType("CampaignResumed", "campaign", N_("Campaign resumed")),
    EventType("CampaignAborted", "campaign", N_("Campaign aborted")),
    EventType("CampaignCompleted", "campaign", N_("Campaign completed")),
    EventType("CaseAttempted", "campaign", N_("Campaign contact dialled")),
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType({known.name: known for known in _TYPES})
# What an agent does for a while, as a call detail record names it beside the events.
STATES: Mapping[str, str] = MappingProxyType(
    {
        "Consulting": N_("Consulting"),
        "Monitoring": N_("Listening to the call"),
        "Coaching": N_("Coaching"),
        "Barging": N_("In the call as a supervisor"),
        "Intercepting": N_("Taking the call over"),
    }
)
NAMELESS = N_("Event without a name")


class _Labels(dict[str, str]):
    """Labels by the names of types: a type that is not known is its own label."""

    def __missing__(self, type_: str) -> str:
        return type_ or NAMELESS


LABELS: Mapping[str, str] = _Labels({**{known.name: known.label for known in _TYPES}, **STATES})
