"""The calls of an alert that its card names without an answer: failed, resolved, or too many to look up."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callevents.errors import CallEventsError
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.text import label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Piece, bullets, rich_text, section, text_element
from callevents.slack.messages.errors import reason

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

_IDS_A_COMMAND = 10
_MOST_COMMANDS = 3


def failed_calls(failures: Mapping[str, CallEventsError], viewer: Viewer, most: int) -> list[Block]:
    """Return the calls whose lookup failed, each with the reason; *most* are listed, the others counted."""
    if not failures:
        return []
    _ = gettext_for(viewer.language)
    listed = list(failures.items())[:most]
    items = [
        [text_element(label(job), "code"), text_element(f" {reason(error, viewer)}")] for job, error in listed
    ]
    if len(failures) > len(listed):
        items.append([_more(len(failures) - len(listed), viewer)])
    return [rich_text(section(text_element("❗ " + _("Could not be looked up:"))), bullets(items))]


def resolved_calls(alert: "AlertEnvelope", viewer: Viewer, most: int) -> list[Block]:
    """Return the calls that a partly resolved alert no longer complains of; *most* are named, the others counted."""
    gone = alert.resolved_jobs if alert.state == "mixed" else ()
    if not gone:
        return []
    _ = gettext_for(viewer.language)
    pieces = [text_element("✅ " + _("Resolved, not looked up:"))]
    for job in gone[:most]:
        pieces += [text_element("\n"), text_element(label(job), "code")]
    if len(gone) > most:
        pieces += [text_element("\n"), _more(len(gone) - most, viewer)]
    return [rich_text(section(*pieces))]


def left_out_calls(alert: "AlertEnvelope", viewer: Viewer, command: str, most: int) -> list[Block]:
    """Return how many calls were too many to look up, with the commands that do, of ten ids each.

    There are *most* commands, and three, at most; what stands in none of them is counted.
    """
    count = max(alert.left_out_count, len(alert.left_out))
    if not count:
        return []
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    words = ngettext(
        "%(count)d more call was not looked up.", "%(count)d more calls were not looked up.", count
    )
    pieces = [text_element(f"❗ {words % {'count': count}}")]
    listed = alert.left_out[: _IDS_A_COMMAND * min(most, _MOST_COMMANDS)]
    if listed:
        pieces.append(text_element("\n" + _("Look them up:")))
    for start in range(0, len(listed), _IDS_A_COMMAND):
        ids = " ".join(label(job) for job in listed[start : start + _IDS_A_COMMAND])
        pieces += [text_element("\n"), text_element(f"{command} {ids}", "code")]
    if listed and count > len(listed):
        pieces += [text_element("\n"), _more(count - len(listed), viewer)]
    return [rich_text(section(*pieces))]


def _more(count: int, viewer: Viewer) -> Piece:
    words = ngettext_for(viewer.language)("… %(count)d more call", "… %(count)d more calls", count)
    return text_element(words % {"count": count})
