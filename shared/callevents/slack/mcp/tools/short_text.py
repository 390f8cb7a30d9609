"""A call in a few lines for a model: the verdict and the journey, in this product's own words alone.

Names are replaced by their place in the document's list of agents, so no word from a record stands in this text.
"""

import re
from collections.abc import Callable, Sequence

from callevents.calls.job_ids import MADE_JOB
from callevents.calls.model import CallSummary
from callevents.i18n import N_, gettext_for
from callevents.report.facts import direction_words
from callevents.report.formatting import span
from callevents.report.found_calls import found_title, lines, nothing_found, shown
from callevents.report.journey import journey_line
from callevents.report.notes import warnings
from callevents.report.text import NO_BREAK, join_sentences
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCall, FoundCalls
from callevents.slack.mcp.tools.document import MAX_ITEMS

_LEGEND = N_("Here “agent 1” is the first name in the list `agents` of that call in the document below.")
MAX_DIRECTION_CHARS = 24
_DIRECTIONS = frozenset({"inbound", "outbound", "internal", "back2back", "predictive", "conference"})


def short_text(summaries: Sequence[CallSummary], viewer: Viewer) -> str:
    """Return the calls one below the other, and how to read the names in them."""
    _ = gettext_for(viewer.language)
    legend = [_(_LEGEND)] if any(summary.agents for summary in summaries) else []
    return "\n".join([*(_call(summary, viewer) for summary in summaries), *legend])


def found_text(found: FoundCalls, viewer: Viewer) -> str:
    """Return what was found, one line for each call, or why nothing was; without words from records, as above."""
    _ = gettext_for(viewer.language)
    if not found.calls:
        return "\n".join(nothing_found(found, viewer)).replace("`", "")
    pointed = found._replace(
        calls=tuple(_found_without_names(call, viewer) for call in found.calls), names=()
    )
    title = _("%(found)s.") % {"found": found_title(pointed, viewer)}
    head = [title, *filter(None, [shown(pointed, viewer)])]
    legend = [_(_LEGEND)] if any(call.agents for call in found.calls) else []
    return "\n".join([join_sentences(head, viewer.language), *lines(pointed, viewer), *legend])


def without_names(summary: CallSummary, viewer: Viewer) -> CallSummary:
    """Return *summary* without words from its records: agents are numbered, everything else is left out."""
    pointer = _pointers(summary.agents, viewer)

    def numbered(agent: str | None) -> str | None:
        return None if agent is None else pointer(agent)

    return summary._replace(
        answered_by=numbered(summary.answered_by),
        direction=summary.direction if summary.direction in _DIRECTIONS else None,
        release_text=None,
        caller=None,
        callee=None,
        agents=tuple(map(pointer, summary.agents)),
        skill_groups=(),
        transfers=(),
        recordings=(),
        legs=tuple(leg._replace(agent=numbered(leg.agent)) for leg in summary.legs),
        journey=tuple(phase._replace(agents=tuple(map(pointer, phase.agents))) for phase in summary.journey),
        events=tuple(
            event._replace(label="", agent=numbered(event.agent), detail=()) for event in summary.events
        ),
        second_source=summary.second_source._replace(names=()),
    )


def _call(summary: CallSummary, viewer: Viewer) -> str:
    _ = gettext_for(viewer.language)
    plain = without_names(summary, viewer)
    found = verdict(plain, viewer)
    lines = [
        join_sentences(
            [_("%(job)s: %(verdict)s.") % {"job": summary.job_id, "verdict": found.title}, *found.rest],
            viewer.language,
        ),
        " · ".join(
            filter(
                None, [direction_words(plain.direction, viewer, MAX_DIRECTION_CHARS), _when(plain, viewer)]
            )
        ),
        journey_line(plain, viewer),
        *warnings(plain, viewer.language),
    ]
    # A model needs no blanks at which no line ends.
    return "\n".join(filter(None, lines)).replace(NO_BREAK, " ")


def _when(summary: CallSummary, viewer: Viewer) -> str | None:
    """Return when it was on the site's clocks: the document has UTC, which nobody at the site thinks in."""
    return span(summary.started_at, summary.ended_at, viewer)


def _found_without_names(call: FoundCall, viewer: Viewer) -> FoundCall:
    return call._replace(
        job_id=call.job_id if re.fullmatch(MADE_JOB, call.job_id, re.ASCII) else "",
        direction=call.direction if call.direction in _DIRECTIONS else None,
        caller=None,
        callee=None,
        agents=tuple(map(_pointers(call.agents, viewer), call.agents)),
        skill_groups=(),
    )


def _pointers(agents: Sequence[str], viewer: Viewer) -> Callable[[str], str]:
    """Return the function that gives each agent's place in the list, and one word for everybody else."""
    _ = gettext_for(viewer.language)
    words, other = _("agent %(number)d"), _("another agent")
    places = {name: words % {"number": number} for number, name in enumerate(agents[:MAX_ITEMS], 1)}
    return lambda name: places.get(name, other)
