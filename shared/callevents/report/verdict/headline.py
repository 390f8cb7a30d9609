"""The headline: was the call answered, and by whom."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from callevents.calls.model import CallSummary, Outcome
from callevents.i18n import N_, ngettext_for
from callevents.report.people import (
    Talker,
    agent_name,
    calls_two,
    talkers,
    with_name,
    with_own_names,
    words_about,
)
from callevents.report.text import fill
from callevents.report.viewer import Viewer

_HEADLINES: dict[Outcome, tuple[str, str]] = {
    "answered": ("✅", N_("Answered")),
    "in_progress": ("⏳", N_("In progress: not answered so far")),
    "abandoned_in_ivr": ("❌", N_("Not answered: the caller gave up in the IVR")),
    "abandoned_in_queue": ("❌", N_("Not answered: the caller gave up in the queue")),
    "abandoned_while_ringing": ("❌", N_("Not answered: the caller gave up while the agent's phone rang")),
    "voicemail": ("📨", N_("Not answered: the caller left a voicemail")),
    "queue_timeout": ("❌", N_("Not answered: the wait in the queue reached its limit")),
    "queue_failed": ("❌", N_("Not answered: the queue could not serve the call")),
    "busy": ("❌", N_("Not answered: the line was busy")),
    "rejected": ("❌", N_("Not answered: the call was rejected")),
    "unreachable": ("❌", N_("Not answered: the number cannot be reached")),
    "no_answer": ("❌", N_("Not answered: nobody picked up")),
    "failed": ("❌", N_("Not answered: the call failed")),
    "ended_in_ivr": ("🤖", N_("Ended in the IVR: no agent was asked for")),
    "no_records": ("🔎", N_("No records found")),
    "unknown": ("❓", N_("Unclear: the records do not say whether the call was answered")),
}
# Who was called and gave up is no caller.
_GAVE_UP: dict[Outcome, str] = {
    "abandoned_in_ivr": N_("Not answered: the customer gave up in the IVR"),
    "abandoned_in_queue": N_("Not answered: the customer gave up in the queue"),
    "abandoned_while_ringing": N_("Not answered: the customer gave up while the agent's phone rang"),
}
_MAX_NAMES = 4
_TWO = 2  # agents
_AN_OUTSIDE_NUMBER = N_("an outside number")
_THEN, _JOINED = N_(", then %(names)s"), N_(", joined by %(names)s")


class _Headlines(NamedTuple):
    """The headline of an answered call: nobody is known to have talked, an agent came first, a number outside."""

    nobody: str
    agent: str
    outside: str


_ANSWERED = _Headlines(
    N_("Answered"),
    N_("Answered by %(agent)s"),
    N_("Answered by %(people)s"),
)
# The customer was called: it is they who answered, whichever agent was on the line.
_CALLED = _Headlines(
    N_("Customer answered"),
    N_("Customer answered, talked with %(agent)s"),
    N_("Customer answered, talked with %(people)s"),
)
_ANSWERED_SO_FAR = _Headlines(
    N_("In progress: answered"),
    N_("In progress: answered by %(agent)s"),
    N_("In progress: answered by %(people)s"),
)
_CALLED_SO_FAR = _Headlines(
    N_("In progress: customer answered"),
    N_("In progress: customer answered, talked with %(agent)s"),
    N_("In progress: customer answered, talked with %(people)s"),
)
# Both were called, and there is no agent.
_BOTH_CALLED = N_("Both parties answered")
_BOTH_CALLED_SO_FAR = N_("In progress: both parties answered")
# Of two parties in the order in which they were called: who picked up.
_ONE_OF_TWO: Mapping[tuple[bool, ...], str] = {
    (True, False): N_("Not answered: the first party picked up, the second did not"),
    (False, True): N_("Not answered: the second party picked up, the first did not"),
    (True,): N_("Not answered: only one of the two parties picked up"),
}
_BETWEEN_AGENTS = frozenset({"internal", "conference"})
CUSTOMER_CALLED = frozenset({"outbound", "predictive"})


def headline_of(
    summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]
) -> tuple[str, str]:
    """Return the emoji and its words."""
    _ = words_about(summary, viewer)
    emoji, words = _HEADLINES.get(summary.outcome, _HEADLINES["unknown"])
    called = summary.direction in CUSTOMER_CALLED
    headline = _(_GAVE_UP.get(summary.outcome, words) if called else words)
    if (
        called
        and summary.outcome == "no_answer"
        and any(leg.side == "customer" and leg.connected_at is not None for leg in summary.legs)
    ):
        headline = _(N_("Not answered: the customer picked up, but no agent took the call"))
    # No agent answered, but a supervisor may have taken the call over.
    if (
        summary.outcome == "no_answer"
        and summary.direction == "inbound"
        and (supervisors := talkers(summary, viewer, limit))
    ):
        words = _(N_("Not answered by an agent: %(name)s took the call"))
        headline = fill(words, {"name": supervisors[0].name})
    if called and summary.outcome == "no_answer" and _only_agents_phone_rang(summary):
        headline = _(N_("Not answered: the agent's own phone was not picked up"))
    if calls_two(summary) and summary.outcome == "no_answer":
        headline = _(_only_one_picked_up(summary) or words)
    if summary.outcome == "answered" or (summary.outcome == "in_progress" and _was_answered(summary)):
        headline = _answered(summary, viewer, limit, talked)
    return emoji, headline


def _only_agents_phone_rang(summary: CallSummary) -> bool:
    """Say whether an agent's own phone rang in vain before the customer was called: the records know of nobody else."""
    legs = summary.legs
    rang = any(leg.ring_seconds is not None for leg in legs)
    alone = all(leg.side == "agent" and leg.connected_at is None for leg in legs)
    return rang and alone and summary.media != "chat"


def _was_answered(summary: CallSummary) -> bool:
    """Return whether a call that goes on was answered, be it not known when."""
    return summary.answered_at is not None or any(phase.phase == "talk" for phase in summary.journey)


def _answered(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> str:
    """Return the headline of an answered call, with everybody who talked in order of joining."""
    _ = words_about(summary, viewer)
    over = summary.outcome == "answered"
    if summary.direction in CUSTOMER_CALLED:
        words = _CALLED if over else _CALLED_SO_FAR
        people = talked
    else:
        words = _ANSWERED if over else _ANSWERED_SO_FAR
        people = _people(summary, viewer, limit, talked)
    if not people and calls_two(summary):
        return _(_BOTH_CALLED if over else _BOTH_CALLED_SO_FAR)
    if not people:
        return _(words.nobody)
    people = with_own_names(people, summary, viewer, limit)
    first, others = people[0], people[1:_MAX_NAMES]
    text = (
        fill(_(words.outside), {"people": _(_AN_OUTSIDE_NUMBER)})
        if first.is_outside
        else fill(_(words.agent), {"agent": first.name})
    )
    for has_joined, group in groupby(others, key=lambda talker: talker.has_joined):
        names = [_(_AN_OUTSIDE_NUMBER) if talker.is_outside else talker.name for talker in group]
        apart, words_on = (N_(", "), _JOINED) if has_joined else (N_(", then "), _THEN)
        text += fill(_(words_on), {"names": _(apart).join(names)})
    if caller := _agent_who_called(summary):
        name = with_name(agent_name(caller, summary, viewer, limit), caller, summary, viewer, limit)
        text += fill(_(N_(", called by %(name)s")), {"name": name})
    more = len(people) - _MAX_NAMES
    if more > 0:
        ngettext = ngettext_for(viewer.language)
        text += ngettext(" and %(count)d more", " and %(count)d more", more) % {"count": more}
    return text


def _people(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> Sequence[Talker]:
    """Return everybody who talked with the customer; between agents who picked up, and who came to them.

    Nobody where somebody else may have answered before them.
    """
    if summary.answered_at is None and summary.answered_by is None:
        return []
    between_agents = summary.direction in _BETWEEN_AGENTS
    if talked and not between_agents and any(leg.side == "customer" for leg in summary.legs):
        return talked
    name = _who_picked_up(summary)
    if not name:
        return []
    first = agent_name(name, summary, viewer, limit)
    # Whose phone did not ring called the others.
    called = {leg.agent for leg in summary.legs if leg.side == "agent"} - _rang(summary)
    people = talkers(summary, viewer, limit, without=called) if between_agents else []
    return people if people and people[0].name == first else [Talker(first, None)]


def _agent_who_called(summary: CallSummary) -> str | None:
    """Return the agent who called another one; None where there are not just two, or the phones of both rang."""
    if summary.direction != "internal":
        return None
    agents = {leg.agent for leg in summary.legs if leg.side == "agent"}
    if len(agents) != _TWO or _who_picked_up(summary) not in agents:
        return None
    callers = [agent for agent in agents - _rang(summary) if agent]
    return callers[0] if len(callers) == 1 else None


def _who_picked_up(summary: CallSummary) -> str | None:
    """Return the agent who answered; of two agents only one whose phone rang, as the caller's may be connected last."""
    name = summary.answered_by
    return name if summary.direction != "internal" or name in _rang(summary) else None


def _rang(summary: CallSummary) -> set[str | None]:
    """Return the agents whose phones rang."""
    legs = {leg.agent for leg in summary.legs if leg.ring_seconds is not None}
    return legs | {event.agent for event in summary.events if event.type in {"Ringing", "AgentRinging"}}


def _only_one_picked_up(summary: CallSummary) -> str:
    """Return that of two called parties one picked up and which; "" where it was otherwise."""
    picked_up = [leg.connected_at is not None for leg in summary.legs if leg.side == "customer"]
    return _ONE_OF_TWO.get(tuple(picked_up), "")
