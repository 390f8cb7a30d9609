"""The headline: was the call answered, and by whom."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.model import CallSummary, Outcome
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.people import (
    Talker,
    agent_name,
    with_own_names,
    words_about,
)
from callevents.report.text import beside, fill
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
    "unknown": ("❔", N_("Unclear: the records do not say whether the call was answered")),
}
# Who was called and gave up is no caller.
_GAVE_UP: dict[Outcome, str] = {
    "abandoned_in_ivr": N_("Not answered: the customer gave up in the IVR"),
    "abandoned_in_queue": N_("Not answered: the customer gave up in the queue"),
    "abandoned_while_ringing": N_("Not answered: the customer gave up while the agent's phone rang"),
}
_MAX_NAMES = 4
_AN_OUTSIDE_NUMBER = N_("an outside number")


class _Headlines(NamedTuple):
    """The headline of an answered call: nobody is known to have talked, one agent, several, a number outside first."""

    nobody: str
    one: str
    several: str
    outside: str


_ANSWERED = _Headlines(
    N_("Answered"),
    N_("Answered by %(agent)s"),
    N_("Answered by %(agent)s, then %(others)s"),
    N_("Answered by %(people)s"),
)
# The customer was called: it is they who answered, whichever agent was on the line.
_CALLED = _Headlines(
    N_("Customer answered"),
    N_("Customer answered, talked with %(agent)s"),
    N_("Customer answered, talked with %(agent)s, then %(others)s"),
    N_("Customer answered, talked with %(people)s"),
)
_ANSWERED_SO_FAR = _Headlines(
    N_("In progress: answered"),
    N_("In progress: answered by %(agent)s"),
    N_("In progress: answered by %(agent)s, then %(others)s"),
    N_("In progress: answered by %(people)s"),
)
_CALLED_SO_FAR = _Headlines(
    N_("In progress: customer answered"),
    N_("In progress: customer answered, talked with %(agent)s"),
    N_("In progress: customer answered, talked with %(agent)s, then %(others)s"),
    N_("In progress: customer answered, talked with %(people)s"),
)
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
    if summary.outcome == "answered" or (summary.outcome == "in_progress" and _was_answered(summary)):
        headline = _answered(summary, viewer, limit, talked)
    return emoji, headline


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
    if not people:
        return _(words.nobody)
    people = with_own_names(people, summary, viewer, limit)
    first, others = people[0], people[1:]
    if first.is_outside:
        return fill(_(words.outside), {"people": _in_turn(_names(people, viewer), viewer)})
    if not others:
        return fill(_(words.one), {"agent": first.name})
    more = len(people) - _MAX_NAMES
    listed = _in_turn(_names(others[: _MAX_NAMES - 1], viewer), viewer)
    if more > 0:
        ngettext = ngettext_for(viewer.language)
        counted = ngettext("%(people)s and %(count)d more", "%(people)s and %(count)d more", more)
        listed = fill(counted, {"people": listed, "count": more})
    return fill(_(words.several), {"agent": first.name, "others": listed})


def _in_turn(names: Sequence[str], viewer: Viewer) -> str:
    """Return *names* as those who talked one after the other."""
    then = gettext_for(viewer.language)(N_(", then "))
    text = ""
    for name in names:
        apart = beside(text + then.rstrip(), name) if then.endswith(" ") else text + then + name
        text = apart if text else name
    return text


def _people(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> Sequence[Talker]:
    """Return everybody who talked with the customer; between agents only who picked up.

    Nobody where somebody else may have answered before them.
    """
    if summary.answered_at is None and summary.answered_by is None:
        return []
    if talked and any(leg.side == "customer" for leg in summary.legs):
        return talked
    name = _who_picked_up(summary)
    return [Talker(agent_name(name, summary, viewer, limit), None)] if name else []


def _names(people: Sequence[Talker], viewer: Viewer) -> list[str]:
    outside = gettext_for(viewer.language)(_AN_OUTSIDE_NUMBER)
    return [outside if talker.is_outside else talker.name for talker in people[:_MAX_NAMES]]


def _who_picked_up(summary: CallSummary) -> str | None:
    """Return the agent who answered; of two agents only one whose phone rang, as the caller's may be connected last."""
    name = summary.answered_by
    if name and summary.direction == "internal":
        rang = {leg.agent for leg in summary.legs if leg.ring_seconds is not None}
        rang |= {event.agent for event in summary.events if event.type in {"Ringing", "AgentRinging"}}
        return name if name in rang else None
    return name
