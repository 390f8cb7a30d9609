"""One event in words: what happened, on whose leg, to whom, and what matters beside it."""

from collections.abc import Mapping

from callevents.calls.model import CallSummary, Phrase, Side, TimelineEvent
from callevents.calls.records.event_types import EVENT_TYPES, NAMELESS, STATES
from callevents.i18n import N_, gettext_for
from callevents.report.people import agent_name, number_or_words, transfer_agents
from callevents.report.text import beside, fill
from callevents.report.viewer import Viewer

_LEGS: dict[Side, str] = {
    "customer": N_("customer"),
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "outside": N_("outside number"),
    "unknown": N_("unknown party"),
}
# Beside the name of an agent the label need not say that it is one.
_OF_AGENTS: Mapping[str, str] = {
    "AgentDialing": N_("Dialling"),
    "AgentRinging": N_("Phone rings"),
    "AgentTalk": N_("Talking"),
    "AgentRelease": N_("Off the call"),
}
# A supervisor's act as one sentence; whether the event names the supervisor or the agent differs by type.
_SUPERVISION: Mapping[str, tuple[str, bool]] = {
    "StartMonitor": (N_("Supervisor %(supervisor)s starts to listen to %(agent)s"), False),
    "StopMonitor": (N_("Supervisor %(supervisor)s stops listening to %(agent)s"), False),
    "StartCoach": (N_("Supervisor %(supervisor)s starts to coach %(agent)s"), True),
    "StopCoach": (N_("Supervisor %(supervisor)s stops coaching %(agent)s"), True),
    "BargeIn": (N_("Supervisor %(supervisor)s joins the call of %(agent)s"), True),
    "Intercept": (N_("Supervisor %(supervisor)s takes over the call of %(agent)s"), True),
}
# The same where only the one is known whom the event names.
_SUPERVISION_ALONE: Mapping[str, str] = {
    "StartMonitor": N_("A supervisor starts to listen to %(name)s"),
    "StopMonitor": N_("A supervisor stops listening to %(name)s"),
    "StartCoach": N_("Supervisor %(name)s starts to coach"),
    "StopCoach": N_("Supervisor %(name)s stops coaching"),
    "BargeIn": N_("Supervisor %(name)s joins the call"),
    "Intercept": N_("Supervisor %(name)s takes over the call"),
}
_CUSTOMER_CALLED = frozenset({"outbound", "predictive"})
_TRANSFERS = frozenset({"BlindTransfer", "AttendedTransfer"})
_MAX_CHARS = 80  # of a name or a detail


class EventText:
    """Writes events in words for one reader; a name that stands in many of them is cleaned and masked once."""

    def __init__(self, summary: CallSummary, viewer: Viewer) -> None:
        self._summary = summary
        self._viewer = viewer
        self._ = gettext_for(viewer.language)
        self._names: dict[str, str] = {}
        self._legs = {leg: self._(words) for leg, words in _LEGS.items()}

    def of(self, event: TimelineEvent) -> str:
        """Return one event in words."""
        if event.type in _SUPERVISION and (sentence := self._supervision(event)):
            return sentence
        parts = [self._label(event)]
        if event.type in _TRANSFERS and (way := self._transfer(event)):
            parts.append(way)
        else:
            parts += self._who(event)
            parts += [self._phrase(phrase) for phrase in event.detail]
        return " · ".join([part for part in parts if part])

    def _label(self, event: TimelineEvent) -> str:
        type_ = event.type
        known = EVENT_TYPES.get(type_)
        if known is None:
            foreign = event.label != NAMELESS and type_ not in STATES
            return self._name(event.label or type_) if foreign else self._(event.label)
        if type_ in _OF_AGENTS and event.leg and event.agent:
            return self._(_OF_AGENTS[type_])
        if type_ == "Abandoned" and self._summary.direction in _CUSTOMER_CALLED:
            return self._(N_("Customer gave up"))
        return self._(known.label)

    def _who(self, event: TimelineEvent) -> list[str]:
        """Return whose leg it is and the agent's name; of the IVR and the queue it is always the customer's."""
        agent = self._name(event.agent) if event.agent else ""
        if event.leg is None:
            return [agent]
        leg = self._legs[event.leg]
        if event.leg in {"agent", "supervisor"} and agent:
            return [beside(leg, agent)]
        known = EVENT_TYPES.get(event.type)
        class_ = known.class_ if known else None
        if event.leg == "customer" and class_ == "ivr":
            return [agent]
        if event.leg == "unknown" and event.type == "Dialing":
            return [agent]  # the centre dials
        if event.leg in {"customer", "outside"} and class_ == "channel":
            return [leg]  # the agent named there is the other side
        return [leg, agent]

    def _supervision(self, event: TimelineEvent) -> str:
        """Return the sentence on a supervisor's act; "" where no name is known."""
        if not event.agent:
            return ""
        if not event.detail:
            return fill(self._(_SUPERVISION_ALONE[event.type]), {"name": self._name(event.agent)})
        words, names_supervisor = _SUPERVISION[event.type]
        named, other = self._name(event.agent), self._name(event.detail[0].value)
        if not other:
            return ""
        supervisor, agent = (named, other) if names_supervisor else (other, named)
        return fill(self._(words), {"supervisor": supervisor, "agent": agent})

    def _transfer(self, event: TimelineEvent) -> str:
        """Return from whom to whom a call was passed on, by the agents' names where they are known."""
        values = {phrase.words: phrase.value for phrase in event.detail}
        before, after = transfer_agents(self._summary, event.at)
        from_, to = before or values.get("from %s"), after or values.get("to %s")
        if not from_ or not to:
            return ""
        return self._("%(from)s → %(to)s") % {"from": self._name(from_), "to": self._name(to)}

    def _phrase(self, phrase: Phrase) -> str:
        """Return one phrase of a detail in the reader's language."""
        words, value = phrase
        if words == "%s":
            return self._name(value) if value else words
        words = self._(words)
        if not value or "%s" not in words:
            return words
        before, _value, after = words.partition("%s")
        name = self._name(value)
        text = beside(before[:-1], name) if before.endswith(" ") else before + name
        return beside(text, after[1:]) if after.startswith(" ") else text + after

    def _name(self, text: str) -> str:
        """Return foreign *text* as one clean line, masked where it must be."""
        known = self._names.get(text)
        if known is None:
            known = self._names[text] = (
                agent_name(text, self._summary, self._viewer, _MAX_CHARS)
                if text.endswith(f"@{self._summary.instance_id}")
                else number_or_words(text, self._summary, self._viewer, _MAX_CHARS)
            )
        return known
