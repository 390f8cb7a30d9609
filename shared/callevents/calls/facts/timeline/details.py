"""What matters of an event beyond its type, as phrases; never a transcript, never a link."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from callevents.calls.facts.ending.release_reason import reason_of
from callevents.calls.facts.participants import RECORDINGS, file_name
from callevents.calls.model import Phrase
from callevents.calls.records.event import Event, text_of
from callevents.i18n import N_

_Describe: TypeAlias = Callable[[Event], Phrase | None]
_Detail: TypeAlias = tuple[str, _Describe]  # a field, and what it says of an event that has it
UNREADABLE = Phrase(N_("content cannot be read"))
_MAX_DETAIL_CHARS = 200
_CHOICE = 2  # more keys than these are no choice in a menu but a number of somebody


def detail_of(event: Event) -> tuple[Phrase, ...]:
    """Return the detail of an event; empty where its type says all or is not known."""
    if not event.readable:
        return (UNREADABLE,)
    if event.type not in _DETAILS:
        return ()
    phrases: tuple[Phrase, ...] = ()
    for name, describe in _DETAILS[event.type]:
        if name in event.fields and (phrase := describe(event)) is not None:
            phrases += (phrase,)
    return phrases


def sentence(detail: Sequence[Phrase]) -> str | None:
    """Return *detail* as one line of plain English of at most 200 characters; None where there is none."""
    line = ", ".join(words.replace("%s", value) for words, value in detail)
    return (line if len(line) <= _MAX_DETAIL_CHARS else line[: _MAX_DETAIL_CHARS - 1] + "…") or None


def _field(name: str, words: str = "%s") -> _Detail:
    def describe(event: Event) -> Phrase | None:
        value = event.text(name)
        return Phrase(words, value) if value else None

    return name, describe


def _word(name: str, known: Mapping[str, str], words: str = "%s") -> _Detail:
    """Describe a field with our own words for each *known* value, in lower case; another value stands as it is."""

    def describe(event: Event) -> Phrase | None:
        value = event.text(name)
        if not value:
            return None
        own = known.get(value.lower())
        return Phrase(own) if own else Phrase(words, value)

    return name, describe


def _reason(event: Event) -> Phrase | None:
    code, text = reason_of(event)
    words = " ".join(str(part) for part in (code, text) if part is not None)
    return Phrase("%s", words) if words else None


def _seconds(event: Event) -> Phrase | None:
    value = event.text("duration")
    return Phrase(N_("%s s"), value) if value and value.replace(".", "", 1).isdecimal() else None


def _file(event: Event) -> Phrase | None:
    name = file_name(event.text("fileName") or "")
    return Phrase("%s", name) if name else None


def _keys(event: Event) -> Phrase | None:
    """Return the keys pressed in the IVR: a choice as it is, of anything longer only how many digits."""
    variables = event.fields.get("nodeVariables")
    keys = text_of(variables.get("digits")) if isinstance(variables, dict) else None
    if not keys:
        return None
    return (
        Phrase(N_("pressed %s"), keys)
        if len(keys) <= _CHOICE
        else Phrase(N_("%s keys pressed"), str(len(keys)))
    )


def _phase(event: Event) -> Phrase | None:
    """Return how far a caller came who gave up; a phase that is not known in its own words."""
    phase = event.text("abandonPhase")
    if not phase:
        return None
    known = next((words for beginning, words in _PHASES if phase.lower().startswith(beginning)), None)
    return Phrase(known) if known else Phrase(N_("phase %s"), phase)


_PHASES = (("ivr", N_("in the IVR")), ("queu", N_("in the queue")), ("ring", N_("while the phone rang")))
_QUEUE = (_field("skillGroupId", N_("skill group %s")), _field("reason"))
_WITH = (_field("counterparty", N_("with %s")),)
_TRANSFER = (_field("originator", N_("from %s")), _field("destination", N_("to %s")))
_FLOW = _word(
    "contactFlowType",
    {"main_flow": N_("main flow"), "sub_flow": N_("sub-flow"), "survey_flow": N_("survey flow")},
)
_INITIATOR = _word(
    "releaseInitiator",
    {"agent": N_("by the agent"), "customer": N_("by the customer"), "system": N_("by the system")},
    N_("by %s"),
)
# What the network's announcement probably says.
_ANNOUNCEMENT = _word(
    "earlyMediaState",
    {
        "noanswer": N_("probably no answer"),
        "outofservice": N_("probably out of service"),
        "notexist": N_("probably no such number"),
        "restricted": N_("probably barred"),
        "busy": N_("probably busy"),
        "notconnected": N_("probably not connected"),
        "poweroff": N_("probably switched off"),
    },
    N_("announcement %s"),
)
_DISPOSITION = _word(
    "dispositionCode",
    {
        "success": N_("success"),
        "noanswer": N_("no answer"),
        "reject": N_("rejected"),
        "voicemail": N_("voicemail"),
        **dict.fromkeys(("abandonedincontactflow", "abandonedinivr"), N_("given up in the IVR")),
        "abandonedinqueue": N_("given up in the queue"),
        **dict.fromkeys(("abandonedring", "abandonedinring"), N_("given up while ringing")),
    },
)
_WORK_MODE = _word(
    "workMode",
    {"on_site": N_("works on site"), "off_site": N_("works off site"), "office_phone": N_("desk phone")},
    N_("work mode %s"),
)
_BY_SURVEY = _word(
    "surveyChannel",
    {"sms": N_("by SMS"), "ivr": N_("by IVR"), "chat": N_("by chat")},
    N_("channel %s"),
)
_CAMPAIGN = _field("campaignId", N_("campaign %s"))

_DETAILS: Mapping[str, tuple[_Detail, ...]] = {
    "AgentCheckIn": (_WORK_MODE,),
    "AgentRelease": (_field("transferee", N_("passed on to %s")),),
    "AgentBreak": (_field("breakCode"),),
    "Ringing": (_field("destination", N_("at %s")),),
    "Released": (("releaseReason", _reason), _INITIATOR, _ANNOUNCEMENT),
    "BlindTransfer": _TRANSFER,
    "AttendedTransfer": _TRANSFER,
    **dict.fromkeys(("InitiateConsultant", "StartConsultant", "StopConsultant"), _WITH),
    # The agentId is the agent's who is listened to, but the supervisor's who coaches, joins or takes over.
    **dict.fromkeys(("StartMonitor", "StopMonitor"), (_field("counterparty", N_("supervisor %s")),)),
    **dict.fromkeys(("StartCoach", "StopCoach", "BargeIn"), _WITH),
    "Intercept": (_field("counterparty", N_("agent %s")),),
    "Route2IVR": (_FLOW,),
    "Abandoned": (("abandonPhase", _phase),),
    **dict.fromkeys(
        (
            "Enqueue", "AssignAgent", "AssignAgentFailure", "DispatchingFailure", "QueueingTimeout", "QueueingOverflow",
            "QueueingCancelled", "QueueingRerouted", "QueueingFailure",
        ),
        _QUEUE,
    ),
    "IvrTracking": (
        _field("nodeName"),
        _field("nodeType"),
        _field("nodeAction"),
        _field("nodeExitCode", N_("result %s")),
        ("nodeVariables", _keys),
    ),
    **dict.fromkeys(RECORDINGS, (("fileName", _file), ("duration", _seconds))),
    "CDRReady": (_DISPOSITION,),
    "SatisfactionSurveyOffer": (_BY_SURVEY,),
    "SatisfactionSurveyResponse": (_field("rating", N_("rating %s")), _BY_SURVEY),
    **dict.fromkeys(
        ("CampaignSubmitted", "CampaignPaused", "CampaignResumed", "CampaignAborted", "CampaignCompleted"),
        (_CAMPAIGN,),
    ),
    "CaseAttempted": (_CAMPAIGN, _field("caseId", N_("case %s"))),
}  # fmt: skip
