"""A list of found calls in words: what was sought, what was found, each call's row, and why nothing was found."""

from typing import NamedTuple

from callevents.calls.model import Outcome
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.facts import direction_words
from callevents.report.formatting import day, duration, is_length, local, utc_offset, zone
from callevents.report.people import beside
from callevents.report.text import NO_BREAK, fill, masked_label
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCall, FoundCalls
from callevents.search.query import Period, days_of

_MAX_NAME_CHARS = 64
MAX_AGENTS = 3
# In a list the outcome is one or a few words: what they are about stands in the other columns.
_OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "answered": ("✅", N_("Answered")),
    "in_progress": ("⏳", N_("In progress")),
    "abandoned_in_ivr": ("❌", N_("Gave up in the IVR")),
    "abandoned_in_queue": ("❌", N_("Gave up in the queue")),
    "abandoned_while_ringing": ("❌", N_("Gave up while it rang")),
    "voicemail": ("📨", N_("Voicemail")),
    "queue_timeout": ("❌", N_("Queue timeout")),
    "queue_failed": ("❌", N_("Queue failed")),
    "busy": ("❌", N_("Busy")),
    "rejected": ("❌", N_("Rejected")),
    "unreachable": ("❌", N_("Cannot be reached")),
    "no_answer": ("❌", N_("No answer")),
    "failed": ("❌", N_("Failed")),
    "ended_in_ivr": ("🤖", N_("Ended in the IVR")),
}
_UNCLEAR = ("❓", N_("Unclear"))
_NOTHING = {
    "number": (
        N_("No calls were found with %(what)s, %(days)s."),
        N_(
            "The number may be stored in another form: try it as your phones show it, with or without an area code."
        ),
    ),
    "agent": (
        N_("No calls were found of %(what)s, %(days)s."),
        N_(
            "The name must be the agent's login name, such as `alice`, or the whole id, such as `alice@ccc-test`."
        ),
    ),
    "missed": (
        N_("No missed calls were found (%(what)s), %(days)s."),
        N_("A group is named by its id, such as `support` or `support@ccc-test`."),
    ),
    "mine": (
        N_("None of your own calls were found (%(what)s), %(days)s."),
        N_("If you are another agent, your administrator must correct `CALLEVENTS_AGENTS`."),
    ),
}
_MISSED = N_(
    "The caller did not give up: only a caller who hung up in the queue, or while an agent's phone rang, counts as"
    " missed."
)
_FOUND = {
    "number": N_("%(calls)s with %(what)s, %(days)s"),
    "agent": N_("%(calls)s of %(what)s, %(days)s"),
    "missed": N_("%(calls)s missed in %(what)s, %(days)s"),
    "mine": N_("%(calls)s of your own (%(what)s), %(days)s"),
}


class CallRow(NamedTuple):
    """A call in words: when, which way, with which outcome, between which numbers, which agents, how long."""

    start: str
    direction: str
    outcome: str
    parties: str
    agents: str
    length: str


def found_title(found: FoundCalls, viewer: Viewer) -> str:
    """Return how many calls were found, with what, and when: `57 calls with 138******01, 22 to 28 November 2026`.

    Where others may follow and nobody knows how many, no number stands there.
    """
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    count = found.total
    if count is None and found.page == 1 and found.is_last:
        count = len(found.calls)
    calls = (
        _("Calls")
        if count is None
        else ngettext("%(count)d call", "%(count)d calls", count) % {"count": count}
    )
    words = _(_FOUND[found.query.kind])
    values = {"calls": calls, "what": sought(found, viewer), "days": days(found.query.period, viewer)}
    return fill(words, values)


def shown(found: FoundCalls, viewer: Viewer) -> str:
    """Return which of the calls are shown, as in `Calls 21 to 40 of 57`; "" where it is all of them."""
    if found.page == 1 and found.is_last:
        return ""
    _ = gettext_for(viewer.language)
    first = (found.page - 1) * found.page_size + 1
    numbers = {"first": first, "last": first + len(found.calls) - 1, "total": found.total or 0}
    words = (
        _("Calls %(first)d to %(last)d of %(total)d, the newest first.")
        if found.total is not None
        else _("Calls %(first)d to %(last)d, the newest first.")
    )
    return words % numbers


def nothing_found(found: FoundCalls, viewer: Viewer) -> list[str]:
    """Return that nothing was found, with what range and form of the number, and the possible causes."""
    _ = gettext_for(viewer.language)
    what, form = _NOTHING[found.query.kind]
    values = {"what": sought(found, viewer), "days": days(found.query.period, viewer)}
    sentences = [fill(_(what), values)]
    if found.page > 1 and found.is_last:
        return [*sentences, _("There are no further calls.")]
    if found.query.kind == "number":
        sentences.append(_("I tried it with and without a leading 0."))
    return [
        *sentences,
        _("Possible causes:"),
        _("The call was on another day: ask for more days, such as `7d` or `2026-11-01 2026-11-20`."),
        *([_(_MISSED)] if found.query.kind == "missed" else []),
        *([_(form)] if found.query.kind != "missed" or found.query.value else []),
        _("It belongs to another instance, or this bot's role does not see it."),
    ]


def sought(found: FoundCalls, viewer: Viewer) -> str:
    """Return what was sought, masked: the number, the agent, or the group."""
    _ = gettext_for(viewer.language)
    query = found.query
    if query.kind == "missed" and not query.value:
        return _("all groups")
    return _name(query.value, found.instance, viewer, _MAX_NAME_CHARS)


def days(period: Period, viewer: Viewer) -> str:
    """Return the days of *period* with the site's zone: `22 November 2026 to 28 November 2026 (UTC+08:00)`."""
    _ = gettext_for(viewer.language)
    where = zone(viewer.site_zone)
    first, last = days_of(period, where)
    begin, end = local(period.since, where), local(period.until, where)
    if begin is None or end is None:
        return f"{first.isoformat()} {last.isoformat()}"
    offsets = dict.fromkeys(utc_offset(moment) for moment in (begin, end))
    words = day(begin, viewer.language)
    if first != last:
        words = _("%(begin)s to %(end)s") % {"begin": words, "end": day(end, viewer.language)}
    return _("%(days)s (%(offset)s)") % {"days": words, "offset": ", ".join(offsets)}


def call_row(
    call: FoundCall, found: FoundCalls, viewer: Viewer, limit: int = 24, most: int = MAX_AGENTS
) -> CallRow:
    """Return *call* in words; names and numbers are cut to *limit* characters each, *most* agents are named."""
    _ = gettext_for(viewer.language)
    where = zone(viewer.site_zone)
    moment = None if call.started_at is None else local(call.started_at, where)
    emoji, words = _OUTCOMES.get(call.outcome, _UNCLEAR)
    sides = [
        _name(side, found.instance, viewer, limit) if side else "?" for side in (call.caller, call.callee)
    ]
    agents = [_agent(agent, found, viewer, limit) for agent in call.agents[:most]]
    more = len(call.agents) - len(agents)
    seconds = (
        call.talk_seconds if call.outcome == "answered" and call.talk_seconds is not None else call.seconds
    )
    return CallRow(
        start="" if moment is None else moment.isoformat(" ")[:19],
        direction=direction_words(call.direction, viewer, limit),
        outcome=f"{emoji} {_(words)}",
        parties=" → ".join(sides) if call.caller or call.callee else "",
        agents=_(", ").join([*agents, *([f"+{more}"] if more else [])]),
        # In a column of its own the usual blanks, which count less where there is little room.
        length=duration(seconds, viewer.language).replace(NO_BREAK, " ") if is_length(seconds) else "",
    )


def columns(viewer: Viewer) -> CallRow:
    """Return the heads of a table of calls."""
    _ = gettext_for(viewer.language)
    return CallRow(
        start=f"{_('Start')} ({viewer.site_zone})",
        direction=_("Direction"),
        outcome=_("Outcome"),
        parties=_("Caller → callee"),
        agents=_("Agents"),
        length=_("Length"),
    )


def lines(found: FoundCalls, viewer: Viewer) -> list[str]:
    """Return each call as a line of words with its job id, for who reads no table."""
    first = (found.page - 1) * found.page_size
    return [
        " · ".join(
            filter(None, [f"{number}", *call_row(call, found, viewer), masked_label(call.job_id, viewer)])
        )
        for number, call in enumerate(found.calls, first + 1)
    ]


def _name(text: str, instance: str, viewer: Viewer, limit: int) -> str:
    short = text.removesuffix(f"@{instance}") or text
    return masked_label(short, viewer, limit, instance)


def _agent(agent: str, found: FoundCalls, viewer: Viewer, limit: int) -> str:
    """Return an agent's id with the display name behind it, where that is known."""
    shown, name = _name(agent, found.instance, viewer, limit), dict(found.names).get(agent, "")
    return beside(shown, agent, name, viewer, instance=found.instance, limit=limit)
