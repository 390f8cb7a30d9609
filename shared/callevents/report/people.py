"""The people on a call, by the names that readers use, and how long each talked with the customer."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from callevents.calls.model import CallLeg, CallSummary, Instant, JourneyPhase
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.formatting import is_lasting
from callevents.report.outside_legs import OutsideLegs
from callevents.report.text import fill, masked_label
from callevents.report.viewer import Viewer

OUTSIDE = N_("outside number")
_WITHHELD = frozenset({"anonymous"})  # what telephony writes instead of a number (RFC 3323)
MAX_NAMES = 4  # in one sentence or phase
_MIN_TOGETHER_SECONDS = 1.0  # a shorter time together is that of being passed on
_MARGIN_NANOSECONDS = 2_000_000_000  # nanoseconds: the events of one transfer are written within two seconds


class Talker(NamedTuple):
    """One party that talked with the customer: a name, and for how many seconds, None where that is not known.

    `has_joined` says that it came to those who were talking already, not after them.
    """

    name: str
    seconds: float | None
    is_outside: bool = False
    has_joined: bool = False


def agent_name(agent: str, summary: CallSummary, viewer: Viewer, limit: int = 80) -> str:
    """Return an agent's name of at most *limit* characters, without the call's own instance behind it."""
    name, _at, instance = agent.rpartition("@")
    short = name if name and instance == summary.instance_id else agent
    return masked_label(short, viewer, limit, summary.instance_id)


def number_or_words(text: str, summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return a caller's or callee's number, masked unless the reader may see all; in words where it is withheld."""
    if text.casefold() in _WITHHELD:
        return gettext_for(viewer.language)(N_("withheld number"))
    return masked_label(text, viewer, limit, summary.instance_id)


def with_name(shown: str, id_: str, summary: CallSummary, viewer: Viewer, limit: int = 80) -> str:
    """Return an id as it is *shown*, with the agent's or group's own name behind it where that says more."""
    if not summary.second_source.names:
        return shown
    name = dict(summary.second_source.names).get(id_, "")
    return beside(shown, id_, name, viewer, instance=summary.instance_id, limit=limit)


def beside(shown: str, id_: str, name: str, viewer: Viewer, *, instance: str, limit: int) -> str:
    """Return an id as it is *shown*, with *name* behind it where that says more."""
    if not name or name.casefold() in {id_.casefold(), id_.rpartition("@")[0].casefold()}:
        return shown
    words = gettext_for(viewer.language)(N_("%(id)s (%(name)s)"))
    return fill(words, {"id": shown, "name": masked_label(name, viewer, limit, instance)})


def with_own_names(
    people: Sequence[Talker], summary: CallSummary, viewer: Viewer, limit: int = 80
) -> Sequence[Talker]:
    """Return *people*, each agent with the person's own name behind the id, where it is known."""
    if not summary.second_source.names:
        return people
    known: dict[str, tuple[str, str]] = {}
    for id_, name in summary.second_source.names:
        shown = agent_name(id_, summary, viewer, limit)
        known[shown] = known[_supervisor(shown, viewer)] = id_, name
    instance = summary.instance_id
    return [
        talker._replace(name=beside(talker.name, *known[talker.name], viewer, instance=instance, limit=limit))
        if talker.name in known
        else talker
        for talker in people
    ]


def medium_words(words: str, summary: CallSummary) -> str:
    """Return *words*, for a chat without those of a telephone."""
    if summary.media != "chat":
        return words
    from callevents.report.chat import in_chat  # seldom needed

    return in_chat(words)


def words_about(summary: CallSummary, viewer: Viewer) -> Callable[[str], str]:
    """Return what translates words about *summary*, without those of a telephone for a chat."""
    gettext = gettext_for(viewer.language)
    return gettext if summary.media != "chat" else lambda words: gettext(medium_words(words, summary))


def calls_two(summary: CallSummary) -> bool:
    """Say whether the centre telephoned two parties to connect them: neither is the customer more than the other."""
    return summary.direction == "back2back" and summary.media != "chat"


def _supervisor(name: str, viewer: Viewer) -> str:
    return fill(gettext_for(viewer.language)(N_("supervisor %(name)s")), {"name": name})


def talkers(
    summary: CallSummary, viewer: Viewer, limit: int = 80, *, without: Collection[str | None] = ()
) -> list[Talker]:
    """Return everybody who talked with the customer, in order of joining, each once; listeners are left out.

    So are the agents *without*, with whom the others talked.
    """
    _ = gettext_for(viewer.language)
    talking = {agent for phase in summary.journey if phase.phase == "talk" for agent in phase.agents}
    talking.difference_update(without)
    with_share = {leg.agent for leg in summary.legs if leg.talk_seconds is not None}
    joined = sorted(
        (leg for leg in summary.legs if _talks(leg, talking) and not _only_listened(leg, with_share)),
        key=lambda leg: leg.connected_at or 0,
    )
    found: dict[tuple[str, bool], float | None] = {}
    ids: dict[tuple[str, bool], str | None] = {}
    for leg in joined:
        name = agent_name(leg.agent, summary, viewer, limit) if leg.agent else _(OUTSIDE)
        if leg.side == "supervisor":
            name = _supervisor(name, viewer)
        before = found.get((name, not leg.agent), 0.0)
        share = None if before is None or leg.talk_seconds is None else before + leg.talk_seconds
        found[name, not leg.agent] = share
        ids.setdefault((name, not leg.agent), leg.agent)
    have_joined = _have_joined(list(ids.values()), summary)
    return [
        Talker(name, seconds, outside, has_joined)
        for ((name, outside), seconds), has_joined in zip(found.items(), have_joined, strict=True)
    ]


def _have_joined(ids: Sequence[str | None], summary: CallSummary) -> list[bool]:
    """Say of each of *ids* whether one before it was still talking when it came; None is a number outside."""
    if len(ids) == 1:
        return [False]
    outside = OutsideLegs(summary.legs)
    place = {each: number for number, each in reversed(list(enumerate(ids)))}
    found: dict[str | None, bool] = {}
    for whole in summary.journey:
        for phase in outside.split(whole) if whole.phase == "talk" else ():
            if phase.seconds is not None and phase.seconds < _MIN_TOGETHER_SECONDS:
                continue
            names = [*phase.agents, *([None] if outside.are_in(phase) else [])]
            talking = [each for each in names if each in place]
            first = min((place[each] for each in talking), default=0)
            for each in talking:
                found.setdefault(each, place[each] > first)
    return [found.get(each, False) for each in ids]


def phase_names(phase: JourneyPhase, summary: CallSummary, viewer: Viewer, limit: int = 40) -> list[str]:
    """Return who was on the line in one phase of the journey: agents, then a number outside."""
    names = [agent_name(agent, summary, viewer, limit) for agent in phase.agents]
    if OutsideLegs(summary.legs).are_in(phase):
        names.append(gettext_for(viewer.language)(OUTSIDE))
    return list(dict.fromkeys(names))


def transfer_agents(summary: CallSummary, at: Instant | None) -> tuple[str | None, str | None]:
    """Return the agents of the transfer at *at*: who left the call then, and who went on.

    None for a side that is no agent's, or not known.
    """
    source, target = _transfer_legs(summary, at)
    return (source.agent if source else None), (target.agent if target else None)


def is_passed_outside(summary: CallSummary, at: Instant | None) -> bool:
    """Say whether a number outside went on after the transfer at *at*."""
    _source, target = _transfer_legs(summary, at)
    return target is not None and target.side == "outside"


def _transfer_legs(summary: CallSummary, at: Instant | None) -> tuple[CallLeg | None, CallLeg | None]:
    """Return the legs between which the call was passed on at *at*, None where they are not known."""
    if at is None:
        return None, None
    counterparts = [leg for leg in summary.legs if leg.side in {"agent", "outside"}]
    before = [leg for leg in counterparts if leg.connected_at is not None and leg.connected_at < at]
    left = [
        leg for leg in before if leg.ended_at is not None and abs(leg.ended_at - at) <= _MARGIN_NANOSECONDS
    ]
    source = max(left or before, key=lambda leg: leg.connected_at or 0, default=None)
    going_on = [
        leg
        for leg in counterparts
        if leg is not source
        and (leg.ended_at is None or leg.ended_at > at + _MARGIN_NANOSECONDS)
        and (leg.connected_at or leg.began_at) is not None
    ]
    # A consulted party is connected already, another's phone begins to ring.
    target = min(going_on, key=lambda leg: abs((leg.began_at or leg.connected_at or 0) - at), default=None)
    return source, target


def listed(names: Sequence[str], viewer: Viewer) -> str:
    """Return *names* as a list in a sentence: of more than MAX_NAMES the others are counted."""
    text = gettext_for(viewer.language)(N_(", ")).join(names[:MAX_NAMES])
    more = len(names) - MAX_NAMES
    if more <= 0:
        return text
    ngettext = ngettext_for(viewer.language)
    words = ngettext("%(people)s and %(count)d more", "%(people)s and %(count)d more", more)
    return fill(words, {"people": text, "count": more})


def _talks(leg: CallLeg, talking: set[str]) -> bool:
    if leg.connected_at is None or leg.side == "customer":
        return False
    if leg.agent:
        return leg.agent in talking and leg.talk_seconds != 0
    return leg.side == "outside" and leg.talk_seconds != 0


def _only_listened(leg: CallLeg, with_share: Collection[str | None]) -> bool:
    """Say whether a supervisor, who talked on another leg, only listened on this one: it has no share of the talk.

    *with_share* are the agents of the legs that have one.
    """
    return leg.side == "supervisor" and leg.talk_seconds is None and leg.agent in with_share


def held_in_talk(summary: CallSummary) -> float:
    """Return for how long the customer was on hold with somebody on the line: the talk includes that time."""
    outside = OutsideLegs(summary.legs)
    return sum(
        [
            phase.seconds
            for phase in summary.journey
            if phase.phase == "hold" and phase.seconds and (phase.agents or outside.are_in(phase))
        ]
    )


def rang_in_vain(summary: CallSummary, before: Instant | None = None) -> dict[str, float]:
    """Return the agents whose phones rang until their legs ended, *before* a moment, and for how long in all."""
    found: dict[str, float] = {}
    for leg in summary.legs:
        ended = leg.ended_at is not None and (before is None or leg.ended_at <= before)
        if (
            leg.side == "agent"
            and leg.agent
            and leg.connected_at is None
            and ended
            and is_lasting(leg.ring_seconds)
        ):
            found[leg.agent] = found.get(leg.agent, 0.0) + leg.ring_seconds
    return found
