"""The last blocks of an answer: its buttons, and when it was refreshed."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.model import SECOND, CallSummary
from callevents.i18n import gettext_for
from callevents.report.formatting import site_time, slack_date
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    MAX_OPTION_VALUE_CHARS,
    Block,
    Piece,
    actions,
    button,
    context,
    mrkdwn,
    option,
    overflow,
)
from callevents.slack.requests.action_value import (
    CONSOLE,
    EVENTS,
    HELP,
    MORE,
    OPEN_CALL,
    REFRESH,
    REVEAL,
    SHARE,
    encode,
    encode_each,
)

# The workbench of an instance; no address of one call is documented.
CONSOLE_URL = "https://ccc-v2.aliyun.com/#/workbench/"
_MAX_LINKED_CHARS = 64  # of an instance's name: a longer one would take the room of the calls
_HELP = encode(HELP)
_CONSOLE = encode(CONSOLE)
_MAX_BUTTON_VALUE_CHARS = 400  # ten uuids and more; a message has little room
_UNFINISHED = frozenset({"in_progress", "no_records"})


class Buttons(NamedTuple):
    """The buttons of an answer besides Refresh, the events as JSON, and help."""

    share: bool = True
    reveal: bool = False


def footer(summaries: Sequence[CallSummary], viewer: Viewer, buttons: Buttons | None) -> list[Block]:
    """Return the row of buttons of an answer and, for several calls, a row with a button for each.

    Returns nothing where a button cannot carry the calls: more than ten, or malformed ids.
    """
    if buttons is None or not summaries:
        return []
    _ = gettext_for(viewer.language)
    more = [(EVENTS, _("Events as JSON")), *([(REVEAL, _("Reveal numbers"))] if buttons.reveal else [])]
    jobs, instance = [summary.job_id for summary in summaries], summaries[0].instance_id
    try:
        values = encode_each([REFRESH, SHARE, *(action for action, _words in more)], jobs, instance)
    except ValueError:
        return []
    unfinished = any(summary.outcome in _UNFINISHED or not summary.complete for summary in summaries)
    row = [button(REFRESH, _("Refresh"), values[REFRESH], label=_("Look this up again"), primary=unfinished)]
    if buttons.share:
        label = _("Share in channel, with masked numbers")
        row.append(button(SHARE, _("Share in channel"), values[SHARE], label=label))
    fits = all(len(values[action]) <= MAX_OPTION_VALUE_CHARS for action, _words in more)
    if not fits:  # a button may carry more calls than a menu
        row += [
            button(action, words, values[action])
            for action, words in more
            if len(values[action]) <= _MAX_BUTTON_VALUE_CHARS  # otherwise each call offers it separately
        ]
    options = [option(words, values[action]) for action, words in more if fits]
    if 0 < len(instance) <= _MAX_LINKED_CHARS:  # a name that a button carries stands in an address as it is
        options.append(option(_("Contact center's console"), _CONSOLE, url=f"{CONSOLE_URL}{instance}"))
    row.append(overflow(MORE, [*options, option(_("Help"), _HELP)]))
    return [actions(row), *([open_buttons(summaries, viewer)] if len(jobs) > 1 else [])]


def open_buttons(summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return a row with a button for each call that opens its details; raise ValueError for malformed ids."""
    _ = gettext_for(viewer.language)

    def each(number: int, summary: CallSummary) -> Piece:
        words = _("Call %(number)d") % {"number": number} if len(summaries) > 1 else _("Look this up again")
        return button(
            f"{OPEN_CALL}_{number}",
            words,
            encode(OPEN_CALL, [summary.job_id], summary.instance_id),
            label=_("Details of call %(job)s") % {"job": summary.job_id},
        )

    return actions([each(number, summary) for number, summary in enumerate(summaries, 1)])


def updated(at: float, viewer: Viewer) -> list[Block]:
    """Return a line that says when an answer was refreshed: *at* in Unix seconds."""
    instant = int(at) * SECOND
    site = site_time(instant, viewer)
    if site is None:
        return []
    _ = gettext_for(viewer.language)
    words = _("Updated %(time)s")
    return [context(mrkdwn(words % {"time": slack_date(instant, site, "{time_secs}")}))]
