"""What matters of an event beyond its type, as one line of plain English; never a transcript, never a link."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from callevents.calls.event import Event, text_of
from callevents.calls.people import RECORDINGS, file_name
from callevents.calls.release import reason_of

Detail: TypeAlias = Callable[[Event], str | None]
_LONGEST = 200
_CHOICE = 2  # more keys than these are no choice in a menu but a number of somebody


def detail_of(event: Event) -> str | None:
    """Return the detail of an event, at most 200 characters; None where its type says all or is not known."""
    if not event.readable:
        return "content cannot be read"
    tell = _DETAILS.get(event.type)
    detail = tell(event) if tell else None
    return detail if detail is None or len(detail) <= _LONGEST else detail[: _LONGEST - 1] + "…"


def _field(name: str, words: str = "%s") -> Detail:
    def tell(event: Event) -> str | None:
        value = event.text(name)
        return words.replace("%s", value) if value else None

    return tell


def _joined(*details: Detail, by: str = ", ") -> Detail:
    def tell(event: Event) -> str | None:
        texts = [text for detail in details if (text := detail(event))]
        return by.join(texts) if texts else None

    return tell


def _reason(event: Event) -> str | None:
    code, text = reason_of(event)
    return " ".join(str(part) for part in (code, text) if part is not None) or None


def _seconds(event: Event) -> str | None:
    value = event.text("duration")
    return f"{value} s" if value and value.replace(".", "", 1).isdecimal() else None


def _file(event: Event) -> str | None:
    name = event.text("fileName")
    return file_name(name) if name else None


def _keys(event: Event) -> str | None:
    """Return the keys pressed in the IVR: a choice as it is, of anything longer only how many digits."""
    variables = event.fields.get("nodeVariables")
    keys = text_of(variables.get("digits")) if isinstance(variables, dict) else None
    if not keys:
        return None
    return f"pressed {keys}" if len(keys) <= _CHOICE else f"{len(keys)} keys pressed"


_GROUP = _field("skillGroupId", "skill group %s")
_QUEUE = _joined(_GROUP, _field("reason"))
_WITH = _field("counterparty", "with %s")
_TRANSFER = _joined(_field("originator", "from %s"), _field("destination", "to %s"), by=" ")

_DETAILS: Mapping[str, Detail] = {
    "AgentCheckIn": _field("workMode", "work mode %s"),
    "AgentRelease": _field("transferee", "to %s"),
    "AgentBreak": _field("breakCode"),
    "Ringing": _field("destination", "at %s"),
    "Released": _joined(
        _reason, _field("releaseInitiator", "by %s"), _field("earlyMediaState", "early media %s")
    ),
    "BlindTransfer": _TRANSFER,
    "AttendedTransfer": _TRANSFER,
    **dict.fromkeys(("InitiateConsultant", "StartConsultant", "StopConsultant"), _WITH),
    **dict.fromkeys(("StartMonitor", "StopMonitor", "StartCoach", "StopCoach", "BargeIn", "Intercept"), _WITH),
    "Route2IVR": _field("contactFlowType"),
    "Abandoned": _field("abandonPhase", "while in %s"),
    **dict.fromkeys(
        (
            "Enqueue", "AssignAgent", "AssignAgentFailure", "DispatchingFailure", "QueueingTimeout", "QueueingOverflow",
            "QueueingCancelled", "QueueingRerouted", "QueueingFailure",
        ),
        _QUEUE,
    ),
    "IvrTracking": _joined(
        _field("nodeName"),
        _field("nodeType"),
        _field("nodeAction"),
        _field("nodeExitCode", "exit %s"),
        _keys,
    ),
    **dict.fromkeys(RECORDINGS, _joined(_file, _seconds)),
    "CDRReady": _field("dispositionCode"),
    "SatisfactionSurveyOffer": _field("surveyChannel", "by %s"),
    "SatisfactionSurveyResponse": _joined(_field("rating", "rating %s"), _field("surveyChannel", "by %s")),
    **dict.fromkeys(
        ("CampaignSubmitted", "CampaignPaused", "CampaignResumed", "CampaignAborted", "CampaignCompleted"),
        _field("campaignId", "campaign %s"),
    ),
    "CaseAttempted": _joined(_field("campaignId", "campaign %s"), _field("caseId", "case %s")),
}  # fmt: skip
